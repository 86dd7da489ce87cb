// A small adapter: V8, through Node.js. It has the required requests and what most official scripts
// import, and leaves everything else out. ../PROTOCOL.md describes the protocol.
//
//   wassay run wasm-v1 --engine exec:'node --experimental-wasm-type-reflection node.mjs'

import { createInterface } from "node:readline";
import { writeSync } from "node:fs";

if (!WebAssembly.Function) throw "start me as: node --experimental-wasm-type-reflection node.mjs";

// An answer other than `ok`: throw new Answer({ unsupported: "tables of the host" }).
function Answer(fields) {
  this.fields = fields;
}
const lacks = (what) => {
  throw new Answer({ unsupported: what });
};

// Handles: one counter for everything. An owner is "engine 1" or "session 1".
let next = 1;
const things = new Map();
const add = (owner, thing) => (things.set(next, { owner, thing }), next++);
const get = (number) => things.get(number)?.thing ?? dropped(number);
const dropped = (number) => {
  throw new Answer({ dropped: `no handle ${number}` });
};
const drop = (owner) =>
  (things.forEach((it, number) => it.owner === owner && things.delete(number)), {});

// Values. JavaScript may change the bits of a NaN, so a NaN never crosses its border.
const bits = new DataView(new ArrayBuffer(8));
const checked = (float) => (Number.isNaN(float) ? lacks("NaNs at the border of JavaScript") : float);
const lower = {
  i32: (value) => value | 0,
  i64: (value) => BigInt.asIntN(64, BigInt(value)),
  f32: (value) => (bits.setUint32(0, value), checked(bits.getFloat32(0))),
  f64: (value) => (bits.setBigUint64(0, BigInt(value)), checked(bits.getFloat64(0))),
  null: () => null,
  func: get,
};
const lift = {
  i32: (value) => ({ i32: value >>> 0 }),
  i64: (value) => ({ i64: String(BigInt.asUintN(64, value)) }),
  f32: (value) => (bits.setFloat32(0, checked(value)), { f32: bits.getUint32(0) }),
  f64: (value) => (bits.setFloat64(0, checked(value)), { f64: String(bits.getBigUint64(0)) }),
  funcref: (value, owner) => (value === null ? { null: "func" } : { func: add(owner, value) }),
};
const known = (table, type) => table[type] ?? lacks(`${type} values at the border of JavaScript`);
const toJs = (value) => Object.entries(value).map(([type, it]) => known(lower, type)(it))[0];
const fromJs = (type, value, owner) => known(lift, type)(value, owner);

const limits = ({ min, max, index, shared, page_size }) => {
  if (index || shared || page_size) lacks("memories and tables of newer proposals");
  return { initial: Number(min), ...(max === undefined ? {} : { maximum: Number(max) }) };
};
const simple = (type) =>
  typeof type === "string" ? type : lacks("reference types at the border of JavaScript");

// The end of a call or an instantiation that did not return. V8 has no kinds, only messages.
function ended(error) {
  if (error instanceof Answer) return error.fields;
  if (error instanceof WebAssembly.LinkError) return { unlinkable: { message: error.message } };
  if (error instanceof WebAssembly.RuntimeError) return { trapped: { message: error.message } };
  if (error instanceof RangeError) return { exhausted: error.message };
  throw error; // A bug: the harness shows it, and starts another adapter.
}

const kinds = ["Memory", "Table", "Global", "Function"];
const kindOf = (item) =>
  kinds.find((kind) => item instanceof WebAssembly[kind]).toLowerCase().replace("ction", "c");

const ops = {
  hello: () => ({
    protocol: 1,
    name: "node-example",
    version: process.versions.v8,
    features: ["mutable-global", "sign-extension", "saturating-float-to-int", "multi-value",
      "bulk-memory", "reference-types", "simd", "annotations"],
    ops: Object.keys(ops),
  }),
  start: () => ({}),
  stop: ({ engine }) => drop(`engine ${engine}`),
  compile({ engine, wasm }) {
    const bytes = Buffer.from(wasm, "base64");
    try {
      return { module: add(`engine ${engine}`, new WebAssembly.Module(bytes)) };
    } catch (error) {
      throw new Answer({ rejected: { message: error.message } });
    }
  },
  drop_module: ({ module }) => (things.delete(module) ? {} : dropped(module)),
  open: () => ({}),
  close: ({ session }) => drop(`session ${session}`),
  instantiate({ session, module, imports }) {
    const wanted = WebAssembly.Module.imports(get(module));
    if (wanted.length !== imports.length) {
      throw new Answer({ unlinkable: { message: `${wanted.length} imports are needed` } });
    }
    const given = {};
    wanted.forEach(({ module, name }, at) => {
      const item = get(Object.values(imports[at])[0]);
      const first = ((given[module] ??= {})[name] ??= item);
      if (first !== item) lacks("two imports of one name");
    });
    const instance = new WebAssembly.Instance(get(module), given);
    return { instance: add(`session ${session}`, instance) };
  },
  export({ session, instance, name }) {
    const item = get(instance).exports[name];
    return item === undefined ? null : { [kindOf(item)]: add(`session ${session}`, item) };
  },
  call({ session, func, args }) {
    const { results } = get(func).type?.() ?? WebAssembly.Function.type(get(func));
    const returned = get(func)(...args.map(toJs));
    const values = results.length === 1 ? [returned] : [...(returned ?? [])];
    return values.map((value, at) => fromJs(results[at], value, `session ${session}`));
  },
  host_func({ session, type, action }) {
    const values = (action.return ?? lacks("host functions that do not return")).map(toJs);
    const result = values.length === 1 ? values[0] : values;
    const ty = { parameters: type.params.map(simple), results: type.results.map(simple) };
    return { func: add(`session ${session}`, new WebAssembly.Function(ty, () => result)) };
  },
  global_new({ session, type, value }) {
    const global = new WebAssembly.Global({ ...type, value: simple(type.type) }, toJs(value));
    return { global: add(`session ${session}`, global) };
  },
  global_get({ session, global }) {
    return fromJs(get(global).type().value, get(global).value, `session ${session}`);
  },
  table_new({ session, type, init }) {
    const element = simple(type.element).replace("funcref", "anyfunc");
    const table = new WebAssembly.Table({ ...limits(type), element }, toJs(init));
    return { table: add(`session ${session}`, table) };
  },
  memory_new({ session, type }) {
    return { memory: add(`session ${session}`, new WebAssembly.Memory(limits(type))) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const perform = Object.hasOwn(ops, request.op) ? ops[request.op] : () => lacks(request.op);
  let answer;
  try {
    answer = { ok: perform(request) };
  } catch (error) {
    answer = ended(error);
  }
  if (request.id !== undefined) writeSync(1, JSON.stringify({ id: request.id, ...answer }) + "\n");
}
