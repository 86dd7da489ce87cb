// Handles: numbers for things, from one counter. Each belongs to an owner ("engine 1", "session 1") and
// counts how often it was returned.

import { dropped } from "./answer.mjs";

let next = 1;
const things = new Map();

export function add(owner, thing) {
  things.set(next, { owner, thing, count: 1 });
  return next++;
}

// The thing, which must be of this class.
export function get(number, kind) {
  const entry = things.get(number);
  if (!(entry?.thing instanceof kind)) dropped(`no ${kind.name.toLowerCase()} has the handle ${number}`);
  return entry.thing;
}

// Returns a handle once more, or a new one if it was dropped.
export function again(number, owner, thing) {
  const entry = things.get(number);
  if (entry?.thing !== thing) return add(owner, thing);
  entry.count++;
  return number;
}

export function drop(number) {
  const entry = things.get(number) ?? dropped(`nothing has the handle ${number}`);
  if (--entry.count === 0) things.delete(number);
}

export function close(owner) {
  for (const [number, entry] of things) if (entry.owner === owner) things.delete(number);
}
