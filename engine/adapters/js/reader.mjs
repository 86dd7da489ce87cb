// Reads the sections of a valid module that say what it imports and exports, with types, and rewrites
// them: imports are renamed by position, and tags get exports. Judges nothing: the engine has
// accepted the module.

import { counted, decodeText, name, sized, unsigned } from "./bytes.mjs";
import { heaps, intern, numeric } from "./types.mjs";
import { lacks } from "./answer.mjs";
import { kinds } from "./writer.mjs";

const numbers = new Map(Object.entries(numeric).map(([type, code]) => [code, type]));
const names = new Map(Object.entries(heaps).map(([heap, code]) => [code, heap]));
const kindNames = Object.keys(kinds);

class Cursor {
  constructor(bytes, at, end) {
    Object.assign(this, { bytes, at, end });
  }

  byte() {
    return this.bytes[this.at++];
  }

  leb() {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return { value, shift, negative: (byte & 0x40) !== 0 };
    }
  }

  u64() {
    return this.leb().value;
  }

  u32() {
    return Number(this.u64());
  }

  signed() {
    const { value, shift, negative } = this.leb();
    return Number(negative ? value - (1n << shift) : value);
  }

  text() {
    const length = this.u32();
    this.at += length;
    return decodeText(this.bytes.subarray(this.at - length, this.at));
  }

  list(read) {
    return Array.from({ length: this.u32() }, read);
  }
}

// What a module imports and exports, with the places of its sections.
export function readModule(bytes) {
  const sections = [];
  const module = { bytes, sections, types: [], imports: [], exports: [], ownTags: 0 };
  const spaces = { func: [], table: [], memory: [], global: [], tag: [] };
  for (let at = 8; at < bytes.length; ) {
    const cursor = new Cursor(bytes, at + 1);
    const id = bytes[at];
    const length = cursor.u32();
    cursor.end = cursor.at + length;
    sections.push({ id, from: at, content: cursor.at, to: cursor.end });
    at = cursor.end;
    readers[id]?.(cursor, module, spaces);
  }
  return module;
}

const readers = {
  1: readTypes,
  2: readImports,
  3: (cursor, { types }, { func }) =>
    func.push(...cursor.list(() => ({ kind: "func", type: types[cursor.u32()] }))),
  4: (cursor, { types }, { table }) => table.push(...cursor.list(() => {
    const hasInit = cursor.bytes[cursor.at] === 0x40;
    if (hasInit) cursor.at += 2;
    const type = readExternType(cursor, "table", types);
    if (hasInit) skipConst(cursor);
    return type;
  })),
  5: (cursor, { types }, { memory }) =>
    memory.push(...cursor.list(() => readExternType(cursor, "memory", types))),
  6: (cursor, { types }, { global }) => global.push(...cursor.list(() => {
    const type = readExternType(cursor, "global", types);
    skipConst(cursor);
    return type;
  })),
  13(cursor, module, { tag }) {
    const tags = cursor.list(() => readExternType(cursor, "tag", module.types));
    module.firstTag = tag.length;
    module.ownTags = tags.length;
    tag.push(...tags);
    module.tags = tag;
  },
  7: (cursor, module, spaces) => (module.exports = cursor.list(() => {
    const field = cursor.text();
    const kind = kindNames[cursor.byte()] ?? lacks("exports of an unknown kind");
    return { name: field, type: spaces[kind][cursor.u32()] };
  })),
};

function readTypes(cursor, module) {
  const count = cursor.u32();
  for (let at = 0; at < count; at++) {
    const base = module.types.length;
    const isGroup = cursor.bytes[cursor.at] === 0x4e && cursor.byte();
    const heap = (index) => (index >= base ? `r${index - base}` : String(module.types[index]));
    const group = isGroup ? cursor.list(() => readSubtype(cursor, heap)) : [readSubtype(cursor, heap)];
    const first = intern(group);
    group.forEach((_, at) => module.types.push(first + at));
  }
}

function readSubtype(cursor, heap) {
  let code = cursor.byte();
  let final = true;
  let supers = [];
  if (code === 0x50 || code === 0x4f) {
    final = code === 0x4f;
    supers = cursor.list(() => heap(cursor.u32()));
    code = cursor.byte();
  }
  const list = () => cursor.list(() => readValType(cursor, heap));
  const field = () => [readValType(cursor, heap), cursor.byte() === 1];
  switch (code) {
    case 0x60: return { final, supers, kind: "func", params: list(), results: list() };
    case 0x5f: return { final, supers, kind: "struct", fields: cursor.list(field) };
    case 0x5e: return { final, supers, kind: "array", fields: [field()] };
    default: return lacks(`types of the form 0x${code.toString(16)}`);
  }
}

function readValType(cursor, heap) {
  const code = cursor.byte();
  if (numbers.has(code)) return numbers.get(code);
  if (names.has(code)) return `null ${names.get(code)}`;
  if (code !== 0x63 && code !== 0x64) lacks(`value types of the form 0x${code.toString(16)}`);
  return (code === 0x63 ? "null " : "ref ") + readHeap(cursor, heap);
}

function readHeap(cursor, heap) {
  const index = cursor.signed();
  if (index >= 0) return heap(index);
  return names.get(index & 0x7f) ?? lacks(`heap types of the form ${index}`);
}

function readExternType(cursor, kind, types) {
  const heap = (index) => String(types[index]);
  switch (kind) {
    case "func": return { kind, type: types[cursor.u32()] };
    case "table": return { kind, element: readValType(cursor, heap), ...readLimits(cursor) };
    case "memory": return { kind, shared: false, pageSize: 65536, ...readLimits(cursor) };
    case "global": return { kind, type: readValType(cursor, heap), mutable: cursor.byte() === 1 };
    case "tag": return cursor.byte() === 0 ? { kind, type: types[cursor.u32()] } : lacks("tags of an unknown form");
    default: return lacks("imports of an unknown kind");
  }
}

function readLimits(cursor) {
  const flags = cursor.byte();
  const limits = { min: cursor.u64() };
  if (flags & 1) limits.max = cursor.u64();
  if (flags & 2) limits.shared = true;
  if (flags & 4) limits.index = "i64";
  if (flags & 8) limits.pageSize = 2 ** cursor.u32();
  return limits;
}

function readImports(cursor, module, spaces) {
  module.imports = cursor.list(() => {
    const [from, field] = [cursor.text(), cursor.text()];
    const kind = kindNames[cursor.byte()];
    const start = cursor.at;
    const type = readExternType(cursor, kind, module.types);
    spaces[kind].push(type);
    const description = [kinds[kind], ...module.bytes.subarray(start, cursor.at)];
    return { module: from, name: field, type, description };
  });
}

// Immediates of the operators of constant expressions.
const immediates = {
  0x41: (it) => it.leb(),
  0x42: (it) => it.leb(),
  0x43: (it) => (it.at += 4),
  0x44: (it) => (it.at += 8),
  0x23: (it) => it.leb(),
  0xd0: (it) => it.leb(),
  0xd2: (it) => it.leb(),
  0xfd: (it) => (it.u32() === 12 ? (it.at += 16) : lacks("vector operators in constant expressions")),
  0xfb(it) {
    const code = it.u32();
    if (code <= 0x08) it.leb();
    if (code === 0x08) it.leb();
    if (code > 0x08 && (code < 0x1a || code > 0x1e)) lacks("new operators in constant expressions");
  },
};
const plain = new Set([0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e]);

function skipConst(cursor) {
  for (;;) {
    const code = cursor.byte();
    if (code === 0x0b) return;
    if (plain.has(code)) continue;
    (immediates[code] ?? (() => lacks("new operators in constant expressions")))(cursor);
  }
}

// The same module with its imports named "m" "0", "m" "1" and so on, and exports for its own tags,
// or the same bytes if there is nothing to rewrite. `tagExports` has the new names.
export function rewrite(module) {
  const { bytes, sections, imports, ownTags } = module;
  let prefix = "tag";
  while (module.exports.some((it) => it.name.startsWith(prefix))) prefix += "'";
  module.tagExports = Array.from({ length: ownTags }, (_, at) => `${prefix} ${at}`);
  if (imports.length === 0 && ownTags === 0) return bytes;
  const renamed = imports.map(({ description }, at) => [...name("m"), ...name(String(at)), ...description]);
  const added = module.tagExports.map((it, at) => [...name(it), kinds.tag, ...unsigned(module.firstTag + at)]);
  const exported = (entries) => new Uint8Array([7, ...sized(entries)]);
  const count = unsigned(module.exports.length + ownTags);
  const parts = [bytes.subarray(0, 8)];
  let isExported = ownTags === 0;
  for (const { id, from, content, to } of sections) {
    if (!isExported && [8, 9, 12, 10, 11].includes(id)) {
      parts.push(exported(counted(added)));
      isExported = true;
    }
    if (id === 2) {
      parts.push(new Uint8Array([2, ...sized(counted(renamed))]));
    } else if (id === 7 && ownTags > 0) {
      const cursor = new Cursor(bytes, content);
      cursor.u32();
      parts.push(exported([...count, ...bytes.subarray(cursor.at, to), ...added.flat()]));
      isExported = true;
    } else {
      parts.push(bytes.subarray(from, to));
    }
  }
  if (!isExported) parts.push(exported(counted(added)));
  return joined(parts);
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
