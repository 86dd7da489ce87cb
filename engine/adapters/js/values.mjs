// Values between the protocol and the border of JavaScript. A raw value is what `put` of the helpers
// takes for a number, and JavaScript's own value for a reference.

import { add, get } from "./handles.mjs";
import { fail, misuse } from "./answer.mjs";
import { isNullable, isRef, topOf } from "./types.mjs";
import { objectKind, put, take } from "./helpers.mjs";

// A reference of the host, by its number: equal numbers are one object.
class Host {
  constructor(number) {
    this.number = number;
  }
}
const hosts = new Map();
function host(number) {
  if (!hosts.has(number)) hosts.set(number, new Host(number));
  return hosts.get(number);
}

// What handles are for: functions, and all other references.
export class Func {
  constructor(value) {
    this.value = value;
  }
}
export class Ref {
  constructor(value) {
    this.value = value;
  }
}

const lowerRef = {
  func: ["func", (handle) => get(handle, Func).value],
  extern: ["extern", host],
  host: ["any", host],
  i31: ["any", (bits) => (bits << 1) >> 1],
  struct: ["any", (handle) => get(handle, Ref).value],
  array: ["any", (handle) => get(handle, Ref).value],
  exn: ["exn", (handle) => get(handle, Ref).value],
  externalized: ["extern", (handle) => get(handle, Ref).value],
};

// The raw value; a value that does not fit the type is misuse.
export function lower(value, type) {
  const [[form, content]] = Object.entries(value);
  if (form === "null" && isRef(type) && content === topOf(type) && isNullable(type)) return null;
  if (form === type) return content;
  if (isRef(type) && lowerRef[form]?.[0] === topOf(type)) return lowerRef[form][1](content);
  return misuse(`a value of the form ${form} is no ${type}`);
}

export function lowerAll(values, types) {
  if (values.length !== types.length) misuse(`${values.length} values for ${types.length} types`);
  return values.map((value, at) => lower(value, types[at]));
}

// A reference as JavaScript has it, whatever its type.
export function lowerAny(value) {
  const [[form, content]] = Object.entries(value);
  if (form === "null") return null;
  return lowerRef[form] === undefined ? misuse(`${form} is no reference`) : lowerRef[form][1](content);
}

// The value of a raw one, for this session.
export function lift(raw, type, { owner }) {
  if (!isRef(type)) return { [type]: raw };
  const top = topOf(type);
  if (raw === null) return { null: top };
  switch (top) {
    case "func":
      return { func: add(owner, new Func(raw)) };
    case "exn":
      return { exn: add(owner, new Ref(raw)) };
    case "extern":
      return raw instanceof Host ? { extern: raw.number } : { externalized: add(owner, new Ref(raw)) };
    default: {
      if (typeof raw === "number") return { i31: raw & 0x7fffffff };
      if (raw instanceof Host) return { host: raw.number };
      const kind = objectKind(raw) ?? fail(`an object that is neither struct nor array: ${typeof raw}`);
      return { [kind]: add(owner, new Ref(raw)) };
    }
  }
}

export const liftAll = (raws, types, session) => raws.map((raw, at) => lift(raw, types[at], session));

// Puts the numbers among raw values into the slots of the border; gives the references.
export function enter(raws, types) {
  types.forEach((type, slot) => isRef(type) || put[type](slot, raws[slot]));
  return raws.filter((_, at) => isRef(types[at]));
}

// The raw values: numbers from the slots of the border, and these references in order.
export function leave(refs, types) {
  let next = 0;
  return types.map((type, slot) => (isRef(type) ? refs[next++] : take[type](slot)));
}

// The references that a function with this many returned: JavaScript has no list of one.
export const listed = (returned, count) =>
  count === 0 ? [] : count === 1 ? [returned] : [...returned];

// The opposite.
export const unlisted = (refs) => (refs.length > 1 ? refs : refs[0]);
