// Bytes and their encodings: LEB128 as the binary format has it, base64 and UTF-8, which the shell of
// JavaScriptCore lacks.

// An unsigned number, LEB128.
export function unsigned(value) {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

// A signed number, LEB128.
export function signed(value) {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest < -64n || rest >= 64n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest & 0x7fn)];
}

// Bytes after their length.
export const sized = (bytes) => [...unsigned(bytes.length), ...bytes];

// Entries after their count.
export const counted = (entries) => [...unsigned(entries.length), ...entries.flat()];

// A name: UTF-8 after its length.
export const name = (text) => sized(encodeText(text));

export const encodeText = (text) =>
  [...unescape(encodeURIComponent(text))].map((char) => char.charCodeAt(0));

export function decodeText(bytes) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return /[\x80-\xff]/.test(text) ? decodeURIComponent(escape(text)) : text;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const digits = new Map([...alphabet].map((char, value) => [char.charCodeAt(0), value]));

export function decodeBase64(text) {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    let group = 0;
    for (let at = from; at < from + 4; at++) group = (group << 6) | (digits.get(text.charCodeAt(at)) ?? 0);
    bytes[to] = group >> 16;
    bytes[to + 1] = group >> 8;
    bytes[to + 2] = group;
  }
  return bytes;
}

export function encodeBase64(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    parts.push(
      alphabet[group >> 18] + alphabet[(group >> 12) & 63] +
      (left > 1 ? alphabet[(group >> 6) & 63] : "=") + (left > 2 ? alphabet[group & 63] : "="),
    );
  }
  return parts.join("");
}
