// The proposals that the engine has: for each a module of a few bytes that needs it.

const section = (id, bytes) => [id, bytes.length, ...bytes];
const module = (...sections) => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
const noParams = section(1, [1, 0x60, 0, 0]);
const memory = section(5, [1, 0, 1]);
const code = (body) => section(10, [1, body.length + 2, 0, ...body, 0x0b]);
// A module whose function, of the type [] -> [], has this body.
const body = (operators, ...before) =>
  module(noParams, section(3, [1, 0]), ...before, code(operators));
const zero = [0x41, 0];
const vector = [0xfd, 0x0c, ...Array(16).fill(0)];
const wide = [0x42, 0];

const probes = {
  "mutable-global": module(section(6, [1, 0x7f, 1, ...zero, 0x0b]), section(7, [1, 1, 0x67, 3, 0])),
  "sign-extension": body([...zero, 0xc0, 0x1a]),
  "saturating-float-to-int": body([0x43, 0, 0, 0, 0, 0xfc, 0, 0x1a]),
  "multi-value": module(section(1, [1, 0x60, 0, 2, 0x7f, 0x7f])),
  "bulk-memory": body([...zero, ...zero, ...zero, 0xfc, 0x0b, 0], memory),
  "reference-types": body([0xd0, 0x70, 0x1a]),
  simd: body([...vector, 0x1a]),
  "relaxed-simd": body([...vector, ...vector, 0xfd, 0x80, 2, 0x1a]),
  "tail-call": body([0x12, 0]),
  // A parameter of the type (ref null 0)
  "function-references": module(section(1, [2, 0x60, 0, 0, 0x60, 1, 0x63, 0, 0])),
  // (sub (struct)), ref.i31 and any.convert_extern
  gc: module(
    section(1, [2, 0x50, 0, 0x5f, 0, 0x60, 0, 0]), section(3, [1, 1]),
    code([...zero, 0xfb, 0x1c, 0x1a, 0xd0, 0x6f, 0xfb, 0x1a, 0x1a, 0xfb, 0, 0, 0x1a]),
  ),
  // (try_table) and ref.null exn
  exceptions: body([0x1f, 0x40, 0, 0x0b, 0xd0, 0x69, 0x1a]),
  // (try (do) (catch_all))
  "legacy-exceptions": body([0x06, 0x40, 0x19, 0x0b]),
  "extended-const": module(section(6, [1, 0x7f, 0, ...zero, ...zero, 0x6a, 0x0b])),
  "multi-memory": module(section(5, [2, 0, 1, 0, 1])),
  // A memory and a table
  memory64: module(section(4, [1, 0x70, 4, 1]), section(5, [1, 4, 1])),
  // atomic.fence, and a shared memory
  threads: body([0xfe, 3, 0], section(5, [1, 3, 1, 1])),
  // i64.add128
  "wide-arithmetic": body([...wide, ...wide, ...wide, ...wide, 0xfc, 0x13, 0x1a, 0x1a]),
  "custom-page-sizes": module(section(5, [1, 8, 1, 0])),
};

export const features = () => [
  ...Object.keys(probes).filter((name) => WebAssembly.validate(probes[name])),
  "annotations",
];
