// An adapter for the engines of JavaScript: V8 in Node.js, and JavaScriptCore in its shell.
// ../process/PROTOCOL.md describes the protocol that it speaks.
//
//   wassay run --engine node,jsc                        the ones of ci/engines.toml
//   wassay run --engine v8=exec:'node adapter.mjs'      another Node.js, 20 or newer
//
// The engine validates, compiles, links and runs. The adapter adds what the JavaScript API cannot do:
//
// - Values cross the border of JavaScript through generated modules (`helpers.mjs`).
// - JavaScript links by names, so two imports of one name would be one. Before a module is instantiated,
//   its imports are renamed by position, and it exports its own tags, so that an exception's tag can be
//   found (`reader.mjs`). Nothing else changes. Whether the module is valid is decided on the original.
// - Types of imports and exports are those of the module's sections: JavaScript does not report them.

import { Answer, lacks } from "./answer.mjs";
import { openShell } from "./shell.mjs";
import { operations } from "./ops.mjs";

const shell = await openShell();
const ops = operations(shell);

function perform(line) {
  const request = JSON.parse(line);
  let answer;
  try {
    const op = Object.hasOwn(ops, request.op) ? ops[request.op] : () => lacks(`the request ${request.op}`);
    answer = { ok: op(request) };
  } catch (error) {
    if (!(error instanceof Answer)) throw error;
    answer = error.fields;
  }
  return request.id === undefined ? null : JSON.stringify({ id: request.id, ...answer });
}

// Only ASCII, which every shell writes as it is.
const escaped = (text) =>
  text.replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

for (let line = shell.readLine(); line !== null; line = shell.readLine()) {
  const answer = perform(line);
  if (answer !== null) shell.writeLine(escaped(answer));
}
