import { dayAt, zoneClock } from "../time/zoned-time.ts";
import type { Compared, Measure } from "./condition.ts";
import type { EventFacts } from "./matches-event.ts";
import { numberOf, pathOf, textOf, valueAt } from "./value-at.ts";

/** Numbers of events are measured up to this size, above and below nought; larger ones are left out. */
export const MEASURED_MAX = 1e12;
/** Sums are exact because they are made of whole millionths: then no order of adding, and no adding of parts, changes them. */
export const MEASURED_UNIT = 1e6;

/** A number in whole millionths, halves upwards; undefined for one that is too large. The server's storage has the same rule in SQL. */
export function millionthsOf(number: number): bigint | undefined {
  return Math.abs(number) <= MEASURED_MAX ? BigInt(Math.floor(number * MEASURED_UNIT + 0.5)) : undefined;
}

/** Whether what the events come to is as it must be. A least, greatest or average of no number is as nothing must be; all else of no events is nought. */
export function measureHolds(measure: Measure, is: Compared, events: readonly Pick<EventFacts, "timeMs" | "properties">[], zone: string) {
  switch (measure.kind) {
    case "days":
      return compares(is, daysOf(events, zone).length, is.value);
    case "streak":
      return compares(is, longestRun(daysOf(events, zone)), is.value);
    case "distinct":
      return compares(is, new Set(valuesOf(measure.property, events).map(textOf).filter(isThere)).size, is.value);
    case "sum":
    case "avg":
    case "min":
    case "max":
      return numbersHold(measure.kind, is, numbersOf(measure.property, events));
  }
}

function numbersHold(kind: "sum" | "avg" | "min" | "max", is: Compared, numbers: readonly bigint[]): boolean {
  const asked = millionthsOf(is.value) ?? 0n;
  const sum = numbers.reduce((all, each) => all + each, 0n);
  if (kind === "sum") return compares(is, sum, asked);
  const [first] = numbers;
  if (first === undefined) return false;
  // An average is compared without dividing.
  if (kind === "avg") return compares(is, sum, asked * BigInt(numbers.length));
  const isFurther = (one: bigint, other: bigint): boolean => (kind === "min" ? one < other : one > other);
  return compares(
    is,
    numbers.reduce((kept, each) => (isFurther(each, kept) ? each : kept), first),
    asked,
  );
}

function numbersOf(property: string, events: readonly Pick<EventFacts, "properties">[]): readonly bigint[] {
  return valuesOf(property, events).flatMap((value) => {
    const number = typeof value === "object" || value === undefined ? undefined : numberOf(value);
    const measured = number === undefined ? undefined : millionthsOf(number);
    return measured === undefined ? [] : [measured];
  });
}

/** Lists are not looked into: each event has one value, or none. */
function valuesOf(property: string, events: readonly Pick<EventFacts, "properties">[]) {
  const path = pathOf(property);
  return events.map(({ properties }) => valueAt(properties, path));
}

function daysOf(events: readonly Pick<EventFacts, "timeMs">[], zone: string): readonly number[] {
  const clock = zoneClock(zone);
  return [...new Set(events.map(({ timeMs }) => dayAt(timeMs, clock)))].toSorted((a, b) => a - b);
}

/** The most days one after another; days come in order, each once. */
export function longestRun(days: readonly number[]): number {
  let longest = 0;
  let run = 0;
  days.forEach((day, index) => {
    run = days[index - 1] === day - 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}

/** Whether a number stands to another as `op` says; both of the same kind. */
export function compares<N extends number | bigint>({ op }: Pick<Compared, "op">, number: N, asked: N): boolean {
  switch (op) {
    case "eq":
      return number === asked;
    case "gt":
      return number > asked;
    case "gte":
      return number >= asked;
    case "lt":
      return number < asked;
    case "lte":
      return number <= asked;
  }
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
