import { isoInstant } from "../time/zoned-time.ts";
import type { Json } from "../json.ts";
import type { Condition, Transform, ValueRule } from "./mapping.ts";
import { CellFault, type Cells, type ColumnIndex, type ReadCell } from "./cells.ts";

/** What people write into a cell that is to be empty; files of spreadsheets are full of it. */
export const BLANK_WORDS: readonly string[] = [
  "—",
  "——",
  "-",
  "--",
  "–",
  "―",
  "/",
  "\\",
  "\\N",
  "空",
  "无",
  "暂无",
  "未填写",
  "N/A",
  "n/a",
  "#N/A",
  "null",
  "NULL",
  "nan",
  "NaN",
  "(空)",
  "（空）",
  "#VALUE!",
  "#REF!",
  "#DIV/0!",
  "#NAME?",
];

/** Told of a number that a spreadsheet has turned into `1.23457E+17`: its digits are lost. */
export const ROUNDED_DETAIL = "The number was rounded by a spreadsheet; export the column as text";

/** Whether a spreadsheet has rounded what was a long number. */
export function isRounded(text: string): boolean {
  return /^\d(?:\.\d+)?e\+\d+$/iu.test(text);
}

/** A test of the rows of a file. */
export function bindCondition(condition: Condition, at: ColumnIndex): (cells: Cells) => boolean {
  const index = at(condition.column);
  return (cells) => condition.test(cells[index] ?? "");
}

/** What is done to the text of a cell. */
export function bindTransforms(transforms: readonly Transform[]): (text: string) => string {
  if (transforms.length === 0) return (text) => text;
  return (text) => (text === "" ? "" : transforms.reduce(applyTransform, text));
}

/** Exports keep spreadsheets from rounding long numbers by writing `="1234"`, `'1234` or a tab behind them. */
function unquote(text: string): string {
  const inner = /^="(.*)"$/u.exec(text)?.[1] ?? text;
  return (inner.startsWith("'") ? inner.slice(1) : inner).trim();
}

const PLAIN_TRANSFORMS: Readonly<Record<"trim" | "unquote" | "whole" | "lower" | "upper", (text: string) => string>> = {
  trim: (text) => text.trim(),
  unquote,
  // Programs that keep numbers write the id 17850 as 17850.0 as soon as one row has none.
  whole: (text) => (/^\d+\.0+$/u.test(text) ? text.slice(0, text.indexOf(".")) : text),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
};

function applyTransform(text: string, transform: Transform): string {
  switch (transform.op) {
    case "stripPrefix":
      return text.startsWith(transform.text) ? text.slice(transform.text.length) : text;
    case "stripSuffix":
      return text.endsWith(transform.text) ? text.slice(0, text.length - transform.text.length) : text;
    case "prefix":
      return transform.text + text;
    case "suffix":
      return text + transform.text;
    default:
      return PLAIN_TRANSFORMS[transform.op](text);
  }
}

/** A value of the rows of a file; undefined where the cell is empty. */
export function bindValue(rule: ValueRule, at: ColumnIndex, name: string): ReadCell {
  if (rule.from === "constant") return () => rule.value;
  const index = at(rule.column);
  const clean = bindTransforms(rule.transforms);
  const negate = rule.negateWhen === undefined ? undefined : bindCondition(rule.negateWhen, at);
  const missing = new CellFault(rule.column, `${name} is required and the cell is empty`);
  const unfit = new CellFault(rule.column, `The value is not ${rule.type === "amount" ? "an" : "a"} ${rule.type}`);
  const rounded = rule.transforms.some(({ op }) => op === "unquote") ? new CellFault(rule.column, ROUNDED_DETAIL) : undefined;
  const parse = PARSERS[rule.type];
  return (cells) => {
    const text = clean((cells[index] ?? "").trim());
    if (text === "") return rule.required ? missing : undefined;
    if (rounded !== undefined && isRounded(text)) return rounded;
    const value = parse(text, rule);
    if (value === undefined) return unfit;
    return typeof value === "number" && negate?.(cells) === true ? 0 - value : value;
  };
}

type ColumnRule = Extract<ValueRule, { readonly from: "column" }>;
const TRUTHS = new Map<string, boolean>([
  ["true", true],
  ["t", true],
  ["yes", true],
  ["y", true],
  ["1", true],
  ["是", true],
  ["false", false],
  ["f", false],
  ["no", false],
  ["n", false],
  ["0", false],
  ["否", false],
  ["有", true],
  ["√", true],
  ["✓", true],
  ["on", true],
  ["×", false],
  ["✗", false],
  ["off", false],
]);

const PARSERS: Readonly<Record<ColumnRule["type"], (text: string, rule: ColumnRule) => Json | undefined>> = {
  string: (text) => text,
  number: (text) => readNumber(text),
  amount: (text) => readAmount(text),
  boolean: (text) => TRUTHS.get(text.toLowerCase()),
  date: (text, rule) => {
    const ms = rule.readTime(text);
    return ms === undefined ? undefined : isoInstant(ms);
  },
  json: (text) => {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return undefined;
    }
  },
};

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/u;

/** Digits and signs as Chinese input methods write them (`１２．５`) become plain ones. */
function narrow(text: string): string {
  return /[\uff00-\uffef]/u.test(text) ? text.normalize("NFKC") : text;
}

/** A plain number; undefined for any other text. */
export function readNumber(text: string): number | undefined {
  const trimmed = narrow(text).trim();
  if (!NUMBER.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

const AMOUNT =
  /^([+-]?)(?:[¥$€£]|RMB|CNY|USD|HK\$|US\$|人民币)?\s*([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?\s*([万亿]?)\s*(?:元|CNY|USD|RMB)?$/iu;
const SCALES: Readonly<Record<string, number>> = { 万: 1e4, 亿: 1e8 };

/** A number as people write money and large counts: `¥1,234.50`, `1234.5元`, `-¥3`, `(3.00)`, `1.2万`. */
export function readAmount(text: string): number | undefined {
  const plain = readNumber(text);
  if (plain !== undefined) return plain;
  const trimmed = narrow(text).trim();
  const bracketed = /^\((.+)\)$/u.exec(trimmed)?.[1];
  const size = signedAmount(bracketed ?? trimmed);
  return bracketed === undefined || size === undefined ? size : 0 - Math.abs(size);
}

function signedAmount(text: string): number | undefined {
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  const [, before = "", behind = "", whole = "", part = "", scale = ""] = match;
  if (!/\d/u.test(whole + part)) return undefined;
  const size = scaled(Number(`${whole.replaceAll(",", "")}${part}`), SCALES[scale] ?? 1);
  return `${before}${behind}`.includes("-") ? 0 - size : size;
}

/** Without the noise behind the 15th digit: 1.1 times ten thousand is 11000. */
function scaled(size: number, by: number): number {
  return by === 1 ? size : Number((size * by).toPrecision(15));
}
