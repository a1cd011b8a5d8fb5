import { BLANK_WORDS, readAmount, readNumber } from "./cell-values.ts";
import type { ValueType } from "./column-use.ts";
import { timeReader } from "./time-format.ts";

/** What the cells of a column look like; `phone` and `email` are texts that are an id too. */
export type CellType = ValueType | "phone" | "email" | "id_card" | "empty";

const MOSTLY = 0.8;
const FLAGS = /^(?:是|否|true|false|yes|no|y|n|t|f)$/iu;
const BLANKS: ReadonlySet<string> = new Set(["", ...BLANK_WORDS]);
const readTime = timeReader("auto", "UTC");

const TESTS: readonly (readonly [CellType, (text: string) => boolean])[] = [
  ["phone", (text) => /^['="]*(?:\+?86|0086)?1[3-9][\d*]{9}["']*$/u.test(text.normalize("NFKC").replaceAll(/[\s-]/gu, ""))],
  ["email", (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(text)],
  ["id_card", (text) => /^[1-9]\d{5}(?:18|19|20)\d{9}[\dX]$/iu.test(text)],
  ["boolean", (text) => FLAGS.test(text)],
  ["date", (text) => readNumber(text) === undefined && readTime(text) !== undefined],
  ["number", (text) => !isCode(text) && readNumber(text) !== undefined],
  ["amount", (text) => !isCode(text) && readAmount(text) !== undefined],
];

/** Digits that number something rather than count it: with leading zeros, or too many of them. */
function isCode(text: string): boolean {
  return /^0\d/u.test(text) || /^\d{12,}$/u.test(text);
}

/** The type that most of the filled cells of a column have: at least the share `least`. */
export function cellTypeOf(samples: readonly string[], least = MOSTLY): CellType {
  const filled = samples.map((cell) => cell.trim()).filter((cell) => !BLANKS.has(cell));
  if (filled.length === 0) return "empty";
  return TESTS.find(([, test]) => filled.filter(test).length >= filled.length * least)?.[0] ?? "string";
}

/** The type of values as properties and traits have it. */
export function valueTypeOf(type: CellType): ValueType {
  return type === "phone" || type === "email" || type === "id_card" || type === "empty" ? "string" : type;
}
