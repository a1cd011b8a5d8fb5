import { fail, ok, type Result } from "../../result.ts";

/** A formula over series: numbers, the series by their letters (A is the first), + - * / and brackets. */
export type Formula =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "series"; readonly index: number }
  | { readonly kind: "negative"; readonly of: Formula }
  | { readonly kind: "operation"; readonly sign: Sign; readonly left: Formula; readonly right: Formula };
type Sign = "+" | "-" | "*" | "/";

export const FORMULA_LENGTH_MAX = 200;

type Token = { readonly text: string; readonly at: number };
type Read = { readonly formula: Formula; readonly next: number };

class Unreadable extends Error {
  readonly mend: string;
  constructor(mend: string) {
    super(mend);
    this.mend = mend;
  }
}

/** Reads a formula over `seriesCount` series. Faults: `insight.formula_invalid`. */
export function readFormula(text: string, seriesCount: number): Result<Formula> {
  try {
    const tokens = tokensOf(text);
    const { formula, next } = readSum(tokens, 0, seriesCount);
    const rest = tokens[next];
    if (rest !== undefined) throw new Unreadable(`Nothing fits ${rest.text} at character ${rest.at + 1}`);
    return ok(formula);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return fail("insight.formula_invalid", { field: "formula", mend: error.mend });
  }
}

/** The value of a formula; null where a series has none, or where it divides by 0. */
export function formulaValue(formula: Formula, series: readonly (number | null)[]): number | null {
  if (formula.kind === "number") return formula.value;
  if (formula.kind === "series") return series[formula.index] ?? null;
  if (formula.kind === "negative") {
    const value = formulaValue(formula.of, series);
    return value === null ? null : 0 - value;
  }
  const left = formulaValue(formula.left, series);
  const right = formulaValue(formula.right, series);
  if (left === null || right === null) return null;
  const value = operate(formula.sign, left, right);
  return Number.isFinite(value) ? value : null;
}

function operate(sign: Sign, left: number, right: number): number {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  return sign === "*" ? left * right : left / right;
}

function tokensOf(text: string): readonly Token[] {
  const tokens = [...text.matchAll(/\d+(?:\.\d+)?|[A-Za-z]+|[-+*/()]|\S/g)].map((match) => ({ text: match[0], at: match.index }));
  if (tokens.length === 0) throw new Unreadable("Write a formula such as A / B * 100");
  return tokens;
}

function readSum(tokens: readonly Token[], start: number, seriesCount: number): Read {
  return readChain(tokens, start, { signs: ["+", "-"], part: (at) => readProduct(tokens, at, seriesCount) });
}

function readProduct(tokens: readonly Token[], start: number, seriesCount: number): Read {
  return readChain(tokens, start, { signs: ["*", "/"], part: (at) => readPart(tokens, at, seriesCount) });
}

function readChain(
  tokens: readonly Token[],
  start: number,
  of: { readonly signs: readonly Sign[]; readonly part: (at: number) => Read },
): Read {
  let { formula, next } = of.part(start);
  for (;;) {
    const sign = of.signs.find((each) => each === tokens[next]?.text);
    if (sign === undefined) return { formula, next };
    const right = of.part(next + 1);
    formula = { kind: "operation", sign, left: formula, right: right.formula };
    next = right.next;
  }
}

function readPart(tokens: readonly Token[], start: number, seriesCount: number): Read {
  const token = tokens[start];
  if (token === undefined) throw new Unreadable("The formula ends too early");
  if (token.text === "-") {
    const { formula, next } = readPart(tokens, start + 1, seriesCount);
    return { formula: { kind: "negative", of: formula }, next };
  }
  if (token.text === "(") {
    const { formula, next } = readSum(tokens, start + 1, seriesCount);
    if (tokens[next]?.text !== ")") throw new Unreadable(`Close the bracket of character ${token.at + 1}`);
    return { formula, next: next + 1 };
  }
  if (/^\d/.test(token.text)) return { formula: { kind: "number", value: Number(token.text) }, next: start + 1 };
  const index = token.text.length === 1 ? (token.text.toUpperCase().codePointAt(0) ?? 0) - 65 : -1;
  if (index < 0 || index >= seriesCount || !/[A-Za-z]/.test(token.text))
    throw new Unreadable(
      `There is no ${token.text} (character ${token.at + 1}); the series are A to ${String.fromCodePoint(64 + seriesCount)}`,
    );
  return { formula: { kind: "series", index }, next: start + 1 };
}
