// What differs between the shells that run this adapter: reading and writing lines, the engine's name
// and version, and its garbage collector. Everything else uses only the language and `WebAssembly`.

const node = async () => {
  const { readSync, writeSync } = await import("node:fs");
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");

  // Reads synchronously, because nothing else may run between two requests.
  const chunk = new Uint8Array(1 << 16);
  const decoder = new TextDecoder();
  let lines = [];
  let rest = [];
  const readLine = () => {
    while (lines.length === 0) {
      const length = read();
      if (length === 0) return null;
      const parts = decoder.decode(chunk.subarray(0, length), { stream: true }).split("\n");
      rest.push(parts.shift());
      if (parts.length === 0) continue;
      lines = [rest.join(""), ...parts];
      rest = [lines.pop()];
    }
    return lines.shift();
  };
  const read = () => {
    for (;;) {
      try {
        return readSync(0, chunk);
      } catch (error) {
        if (error.code === "EOF") return 0;
        if (error.code !== "EAGAIN") throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  };
  const writeLine = (line) => {
    const bytes = Buffer.from(line + "\n");
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(1, bytes, at);
      } catch (error) {
        if (error.code !== "EAGAIN") throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  };
  const version = `${process.versions.node} (V8 ${process.versions.v8})`;
  return { engine: "v8", name: "node", version, readLine, writeLine, collect };
};

// JavaScriptCore's shell reads bytes as Latin-1, and gives "" for the end of its input: no request is
// an empty line. `print` flushes. The shell does not say its version, so Debian has to.
const jsc = async () => {
  const readLine = () => {
    const line = globalThis.readline();
    if (line === "") return null;
    return /[\x80-\xff]/.test(line) ? decodeURIComponent(escape(line)) : line;
  };
  return {
    engine: "jsc",
    name: "jsc",
    version: debianVersion(),
    readLine,
    writeLine: globalThis.print,
    collect: globalThis.fullGC,
  };
};

function debianVersion() {
  try {
    // That of the package which has installed /usr/bin/jsc: the shell does not tell which program runs,
    // and reads nothing from /proc.
    const packages = globalThis.read("/var/lib/dpkg/status").split("\n\n");
    const owner = packages.find((it) => {
      const name = /^Package: (libjavascriptcoregtk-.*-bin)$/m.exec(it)?.[1];
      if (!name || !/^Status: .* installed$/m.test(it)) return false;
      return globalThis.read(`/var/lib/dpkg/info/${name}.list`).split("\n").includes("/usr/bin/jsc");
    });
    return /^Version: (.*)$/m.exec(owner)[1];
  } catch {
    return "of an unknown version";
  }
}

export const openShell = () => (typeof globalThis.process === "object" ? node() : jsc());
