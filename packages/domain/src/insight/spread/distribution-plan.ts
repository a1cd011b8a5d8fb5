import { ok, type Result } from "../../result.ts";
import { queryFault } from "../query-fault.ts";

/** What is reckoned for each person: how often they did it, on how many local days, or the sum of a property. */
export type Measure = { readonly kind: "count" } | { readonly kind: "days" } | { readonly kind: "sum"; readonly property: string };

/** What automatic brackets are made from. */
export type ValueSpread = { readonly min: number; readonly max: number; readonly p5: number; readonly p95: number };

/** Beginnings of brackets of how often: told apart at the low end, where most people are; wide at the high end. */
export const COUNT_BRACKETS: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1_000, 5_000, 10_000, 100_000];
const SUM_BRACKETS = 10;

/** Beginnings of brackets of one round width over the middle nine tenths of the values; the first reaches down to the least, the last is open. Whole numbers are not cut into parts. */
export function sumBrackets({ min, p5, p95 }: ValueSpread, whole = false): readonly number[] {
  const wide = roundWidth((p95 - p5) / SUM_BRACKETS);
  const width = whole ? Math.max(1, wide) : wide;
  const first = Math.floor(p5 / width);
  const last = Math.max(first, Math.floor(p95 / width));
  const starts = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * width));
  const lowest = tidy(Math.floor(min / width) * width);
  return lowest < (starts[0] ?? lowest) ? [lowest, ...starts] : starts;
}

/** The brackets up to the last that anybody is in; of none the first. */
export function untilLast(brackets: readonly BracketShown[]): BracketShown[] {
  const last = Math.max(
    0,
    brackets.findLastIndex(({ people }) => people > 0),
  );
  return brackets.slice(0, last + 1).map((bracket, index) => (index === last ? { ...bracket, to: null } : bracket));
}

/** The next 1, 2 or 5 times a power of ten. */
function roundWidth(atLeast: number): number {
  if (!(atLeast > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const step = [1, 2, 5, 10].find((each) => each * power >= atLeast * (1 - 1e-9)) ?? 10;
  return tidy(step * power);
}

/** Without the dust of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Own brackets. Faults: `insight.query_invalid`. */
export function readBrackets(starts: readonly number[], field = "brackets"): Result<readonly number[]> {
  const wrong = starts.findIndex((start, index) => index > 0 && start <= (starts[index - 1] ?? start));
  return wrong < 0 ? ok(starts) : queryFault(`${field}.${wrong}`, "Give the beginnings of the brackets in rising order");
}

export type BracketShown = { readonly from: number; readonly to: number | null; readonly people: number; readonly share: number | null };

/** Brackets with their people and the part of all people that is. */
export function shapeBrackets(starts: readonly number[], counts: readonly number[], all: number): BracketShown[] {
  return starts.map((from, index) => {
    const people = counts[index] ?? 0;
    return { from, to: starts[index + 1] ?? null, people, share: all === 0 ? null : people / all };
  });
}
