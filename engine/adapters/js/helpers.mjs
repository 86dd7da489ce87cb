// Helper modules: they do inside wasm what JavaScript cannot do at its border. Numbers cross as bits in
// one small memory that all helpers share, in slots of 16 bytes, so NaNs and vectors are intact. An
// exception reference crosses as what JavaScript catches when it is thrown. All other references
// cross as JavaScript's own values, and the engine checks their types. Each helper is compiled once
// for its types.

import { signed, unsigned } from "./bytes.mjs";
import { defined, funcType, heapOf, isNullable, isRef, topOf } from "./types.mjs";
import { ModuleWriter } from "./writer.mjs";
import { lacks } from "./answer.mjs";

const SLOT = 16;
const border = new WebAssembly.Memory({ initial: 1 });
const bits = new DataView(border.buffer);

const loads = { i32: [0x28], i64: [0x29], f32: [0x2a], f64: [0x2b], v128: [0xfd, 0x00] };
const stores = { i32: [0x36], i64: [0x37], f32: [0x38], f64: [0x39], v128: [0xfd, 0x0b] };

// Operators.
const local = { get: (at) => [0x20, ...unsigned(at)], set: (at) => [0x21, ...unsigned(at)] };
const call = (at) => [0x10, ...unsigned(at)];
const zero = [0x41, 0];
const UNREACHABLE = 0x00;
const END = 0x0b;
const AS_NON_NULL = 0xd4;
const load = (type, slot) => [zero, loads[type], 0, unsigned(slot * SLOT)];
const store = (type, slot, value) => [zero, value, stores[type], 0, unsigned(slot * SLOT)];

const isExn = (type) => isRef(type) && topOf(type) === "exn";
// The types of references as they cross the border.
const crossing = (types) => types.filter(isRef).map((it) => (isExn(it) ? "null extern" : it));

// Puts the bits of a number into a slot of the border, and gives those that are there. A vector is
// 32 hexadecimal digits, the most significant first.
export const put = {
  i32: (slot, value) => bits.setUint32(slot * SLOT, value, true),
  i64: (slot, value) => bits.setBigUint64(slot * SLOT, BigInt(value), true),
  f32: (slot, value) => bits.setUint32(slot * SLOT, value, true),
  f64: (slot, value) => bits.setBigUint64(slot * SLOT, BigInt(value), true),
  v128(slot, value) {
    bits.setBigUint64(slot * SLOT, BigInt(`0x${value.slice(16)}`), true);
    bits.setBigUint64(slot * SLOT + 8, BigInt(`0x${value.slice(0, 16)}`), true);
  },
};
const half = (at) => bits.getBigUint64(at, true).toString(16).padStart(16, "0");
export const take = {
  i32: (slot) => bits.getUint32(slot * SLOT, true),
  i64: (slot) => String(bits.getBigUint64(slot * SLOT, true)),
  f32: (slot) => bits.getUint32(slot * SLOT, true),
  f64: (slot) => String(bits.getBigUint64(slot * SLOT, true)),
  v128: (slot) => half(slot * SLOT + 8) + half(slot * SLOT),
};

const compiled = new Map();

// An instance of the helper with this name, which the function writes if it was not compiled yet.
function helper(key, write, imports = {}) {
  let module = compiled.get(key);
  if (module === undefined) {
    const writer = new ModuleWriter();
    write(writer);
    module = ownModule(writer);
    compiled.set(key, module);
  }
  return new WebAssembly.Instance(module, { m: { ...exn(), ...imports, border } }).exports;
}

const borderType = { kind: "memory", min: 1 };

// Exception references, which JavaScript cannot hold. `in` throws a value inside wasm and catches its
// reference; `out` lets JavaScript catch it.
let exceptions;
let thrown = null;
function exn() {
  if (exceptions !== undefined) return exceptions;
  exceptions = {};
  const writer = new ModuleWriter();
  const rethrow = writer.importFunc("throw", ["null extern"], []);
  const caught = writer.importFunc("caught", [], ["null extern"]);
  const held = writer.item(null, { kind: "global", type: "null exn", mutable: true }, [0xd0, 0x69]);
  writer.func("in", funcType(["null extern"], ["null exn"]), [], [
    local.get(0), 0xd1, 0x04, 0x40, 0xd0, 0x69, 0x0f, END,
    // (block (result (ref exn)) (try_table (catch_all_ref 0) ...))
    0x02, 0x64, 0x69, 0x1f, 0x40, 1, 3, 0, local.get(0), call(rethrow), END, UNREACHABLE, END,
  ]);
  writer.func("out", funcType(["null exn"], ["null extern"]), [], [
    local.get(0), 0xd1, 0x04, 0x40, 0xd0, 0x6f, 0x0f, END,
    local.get(0), 0x24, held, call(caught),
  ]);
  writer.func("again", funcType([], []), [], [0x23, held, 0x0a]);
  const bytes = writer.bytes();
  if (!WebAssembly.validate(bytes)) return exceptions;
  const imports = {
    throw: (value) => {
      throw value;
    },
    caught: () => {
      try {
        instance.exports.again();
      } catch (error) {
        return error;
      }
    },
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: imports });
  exceptions = { exnIn: instance.exports.in, exnOut: instance.exports.out };
  return exceptions;
}

// Imports what exception references among these types need; gives how they enter and leave.
function exnBorder(writer, types) {
  if (!types.some(isExn)) return {};
  if (exn().exnIn === undefined) lacks("exception references at the border of JavaScript");
  const into = writer.importFunc("exnIn", ["null extern"], ["null exn"]);
  const out = writer.importFunc("exnOut", ["null exn"], ["null extern"]);
  return { into: (it) => [it, call(into)], out: (it) => [it, call(out)] };
}

// Pushes values that came over the border: numbers from slots, references from locals, beginning with
// local `first`.
function enter(types, first, exns) {
  let next = first;
  return types.map((type, slot) => {
    if (!isRef(type)) return load(type, slot);
    const value = local.get(next++);
    if (!isExn(type)) return value;
    const ref = heapOf(type) === "noexn" ? [0xd0, 0x74] : exns.into(value);
    return [ref, isNullable(type) ? [] : AS_NON_NULL];
  });
}

// Takes values over the border from locals beginning with `first`: numbers to slots, references onto
// the stack.
function leave(types, first, exns) {
  const at = (index) => local.get(first + index);
  const numbers = types.map((type, index) => (isRef(type) ? [] : store(type, index, at(index))));
  const refs = types.map((type, index) => {
    if (!isRef(type)) return [];
    return isExn(type) ? exns.out(at(index)) : at(index);
  });
  return [numbers, refs];
}

// Pops values into locals beginning with `first`.
const pop = (types, first) => types.map((_, index) => local.set(first + index)).reverse();

// Calls a function of a type: numbers are in slots before and after. Gives the references.
const callers = new Map();
export function caller(type) {
  let found = callers.get(type);
  if (found === undefined) {
    const { params, results } = defined[type];
    const inside = crossing(params);
    found = helper(`call ${type}`, (writer) => {
      writer.import("border", borderType);
      const exns = exnBorder(writer, [...params, ...results]);
      writer.item("callee", { kind: "table", element: "null func", min: 1 });
      writer.func("call", funcType(inside, crossing(results)), results, [
        enter(params, 0, exns), zero, 0x11, unsigned(writer.type(type)), 0,
        pop(results, inside.length), leave(results, inside.length, exns),
      ]);
    });
    callers.set(type, found);
  }
  return found;
}

// A function of the host. `seen` gets the references among the arguments, and gives those among the
// values; numbers are in slots. `end` says what follows: {kind: "return"}, {kind: "trap"},
// {kind: "throw", tag, type} or {kind: "call", func, type}.
export function hostFunc(type, end, seen) {
  const { params, results } = defined[type];
  const values = { return: results, throw: end.kind === "throw" ? defined[end.type].params : [] }[end.kind] ?? [];
  const made = helper(`host ${type} ${end.kind} ${end.type}`, (writer) => {
    writer.import("border", borderType);
    const exns = exnBorder(writer, [...params, ...values]);
    const host = writer.importFunc("seen", crossing(params), crossing(values));
    const tag = end.kind === "throw" && writer.import("tag", { kind: "tag", type: end.type });
    const callee = end.kind === "call" && writer.import("func", { kind: "func", type: end.type });
    const first = params.length;
    const returned = crossing(values);
    const last = {
      return: () => [],
      trap: () => [UNREACHABLE],
      throw: () => [0x08, unsigned(tag)],
      call: () => [params.map((_, index) => local.get(index)), call(callee)],
    }[end.kind]();
    writer.func("func", type, returned, [
      leave(params, 0, exns), call(host), pop(returned, first), enter(values, first, exns), last,
    ]);
  }, { seen, tag: end.tag, func: end.func });
  return made.func;
}

// Gives the payload of the exception that is `thrown`: numbers in slots, and the references.
const openers = new WeakMap();
export function openException(exception, tag, type) {
  let open = openers.get(tag);
  if (open === undefined) {
    const { params } = defined[type];
    open = helper(`open ${type}`, (writer) => {
      writer.import("border", borderType);
      const exns = exnBorder(writer, params);
      const rethrow = writer.importFunc("throw", [], []);
      const index = writer.import("tag", { kind: "tag", type });
      const block = signed(writer.signature([], params));
      // With try_table if the engine has it, else with try.
      const caught = exn().exnIn === undefined
        ? [0x06, block, call(rethrow), UNREACHABLE, 0x07, unsigned(index), END]
        : [0x02, block, 0x1f, 0x40, 1, 0, unsigned(index), 0, call(rethrow), END, UNREACHABLE, END];
      writer.func("open", funcType([], crossing(params)), params, [
        caught, pop(params, 0), leave(params, 0, exns),
      ]);
    }, { tag, throw: rethrow }).open;
    openers.set(tag, open);
  }
  thrown = exception;
  return open();
}
const rethrow = () => {
  throw thrown;
};

// Reads and writes a global: get gives a reference, or puts a number into slot 0; so does set the
// other way.
const accessors = new WeakMap();
const accessor = (object, make) => {
  let found = accessors.get(object);
  if (found === undefined) accessors.set(object, (found = make()));
  return found;
};

export const globalAccess = (global, type, mutable) => accessor(global, () =>
  helper(`global ${type} ${mutable}`, (writer) => {
    writer.import("border", borderType);
    const exns = exnBorder(writer, [type]);
    const index = unsigned(writer.import("global", { kind: "global", type, mutable }));
    const inside = crossing([type]);
    writer.func("get", funcType([], inside), [type], [0x23, index, pop([type], 0), leave([type], 0, exns)]);
    if (mutable) writer.func("set", funcType(inside, []), [], [enter([type], 0, exns), 0x24, index]);
  }, { global }));

export const tableAccess = (table, { element, index = "i32", max }) => accessor(table, () =>
  helper(`table ${element} ${index} ${max}`, (writer) => {
    const exns = exnBorder(writer, [element]);
    const at = unsigned(writer.import("table", { kind: "table", element, index, max }));
    const [inside] = crossing([element]);
    writer.func("size", funcType([], [index]), [], [0xfc, 0x10, at]);
    writer.func("get", funcType([index], [inside]), [element], [
      local.get(0), 0x25, at, local.set(1), leave([element], 1, exns),
    ]);
    writer.func("set", funcType([index, inside], []), [], [local.get(0), enter([element], 1, exns), 0x26, at]);
    writer.func("grow", funcType([index, inside], [index]), [], [
      enter([element], 1, exns), local.get(0), 0xfc, 0x0f, at,
    ]);
    writer.func("fill", funcType([index, inside, index], []), [], [
      local.get(0), enter([element], 1, exns), local.get(2), 0xfc, 0x11, at,
    ]);
  }, { table }));

export const memoryAccess = (memory, type) => accessor(memory, () => {
  const { index = "i32", max, shared, pageSize } = type;
  return helper(`memory ${index} ${max} ${shared} ${pageSize}`, (writer) => {
    const at = writer.import("memory", { ...type, min: 0 });
    writer.func("size", funcType([], [index]), [], [0x3f, at]);
    writer.func("grow", funcType([index], [index]), [], [local.get(0), 0x40, at]);
  }, { memory });
});

// A module that this adapter wrote: nothing is wrong with it except what an engine limits.
function ownModule(writer) {
  try {
    return new WebAssembly.Module(writer.bytes());
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    return lacks("types and sizes above the limits of the engine");
  }
}

// Makes a memory, a tag, or a table or global whose value is that number or reference.
const writeConst = {
  i32: (value) => [0x41, ...signed(BigInt.asIntN(32, BigInt(value)))],
  i64: (value) => [0x42, ...signed(BigInt.asIntN(64, BigInt(value)))],
  f32: (value) => [0x43, ...bytesOf(BigInt(value), 4)],
  f64: (value) => [0x44, ...bytesOf(BigInt(value), 8)],
  v128: (value) => [0xfd, 0x0c, ...bytesOf(BigInt(`0x${value}`), 16)],
};
const bytesOf = (value, length) =>
  Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));

export function make(type, valueType, value) {
  const writer = new ModuleWriter();
  let init;
  if (valueType !== undefined && !isRef(valueType)) {
    init = writeConst[valueType](value);
  } else if (valueType !== undefined && value === null && isNullable(valueType)) {
    init = type.kind === "table" ? undefined : [0xd0, ...writer.heapType(valueType.slice(5))];
  } else if (valueType !== undefined) {
    if (isExn(valueType)) lacks("immutable globals and tables that begin with an exception reference");
    init = [0x23, writer.import("value", { kind: "global", type: valueType, mutable: false })];
  }
  writer.item("made", type, init);
  const module = ownModule(writer);
  return new WebAssembly.Instance(module, { m: { value } }).exports.made;
}

// Whether a function can be imported with this type.
export function hasType(func, type) {
  try {
    helper(`accepts ${type}`, (writer) => writer.import("func", { kind: "func", type }), { func });
    return true;
  } catch (error) {
    if (error instanceof WebAssembly.LinkError) return false;
    throw error;
  }
}

// What an object of wasm is: "struct" or "array".
let classify;
export function objectKind(object) {
  classify ??= helper("classify", (writer) => {
    const test = (heap) => [local.get(0), 0xfb, 0x14, heap];
    writer.func("kind", funcType(["null any"], ["i32"]), [], [
      test(0x6b), 0x04, 0x40, 0x41, 1, 0x0f, END, test(0x6a), 0x04, 0x40, 0x41, 2, 0x0f, END, 0x41, 0,
    ]);
  }).kind;
  return [null, "struct", "array"][classify(object)];
}
