// How a call or an instantiation ended that did not return: what JavaScript caught enters, the fields of
// an answer leave. Engines report kinds of traps only in messages, so there is a table for each. A
// message that is not there is a failure, not a guess.

import { Answer, lacks } from "./answer.mjs";
import { defined, isRef } from "./types.mjs";
import { leave, liftAll, listed } from "./values.mjs";
import { openException } from "./helpers.mjs";

// The kinds for which an engine has one message are in one row.
const tables = {
  v8: [
    [/^unreachable$/, "unreachable"],
    [/^(divide|remainder) by zero$/, "integer-divide-by-zero"],
    [/^divide result unrepresentable$/, "integer-overflow"],
    [/^float unrepresentable in integer range$/, "integer-overflow", "invalid-conversion"],
    [/^memory access out of bounds$|data segment (\d+ )?(is )?out of bounds/, "memory-out-of-bounds"],
    [/element segment out of bounds|segment has been dropped/, "table-out-of-bounds"],
    [/table index is out of bounds$/, "table-out-of-bounds", "undefined-element"],
    [/function signature mismatch$/, "indirect-call-type-mismatch", "uninitialized-element"],
    [/^null function$/, "uninitialized-element"],
    [/^array element access out of bounds$/, "array-out-of-bounds"],
    [/^requested new array is too large$/, "allocation-failed"],
    [/^dereferencing a null pointer$|^rethrowing null value$/, "null-reference"],
    [/^illegal cast$/, "cast-failure"],
    [/^operation does not support unaligned accesses$/, "unaligned-atomic"],
    [/^Atomics\.wait cannot be called in this context$/, "expected-shared-memory"],
  ],
  jsc: [
    [/^Unreachable code should not be executed/, "unreachable"],
    [/^Division by zero/, "integer-divide-by-zero"],
    [/^Integer overflow/, "integer-overflow"],
    [/^Out of bounds Trunc operation/, "integer-overflow", "invalid-conversion"],
    [/^Out of bounds memory access|^Invalid data segment init/, "memory-out-of-bounds"],
    [/^Out of bounds table access|out of bounds table index$/, "table-out-of-bounds"],
    [/^Out of bounds call_indirect/, "undefined-element"],
    [/^call_indirect to a null table entry/, "uninitialized-element"],
    [/^call_indirect to a signature that does not match/, "indirect-call-type-mismatch"],
    [/^Out of bounds array\.init_data/, "array-out-of-bounds", "memory-out-of-bounds"],
    [/^Out of bounds array\.init_elem/, "array-out-of-bounds", "table-out-of-bounds"],
    [/^Out of bounds array\./, "array-out-of-bounds"],
    [/failed to allocate in array\.new_data/, "memory-out-of-bounds", "allocation-failed"],
    [/failed to allocate in array\.new_elem/, "table-out-of-bounds", "allocation-failed"],
    [/^Failed to allocate new array/, "allocation-failed"],
    [/(to|on) a null reference/, "null-reference"],
    [/^ref\.cast failed/, "cast-failure"],
    [/^Unaligned memory access/, "unaligned-atomic"],
  ],
};

// What a host function trapped with that is under way.
let hostTrap = null;
export const trapInHost = (message) => {
  hostTrap = message;
};

export class Endings {
  constructor(engine) {
    this.traps = tables[engine];
  }

  // Performs this in a session; throws an answer if it does not return.
  perform(session, run) {
    hostTrap = null;
    try {
      return run();
    } catch (error) {
      if (error instanceof Answer) throw error;
      throw new Answer(this.fields(error, session));
    }
  }

  fields(error, session) {
    // JavaScriptCore adds the source text.
    const message = String(error?.message).replace(/ \(evaluating '[^]*'\)$/, "");
    if (error instanceof WebAssembly.RuntimeError) {
      if (hostTrap !== null) return { trapped: { kind: "host", message: hostTrap } };
      const row = this.traps.find(([pattern]) => pattern.test(message));
      if (row === undefined) return { failed: `a trap with a message that is new to the adapter: ${message}` };
      const [, kind, ...or] = row;
      return { trapped: { kind, ...(or.length === 0 ? {} : { or }), message } };
    }
    if (error instanceof RangeError) return { exhausted: message };
    if (error instanceof WebAssembly.LinkError) {
      const at = /Import #(\d+)|\bm:(\d+)/.exec(message);
      const position = at === null ? {} : { import: Number(at[1] ?? at[2]) };
      return { unlinkable: { kind: "incompatible-import", ...position, message } };
    }
    if (error instanceof TypeError) return { misuse: message };
    if (WebAssembly.Exception !== undefined && error instanceof WebAssembly.Exception) {
      return { threw: thrown(error, session) };
    }
    throw error;
  }
}

function thrown(exception, session) {
  for (const [object, { tag, type }] of session.tags) {
    if (!exception.is(object)) continue;
    const { params } = defined[type];
    const refs = listed(openException(exception, object, type), params.filter(isRef).length);
    const values = liftAll(leave(refs, params), params, session);
    return { tag: tag(), values };
  }
  return lacks("exceptions of a tag that the module does not export");
}
