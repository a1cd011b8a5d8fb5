import type { Json } from "../json.ts";

/**
 * The text that JavaScript makes of a value when it meets a text. Clients compare by it, so the server does; what an object says of its own text is not asked for,
 * since objects come from outside.
 */
export function looseText(value: Json): string {
  if (Array.isArray(value)) return value.map((part: Json) => (part === null ? "" : looseText(part))).join(",");
  return typeof value === "object" && value !== null ? "[object Object]" : String(value);
}

/** The number that JavaScript makes of a value: null is 0, what is no number NaN. */
export function looseNumber(value: Json): number {
  return Number(typeof value === "object" && value !== null ? looseText(value) : value);
}

/** Two values in JavaScript's order: texts by their letters, anything else by its number. NaN when they have none. */
export function looseOrder(a: Json, b: Json): number {
  const [left, right] = [primitive(a), primitive(b)];
  if (typeof left === "string" && typeof right === "string") return left === right ? 0 : left < right ? -1 : 1;
  return looseDifference(looseNumber(left), looseNumber(right));
}

// A difference of equal infinities is no number.
function looseDifference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function primitive(value: Json): string | number | boolean | null {
  return typeof value === "object" && value !== null ? looseText(value) : value;
}

/** A version as text that sorts: numbers are padded, and a release comes after its own previews ("1.2.0" after "1.2.0-rc.1"). */
export function versionText(value: Json): string {
  const given = typeof value === "number" ? String(value) : value;
  const text = typeof given === "string" && given !== "" ? given : "0";
  const parts = text.replaceAll(/(^v|\+.*$)/g, "").split(/[-.]/);
  if (parts.length === 3) parts.push("~");
  return parts.map((part) => (/^\d+$/.test(part) ? part.padStart(5, " ") : part)).join("-");
}
