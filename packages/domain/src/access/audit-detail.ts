import type { Json, JsonObject } from "../json.ts";

const TEXT_MAX = 300;
const ITEMS_MAX = 50;
const DEPTH_MAX = 4;
const REMOVED = "[removed]";

/** Names under which secrets travel. */
const SECRET_NAME = /pass(word|wd)?$|secret|token|authorization|cookie|api.?key|write.?key|csrf/i;
/** Keys, e-mail addresses and Chinese mobile numbers, wherever they stand in a text. */
const SECRET_TEXT =
  /\bt[psw]_[A-Za-z0-9]{16,}|[^\s@"'<>]+@[^\s@"'<>]+\.[^\s@"'<>]+|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g;
/** Chinese id-card numbers; the check digit tells them from ids of people, which are long numbers too. */
const ID_CARD = /(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g;
const ID_CARD_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** What may be written into the append-only log: no secrets, no personal values, bounded in size. */
export function auditDetail(detail: JsonObject): JsonObject {
  return cleanObject(detail, 1);
}

/** The same for one text. */
export function auditText(text: string): string {
  const clean = text.replaceAll(SECRET_TEXT, REMOVED).replaceAll(ID_CARD, (found) => (isIdCard(found) ? REMOVED : found));
  return clean.length > TEXT_MAX ? `${clean.slice(0, TEXT_MAX)}…` : clean;
}

function cleanObject(object: JsonObject, depth: number): JsonObject {
  const entries = Object.entries(object).slice(0, ITEMS_MAX);
  return Object.fromEntries(entries.map(([name, value]) => [auditText(name), SECRET_NAME.test(name) ? REMOVED : cleanValue(value, depth)]));
}

function cleanValue(value: Json, depth: number): Json {
  if (typeof value === "string") return auditText(value);
  if (typeof value === "number") return auditText(String(value)) === String(value) ? value : REMOVED;
  if (typeof value === "boolean" || value === null) return value;
  if (depth >= DEPTH_MAX) return "…";
  return Array.isArray(value)
    ? value.slice(0, ITEMS_MAX).map((item: Json) => cleanValue(item, depth + 1))
    : cleanObject(value as JsonObject, depth + 1);
}

/** GB 11643: the weighted sum of the first 17 digits decides the last character. */
function isIdCard(text: string): boolean {
  const sum = ID_CARD_WEIGHTS.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return "10X98765432"[sum % 11] === text[17]?.toUpperCase();
}
