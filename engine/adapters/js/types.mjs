// Types. A value type is a string: "i32", or for a reference "null HEAP" or "ref HEAP", where HEAP is a
// name of the text format, or the number of a defined type. Defined types are canonical: two modules
// that define the same recursion group have the same numbers, as the specification demands.

import { add, get } from "./handles.mjs";
import { misuse } from "./answer.mjs";

export const numeric = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b, i8: 0x78, i16: 0x77 };
export const heaps = {
  func: 0x70, extern: 0x6f, any: 0x6e, eq: 0x6d, i31: 0x6c, struct: 0x6b, array: 0x6a, exn: 0x69,
  none: 0x71, noextern: 0x72, nofunc: 0x73, noexn: 0x74,
};
const tops = {
  func: "func", nofunc: "func", extern: "extern", noextern: "extern", exn: "exn", noexn: "exn",
};

export const isRef = (type) => type.includes(" ");
export const isNullable = (type) => type.startsWith("null ");
export const heapOf = (type) => type.slice(type.indexOf(" ") + 1);

// The hierarchy of a reference type: func, extern, any or exn.
export function topOf(type) {
  const heap = heapOf(type);
  if (/^\d/.test(heap)) return defined[heap].kind === "func" ? "func" : "any";
  return tops[heap] ?? "any";
}

// All defined types by number: the kind, the group, the place in it, and how deep its supertypes are.
export const defined = [];
const groups = new Map();

// The number of the first type of a recursion group. A subtype is
// {final, supers: [HEAP], kind: "func", params: [TYPE], results: [TYPE]}, or has fields of
// [TYPE, mutable] instead; a reference into the group itself has the HEAP "r0", "r1" and so on.
export function intern(group) {
  const key = JSON.stringify(group);
  let first = groups.get(key);
  if (first === undefined) {
    first = defined.length;
    groups.set(key, first);
    const outside = (text) => text.replace(/\br(\d+)$/, (_, at) => String(first + Number(at)));
    group.forEach((type, index) => {
      const absolute = { ...type, group, first, supers: type.supers.map(outside) };
      if (type.kind === "func") {
        absolute.params = type.params.map(outside);
        absolute.results = type.results.map(outside);
      }
      absolute.depth = absolute.supers.length === 0 ? 0 : 1 + defined[absolute.supers[0]].depth;
      defined[first + index] = absolute;
    });
  }
  return first;
}

// The number of the function type that has no supertype and no subtype.
export const funcType = (params, results) =>
  intern([{ final: true, supers: [], kind: "func", params, results }]);

// A defined type behind a handle.
export class Type {
  constructor(number) {
    this.number = number;
  }
}

// Value types as the protocol has them.
const simple = { funcref: "null func", externref: "null extern" };
const words = { "null func": "funcref", "null extern": "externref" };

export function readType(wire) {
  if (typeof wire === "string") return simple[wire] ?? wire;
  return (wire.null ? "null " : "ref ") + readHeap(wire.ref);
}

function readHeap(heap) {
  if (typeof heap === "string") return heap;
  const [[kind, handle]] = Object.entries(heap);
  const { number } = get(handle, Type);
  return defined[number].kind === kind ? number : misuse(`type ${handle} is no ${kind} type`);
}

export const readFuncType = ({ params = [], results = [] }) =>
  funcType(params.map(readType), results.map(readType));

export function writeType(type, engine) {
  if (!isRef(type)) return type;
  return words[type] ?? { ref: writeHeap(heapOf(type), engine), null: isNullable(type) };
}

function writeHeap(heap, engine) {
  if (!/^\d/.test(heap)) return heap;
  const number = Number(heap);
  let handle = engine.types.get(number);
  if (handle === undefined) {
    handle = add(engine.owner, new Type(number));
    engine.types.set(number, handle);
  }
  return { [defined[number].kind]: handle };
}

const limits = ({ min, max, index }) => ({
  min: String(min),
  ...(max === undefined ? {} : { max: String(max) }),
  ...(index === "i64" ? { index } : {}),
});

// The type of an extern, for the protocol. An extern type of ours is {kind, ...}.
export function writeExternType(it, engine) {
  const list = (types) => types.map((type) => writeType(type, engine));
  switch (it.kind) {
    case "func": {
      const { params, results } = defined[it.type];
      return { func: { params: list(params), results: list(results) } };
    }
    case "tag":
      return { tag: { params: list(defined[it.type].params) } };
    case "table":
      return { table: { element: writeType(it.element, engine), ...limits(it) } };
    case "memory":
      return {
        memory: {
          ...limits(it),
          ...(it.shared ? { shared: true } : {}),
          ...(it.pageSize === 65536 ? {} : { page_size: it.pageSize }),
        },
      };
    case "global":
      return { global: { type: writeType(it.type, engine), mutable: it.mutable } };
  }
}

// The limits of a table or memory; those that no valid type has are misuse. `most` is the largest one.
export function limitsOf({ min, max, index, shared = false, page_size: pageSize = 65536 }, most) {
  const bound = most({ bits: index === "i64" ? 64n : 32n, pageSize: BigInt(pageSize) });
  const numbers = [min, ...(max === undefined ? [] : [max])].map(BigInt);
  if (numbers.some((number) => number > bound)) misuse(`a limit above ${bound}`);
  if (numbers.length === 2 && numbers[0] > numbers[1]) misuse("a minimum above the maximum");
  if (shared && max === undefined) misuse("a shared memory without a maximum");
  return {
    min: numbers[0],
    ...(max === undefined ? {} : { max: numbers[1] }),
    ...(index === "i64" ? { index } : {}),
    shared,
    pageSize,
  };
}
export const mostPages = ({ bits, pageSize }) => (1n << bits) / pageSize;
export const mostElements = ({ bits }) => (1n << bits) - 1n;
