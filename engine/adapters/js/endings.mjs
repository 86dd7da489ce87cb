// How a call or an instantiation ended that did not return: what JavaScript caught enters, the fields of
// an answer leave. Engines report kinds of traps only in messages, so there is a table for each. A
// message that is not there is a failure, not a guess.

import { Answer, lacks } from "./answer.mjs";
import { defined, isRef } from "./types.mjs";
import { leave, liftAll, listed } from "./values.mjs";
import { openException } from "./helpers.mjs";

const tables = {
  v8: [
    ["unreachable", /^unreachable$/],
    ["integer-divide-by-zero", /^(divide|remainder) by zero$/],
    ["integer-overflow", /^divide result unrepresentable$/],
    ["integer-overflow", /^float unrepresentable in integer range$/],
    ["memory-out-of-bounds", /^memory access out of bounds$|data segment (\d+ )?(is )?out of bounds/],
    ["table-out-of-bounds", /table index is out of bounds$|element segment out of bounds|segment has been dropped/],
    ["array-out-of-bounds", /^array element access out of bounds$/],
    ["allocation-failed", /^requested new array is too large$/],
    ["uninitialized-element", /function signature mismatch$/],
    ["null-reference", /^dereferencing a null pointer$/],
    ["cast-failure", /^illegal cast$/],
    ["unaligned-atomic", /^operation does not support unaligned accesses$/],
  ],
  jsc: [
    ["unreachable", /^Unreachable code should not be executed/],
    ["integer-divide-by-zero", /^Division by zero/],
    ["integer-overflow", /^Integer overflow/],
    ["integer-overflow", /^Out of bounds Trunc operation/],
    ["memory-out-of-bounds", /^Out of bounds memory access|^Invalid data segment init|in array\.new_data$/],
    ["table-out-of-bounds", /^Out of bounds table access|out of bounds table index$|in array\.new_elem$/],
    ["undefined-element", /^Out of bounds call_indirect/],
    ["uninitialized-element", /^call_indirect to a null table entry/],
    ["indirect-call-type-mismatch", /^call_indirect to a signature that does not match/],
    ["array-out-of-bounds", /^Out of bounds array\./],
    ["null-reference", /to a null reference/],
    ["cast-failure", /^ref\.cast failed/],
    ["allocation-failed", /^Failed to allocate new array$/],
    ["unaligned-atomic", /^Unaligned memory access$/],
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
      const kind = this.traps.find(([, pattern]) => pattern.test(message))?.[0];
      if (kind === undefined) return { failed: `a trap with a message that the adapter does not know: ${message}` };
      return { trapped: { kind, message } };
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
