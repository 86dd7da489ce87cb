// The requests of the protocol. Each takes a request and gives its `ok`, or throws an `Answer`.

import { Answer, fail, lacks, misuse } from "./answer.mjs";
import { add, again, close, drop, get } from "./handles.mjs";
import { decodeBase64, encodeBase64 } from "./bytes.mjs";
import {
  defined, isNullable, isRef, limitsOf, mostElements, mostPages, readFuncType, readType, writeExternType,
} from "./types.mjs";
import { features } from "./features.mjs";
import { readModule, rewrite } from "./reader.mjs";
import { caller, globalAccess, hasType, hostFunc, make, memoryAccess, tableAccess } from "./helpers.mjs";
import {
  Func, enter, leave, lift, liftAll, listed, lower, lowerAll, lowerAny, unlisted,
} from "./values.mjs";
import { Endings, trapInHost } from "./endings.mjs";

const MAX_CALLS = 65536;
const MAX_CALL_BYTES = 16 << 20;

class Engine {
  constructor(number) {
    this.owner = `engine ${number}`;
    // Handles of defined types, and the function types of all modules.
    this.types = new Map();
    this.funcTypes = new Set();
  }
}

class Session {
  constructor(number, engine) {
    this.owner = `session ${number}`;
    this.engine = engine;
    this.clearCalls();
    // By JavaScript's object: the type, and what gives a handle.
    this.tags = new Map();
  }

  clearCalls() {
    this.calls = [];
    this.callBytes = 0;
    this.lostCalls = 0;
  }

  addTag(object, type) {
    const tag = () => add(this.owner, new Tag(object));
    if (!this.tags.has(object)) this.tags.set(object, { type, tag });
  }
}

class Module {
  constructor(native, contents) {
    this.native = native;
    this.contents = contents;
  }
}

class Instance {
  constructor(exports, module) {
    this.exports = exports;
    this.types = new Map(module.contents.exports.map(({ name, type }) => [name, type]));
  }
}

// What is imported and exported; `value` is JavaScript's object.
class Item {
  constructor(value) {
    this.value = value;
  }
}
class Table extends Item {}
class Memory extends Item {}
class Global extends Item {}
class Tag extends Item {}
const classes = { func: Func, table: Table, memory: Memory, global: Global, tag: Tag };

// The types of JavaScript's objects. An object that is exported several times has the type of the
// first export, which is its definition's: what is imported was exported before.
const types = new WeakMap();
function addItem(session, value, type) {
  if (!types.has(value)) types.set(value, type);
  if (type.kind === "tag") session.addTag(value, type.type);
  return { [type.kind]: add(session.owner, new classes[type.kind](value)) };
}

const getItem = (extern) => {
  const [[kind, handle]] = Object.entries(extern);
  return get(handle, classes[kind]).value;
};

// The type of a function. One that no module exports is imported with every type that the modules of
// the engine have: the lowest that it has is its own.
function typeOfFunc(value, { engine }) {
  let type = types.get(value);
  if (type === undefined) {
    const fits = [...engine.funcTypes].filter((it) => hasType(value, it));
    fits.sort((a, b) => defined[b].depth - defined[a].depth);
    type = { kind: "func", type: fits[0] ?? fail("a function with a type that no module declares") };
    types.set(value, type);
  }
  return type.type;
}

// An index or a size for a table or memory, or null if it has too many bits.
const indexFor = ({ index }, value) => {
  const number = BigInt(value);
  if (index === "i64") return number;
  return number < 1n << 32n ? Number(number) : null;
};

// What growing gave: the old size, or null for -1.
const grown = (old) => {
  const size = typeof old === "bigint" ? BigInt.asIntN(64, old) : BigInt(old | 0);
  return size === -1n ? null : String(BigInt.asUintN(typeof old === "bigint" ? 64 : 32, size));
};
const sizeOf = (size) => String(typeof size === "bigint" ? BigInt.asUintN(64, size) : size >>> 0);

export function operations(shell) {
  const endings = new Endings(shell.engine);
  const engines = new Map();
  const sessions = new Map();
  const session = ({ session }) => sessions.get(session) ?? misuse(`no session ${session}`);

  const ops = {
    hello: () => ({
      protocol: 1,
      name: shell.name,
      version: shell.version,
      features: features(),
      capabilities: ["kinds", "collect"],
      ops: Object.keys(ops),
    }),
    start({ engine, config }) {
      const lacking = (config?.features ?? []).find((name) => !features().includes(name));
      if (lacking !== undefined) lacks(`the feature ${lacking}`);
      engines.set(engine, new Engine(engine));
      return {};
    },
    stop({ engine }) {
      for (const [number, it] of sessions) {
        if (it.engine === engines.get(engine)) ops.close({ session: number });
      }
      close(`engine ${engine}`);
      engines.delete(engine);
      return {};
    },
    compile({ engine, wasm }) {
      const bytes = decodeBase64(wasm);
      let native;
      try {
        native = new WebAssembly.Module(bytes);
      } catch (error) {
        if (!(error instanceof WebAssembly.CompileError)) throw error;
        const at = /@\+(\d+)|at byte (\d+)/.exec(error.message);
        const offset = at === null ? {} : { offset: Number(at[1] ?? at[2]) };
        throw new Answer({ rejected: { ...offset, message: error.message } });
      }
      const contents = readModule(bytes);
      const rewritten = rewrite(contents);
      const { owner, funcTypes } = engines.get(engine);
      if (rewritten !== bytes) native = new WebAssembly.Module(rewritten);
      for (const type of contents.types) if (defined[type].kind === "func") funcTypes.add(type);
      const write = (it) => ({ ...it, type: writeExternType(it.type, engines.get(engine)) });
      return {
        module: add(owner, new Module(native, contents)),
        imports: contents.imports.map(({ module, name, type }) => write({ module, name, type })),
        exports: contents.exports.map(write),
      };
    },
    drop_module: ({ module }) => (drop(module), {}),

    open({ engine, session }) {
      sessions.set(session, new Session(session, engines.get(engine)));
      return {};
    },
    close({ session }) {
      close(`session ${session}`);
      sessions.delete(session);
      return {};
    },
    instantiate(request) {
      const it = session(request);
      const module = get(request.module, Module);
      const { imports, tagExports, firstTag, tags } = module.contents;
      if (imports.length !== request.imports.length) {
        const position = Math.min(imports.length, request.imports.length);
        const message = `${imports.length} imports are needed, ${request.imports.length} were given`;
        throw new Answer({ unlinkable: { kind: "unknown-import", import: position, message } });
      }
      const given = Object.fromEntries(request.imports.map(getItem).entries());
      const { exports } = endings.perform(it, () => new WebAssembly.Instance(module.native, { m: given }));
      tagExports.forEach((name, at) => {
        types.set(exports[name], tags[firstTag + at]);
        it.addTag(exports[name], tags[firstTag + at].type);
      });
      return { instance: add(it.owner, new Instance(exports, module)) };
    },
    export(request) {
      const { exports, types } = get(request.instance, Instance);
      const type = types.get(request.name);
      return type === undefined ? null : addItem(session(request), exports[request.name], type);
    },
    call(request) {
      const it = session(request);
      const callee = get(request.func, Func).value;
      const type = typeOfFunc(callee, it);
      const { params, results } = defined[type];
      const raws = lowerAll(request.args, params);
      const returned = endings.perform(it, () => {
        const helper = caller(type);
        helper.callee.set(0, callee);
        try {
          return helper.call(...enter(raws, params));
        } finally {
          // What is in the table stays alive.
          helper.callee.set(0, null);
        }
      });
      return liftAll(leave(listed(returned, results.filter(isRef).length), results), results, it);
    },
    host_func(request) {
      const it = session(request);
      const type = readFuncType(request.type);
      const { params, results } = defined[type];
      const [[kind, action]] = Object.entries(request.action);
      let [payload, payloadTypes] = [[], []];
      const end = { kind };
      if (kind === "return") {
        [payload, payloadTypes] = [lowerAll(action, results), results];
      } else if (kind === "throw") {
        end.tag = get(action.tag, Tag).value;
        end.type = types.get(end.tag).type;
        payloadTypes = defined[end.type].params;
        payload = lowerAll(action.values, payloadTypes);
      } else if (kind === "call") {
        end.func = get(action, Func).value;
        end.type = typeOfFunc(end.func, it);
        const called = defined[end.type];
        const fits = String(called.params) === String(params) && String(called.results) === String(results);
        if (!fits) misuse("a function of another type to call back");
      } else if (kind !== "trap") {
        lacks(`host functions that ${kind}`);
      }
      const record = { func: null, number: 0 };
      const seen = (...refs) => {
        if (it.lostCalls > 0 || it.calls.length >= MAX_CALLS || it.callBytes >= MAX_CALL_BYTES) {
          it.lostCalls++;
        } else {
          it.calls.push({ record, raws: leave(refs, params), params });
          it.callBytes += 64 + 64 * params.length;
        }
        if (kind === "trap") trapInHost(action);
        return unlisted(enter(payload, payloadTypes));
      };
      const value = hostFunc(type, end, seen);
      types.set(value, { kind: "func", type });
      record.func = new Func(value);
      record.number = add(it.owner, record.func);
      return { func: record.number };
    },
    take_host_calls(request) {
      const it = session(request);
      const calls = it.calls.map(({ record, raws, params }) => {
        record.number = again(record.number, it.owner, record.func);
        return { func: record.number, args: liftAll(raws, params, it) };
      });
      const lost = String(it.lostCalls);
      it.clearCalls();
      return { calls, lost };
    },
    extern_type(request) {
      const it = session(request);
      const [[kind]] = Object.entries(request.extern);
      const value = getItem(request.extern);
      const type = kind === "func" ? { kind, type: typeOfFunc(value, it) } : types.get(value);
      const min = { table: tableSize, memory: memorySize }[kind]?.(value);
      return writeExternType(min === undefined ? type : { ...type, min }, it.engine);
    },

    global_new(request) {
      const content = readType(request.type.type);
      const type = { kind: "global", type: content, mutable: request.type.mutable ?? false };
      const raw = lower(request.value, content);
      return addItem(session(request), fitting(() => make(type, content, raw)), type);
    },
    global_get(request) {
      const { value } = get(request.global, Global);
      const { type, mutable } = types.get(value);
      const ref = globalAccess(value, type, mutable).get();
      return lift(leave([ref], [type])[0], type, session(request));
    },
    global_set(request) {
      const { value } = get(request.global, Global);
      const { type, mutable } = types.get(value);
      if (!mutable) misuse("an immutable global");
      const raw = lower(request.value, type);
      fitting(() => globalAccess(value, type, mutable).set(...enter([raw], [type])));
      return {};
    },
    table_new(request) {
      const it = session(request);
      const element = readType(request.type.element);
      const type = { kind: "table", element, ...limitsOf(request.type, mostElements) };
      const raw = lower(request.init, element);
      const isFilled = raw !== null && isNullable(element);
      return endings.perform(it, () => {
        const value = fitting(() => make(type, element, isFilled ? null : raw));
        if (isFilled) {
          const [zero, size] = [0, type.min].map((it) => indexFor(type, it));
          fitting(() => tableAccess(value, type).fill(zero, raw, size));
        }
        return addItem(it, value, type);
      });
    },
    table_size: ({ table }) => tableSize(get(table, Table).value),
    table_get(request) {
      const { value } = get(request.table, Table);
      const type = types.get(value);
      if (BigInt(request.index) >= BigInt(tableSize(value))) return null;
      const raw = tableAccess(value, type).get(indexFor(type, request.index));
      return lift(raw, type.element, session(request));
    },
    table_set(request) {
      const { value } = get(request.table, Table);
      const type = types.get(value);
      const raw = lower(request.value, type.element);
      if (BigInt(request.index) >= BigInt(tableSize(value))) return false;
      fitting(() => tableAccess(value, type).set(indexFor(type, request.index), raw));
      return true;
    },
    table_grow(request) {
      const { value } = get(request.table, Table);
      const type = types.get(value);
      const raw = lower(request.init, type.element);
      const delta = indexFor(type, request.delta);
      return delta === null ? null : grown(fitting(() => tableAccess(value, type).grow(delta, raw)));
    },
    memory_new(request) {
      const it = session(request);
      const type = { kind: "memory", ...limitsOf(request.type, mostPages) };
      return endings.perform(it, () => addItem(it, make(type), type));
    },
    memory_size: ({ memory }) => memorySize(get(memory, Memory).value),
    memory_read(request) {
      const bytes = range(request, Number(request.length));
      return bytes && encodeBase64(bytes);
    },
    memory_write(request) {
      const bytes = decodeBase64(request.bytes);
      const there = range(request, bytes.length);
      there?.set(bytes);
      return there !== null;
    },
    memory_grow(request) {
      const { value } = get(request.memory, Memory);
      const type = types.get(value);
      const delta = indexFor(type, request.delta);
      return delta === null ? null : grown(memoryAccess(value, type).grow(delta));
    },
    tag_new(request) {
      const type = { kind: "tag", type: readFuncType(request.type) };
      if (defined[type.type].results.length > 0) misuse("a tag with results");
      return addItem(session(request), make(type), type);
    },

    same: ({ a, b }) => lowerAny(a) === lowerAny(b),
    drop_instance: ({ instance }) => (drop(instance), {}),
    drop_extern: ({ extern }) => (drop(Object.values(extern)[0]), {}),
    drop_ref({ value }) {
      const [[form, content]] = Object.entries(value);
      if (["func", "struct", "array", "exn", "externalized"].includes(form)) drop(content);
      return {};
    },
    collect: () => (shell.collect(), {}),
  };
  return ops;
}

const tableSize = (value) => sizeOf(tableAccess(value, types.get(value)).size());
const memorySize = (value) => sizeOf(memoryAccess(value, types.get(value)).size());

// The bytes of a memory, or null if one of them is outside.
function range(request, length) {
  const { buffer } = get(request.memory, Memory).value;
  if (BigInt(request.at) + BigInt(length) > BigInt(buffer.byteLength)) return null;
  return new Uint8Array(buffer, Number(request.at), length);
}

// Passes a reference to a helper: one that does not fit the type is misuse.
function fitting(run) {
  try {
    return run();
  } catch (error) {
    if (error instanceof TypeError || error instanceof WebAssembly.LinkError) misuse(error.message);
    throw error;
  }
}
