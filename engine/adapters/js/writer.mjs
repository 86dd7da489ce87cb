// Writes the binary format: the small modules that this adapter generates.

import { counted, name, signed, sized, unsigned } from "./bytes.mjs";
import { defined, heapOf, heaps, isNullable, isRef, numeric, funcType } from "./types.mjs";

export const kinds = { func: 0, table: 1, memory: 2, global: 3, tag: 4 };

export class ModuleWriter {
  constructor() {
    this.groups = [];
    this.indices = new Map();
    this.nextType = 0;
    this.imports = [];
    this.functions = [];
    this.bodies = [];
    this.sections = { table: [], memory: [], global: [], tag: [] };
    this.counts = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
    this.exports = [];
    this.declared = [];
  }

  // The index of a defined type, whose recursion group is added if it is not there.
  type(number) {
    if (!this.indices.has(number)) {
      const { group, first } = defined[number];
      const types = group.flatMap((type) => [...type.supers, ...contents(type)]);
      for (const heap of types.map(heapOf)) if (/^\d/.test(heap)) this.type(Number(heap));
      group.forEach((_, at) => this.indices.set(first + at, this.nextType + at));
      const own = group.map((type) => this.subtype(type, this.nextType));
      this.groups.push(group.length === 1 ? own[0] : [0x4e, ...counted(own)]);
      this.nextType += group.length;
    }
    return this.indices.get(number);
  }

  signature(params, results) {
    return this.type(funcType(params, results));
  }

  subtype(type, base) {
    const heap = (heap) => (heap.startsWith("r") ? base + Number(heap.slice(1)) : this.type(Number(heap)));
    const valType = (it) => this.valType(it, base);
    const list = (types) => counted(types.map(valType));
    const field = ([storage, mutable]) => [...valType(storage), mutable ? 1 : 0];
    const composite = {
      func: () => [0x60, ...list(type.params), ...list(type.results)],
      struct: () => [0x5f, ...counted(type.fields.map(field))],
      array: () => [0x5e, ...field(type.fields[0])],
    }[type.kind]();
    if (type.final && type.supers.length === 0) return composite;
    const supers = counted(type.supers.map((it) => unsigned(heap(it))));
    return [type.final ? 0x4f : 0x50, ...supers, ...composite];
  }

  valType(type, base) {
    if (!isRef(type)) return [numeric[type]];
    const heap = heapOf(type);
    if (heap in heaps && isNullable(type)) return [heaps[heap]];
    return [isNullable(type) ? 0x63 : 0x64, ...this.heapType(heap, base)];
  }

  heapType(heap, base) {
    if (heap in heaps) return [heaps[heap]];
    return signed(heap.startsWith("r") ? base + Number(heap.slice(1)) : this.type(Number(heap)));
  }

  limits({ min = 0, max, index, shared, pageSize = 65536 }) {
    const own = pageSize !== 65536;
    const flags = (max === undefined ? 0 : 1) | (shared ? 2 : 0) | (index === "i64" ? 4 : 0) | (own ? 8 : 0);
    return [
      flags, ...unsigned(min), ...(max === undefined ? [] : unsigned(max)),
      ...(own ? unsigned(Math.log2(pageSize)) : []),
    ];
  }

  // The type of an extern of ours.
  externType(it) {
    switch (it.kind) {
      case "func": return unsigned(this.type(it.type));
      case "table": return [...this.valType(it.element), ...this.limits(it)];
      case "memory": return this.limits(it);
      case "global": return [...this.valType(it.type), it.mutable ? 1 : 0];
      case "tag": return [0, ...unsigned(this.type(it.type))];
    }
  }

  // Imports come before everything that the module defines. Gives the index.
  import(field, type) {
    this.imports.push([...name("m"), ...name(field), kinds[type.kind], ...this.externType(type)]);
    return this.counts[type.kind]++;
  }

  importFunc(field, params, results) {
    return this.import(field, { kind: "func", type: funcType(params, results) });
  }

  // A function that is exported under a name; `locals` are the types of its own locals.
  func(field, type, locals, body) {
    this.functions.push(unsigned(this.type(type)));
    const types = locals.map((it) => [1, ...this.valType(it)]);
    this.bodies.push(sized([...counted(types), ...body.flat(Infinity), 0x0b]));
    return this.define("func", field);
  }

  // A table, memory, global or tag: exported under a name, with the constant expression of its value.
  item(field, type, init) {
    const value = init === undefined ? [] : [...init, 0x0b];
    const prefix = type.kind === "table" && init !== undefined ? [0x40, 0] : [];
    this.sections[type.kind].push([...prefix, ...this.externType(type), ...value]);
    return this.define(type.kind, field);
  }

  define(kind, field) {
    const index = this.counts[kind]++;
    if (field !== null) this.exports.push([...name(field), kinds[kind], ...unsigned(index)]);
    return index;
  }

  bytes() {
    const { table, memory, global, tag } = this.sections;
    const lists = [
      [1, this.groups], [2, this.imports], [3, this.functions], [4, table], [5, memory], [13, tag],
      [6, global], [7, this.exports], [10, this.bodies],
    ];
    const used = lists.filter(([, entries]) => entries.length > 0);
    const sections = used.map(([id, entries]) => [id, ...sized(counted(entries))]);
    return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
  }
}

const contents = (type) =>
  type.kind === "func" ? [...type.params, ...type.results] : type.fields.map(([storage]) => storage);
