import { MEASURED_UNIT } from "../conditions/measure.ts";
import {
  addBuckets,
  datedOf,
  seenOf,
  textsOf,
  TEXTS_TOLD_MAX,
  type Bucket,
  type Counter,
  type Kept,
  type Seen,
} from "../segments/counter.ts";
import { dayAt, isoInstant, startOfDay, zoneClock } from "../time/zoned-time.ts";
import type { TraitDefinition, TraitMeasure } from "./definition.ts";
import { compareByCodePoint } from "./text-order.ts";
import { daysOfWindow, whileInWindow } from "./trait-window.ts";

/** What a trait can be. */
export type Reckoned = number | string | readonly string[];

/** When a trait is reckoned, and in which zone days are. */
export type TraitTime = { readonly nowMs: number; readonly zone: string };

/** Of how many edges of time it is tried whether a trait changes there; beyond them the next edge is the answer, whether it changes or not. */
const EDGES_TRIED_MAX = 64;
const UNIT = BigInt(MEASURED_UNIT);

/** What is reckoned of a person from the sums of the counters of their ids, in the order of `trackersOfTrait`; undefined for none. */
export function reckonTrait(definition: TraitDefinition, counters: readonly Counter[], { nowMs, zone }: TraitTime): Reckoned | undefined {
  return reckonOn(definition, counters, dayAt(nowMs, zoneClock(zone)), zone);
}

/** The next instant at which the trait may be another one although nothing happens; undefined when there is none. Until then it stays as it is. */
export function traitChange(definition: TraitDefinition, counters: readonly Counter[], { nowMs, zone }: TraitTime): number | undefined {
  const clock = zoneClock(zone);
  const today = dayAt(nowMs, clock);
  const told = (day: number): string => JSON.stringify(reckonOn(definition, counters, day, zone) ?? null);
  const now = told(today);
  if (isOfDays(definition) && now !== NONE) return startOfDay(today + 1, clock);
  const edges = edgesAfter(definition, counters, today);
  const edge = edges.slice(0, EDGES_TRIED_MAX).find((day) => told(day) !== now) ?? edges[EDGES_TRIED_MAX];
  return edge === undefined ? undefined : startOfDay(edge, clock);
}

const NONE = JSON.stringify(null);

/** Those grow each day. */
function isOfDays({ kind }: TraitDefinition): boolean {
  return kind === "days_since_first" || kind === "days_since_last";
}

/** The days to come on which something that happened begins or ceases to count. */
function edgesAfter({ within }: TraitDefinition, counters: readonly Counter[], today: number): readonly number[] {
  if (within === undefined) return [];
  const days = new Set(counters.flatMap((counter) => counter.map(([day]) => day)));
  const edges = [...days].flatMap((day) => whileInWindow(within, day));
  return [...new Set(edges)].filter((edge) => edge > today).toSorted((a, b) => a - b);
}

function reckonOn(definition: TraitDefinition, counters: readonly Counter[], today: number, zone: string): Reckoned | undefined {
  const { within } = definition;
  const span = within === undefined ? undefined : daysOfWindow(within, today);
  const [one = [], other = []] = counters.map((counter) =>
    span === undefined ? counter : counter.filter(([day]) => day >= span.first && day <= span.last),
  );
  if (definition.kind === "ratio") return ratioOf(fractionOf(definition.part, one), fractionOf(definition.whole, other), definition.part);
  return reckonFrom(definition, one, { today, zone });
}

type Single = Exclude<TraitDefinition, { readonly kind: "ratio" }>;
type Day = { readonly today: number; readonly zone: string };

function reckonFrom(definition: Single, one: Counter, { today, zone }: Day): Reckoned | undefined {
  switch (definition.kind) {
    case "first_value":
    case "last_value":
      return edgeValue(definition, one);
    case "first_time":
    case "last_time":
    case "days_since_first":
    case "days_since_last":
      return edgeTime(definition.kind, one, { today, zone });
    case "most_frequent":
      return mostFrequent(valuesIn(one));
    case "list":
      return latestOf(valuesIn(one), definition.limit);
    default: {
      const fraction = fractionOf(definition, one);
      return fraction === undefined ? undefined : numberOf(fraction);
    }
  }
}

/** Millionths over a whole number, which is above nought. */
type Fraction = { readonly over: bigint; readonly under: bigint };

/** Undefined where no event counts: that is not nought. */
function fractionOf(measure: TraitMeasure, counter: Counter): Fraction | undefined {
  const all = sumOf(counter, keptBy(measure));
  if (all === undefined) return undefined;
  const [, times, extra] = all;
  switch (measure.kind) {
    case "count":
      return { over: BigInt(times) * UNIT, under: 1n };
    case "distinct":
      return { over: BigInt(textsOf(extra).length) * UNIT, under: 1n };
    case "avg":
      return { over: BigInt(String(extra)), under: BigInt(times) };
    default:
      return { over: BigInt(String(extra)), under: 1n };
  }
}

function keptBy({ kind }: TraitMeasure): Kept | undefined {
  if (kind === "count") return undefined;
  return kind === "avg" ? "sum" : kind;
}

function sumOf(counter: Counter, kept: Kept | undefined): Bucket | undefined {
  return counter.reduce<Bucket | undefined>((sum, bucket) => (sum === undefined ? bucket : addBuckets(sum, bucket, kept)), undefined);
}

/** Of nothing to divide by there is no ratio; of a number of events that are none, it is nought. */
function ratioOf(part: Fraction | undefined, whole: Fraction | undefined, measure: TraitMeasure): Reckoned | undefined {
  if (whole === undefined || whole.over === 0n) return undefined;
  if (part === undefined) return ADDED.has(measure.kind) ? 0 : undefined;
  const [over, under] = [part.over * whole.under * UNIT, part.under * whole.over];
  return numberOf(under < 0n ? { over: -over, under: -under } : { over, under });
}

const ADDED: ReadonlySet<TraitMeasure["kind"]> = new Set(["count", "sum", "distinct"]);

/** Rounded to whole millionths, halves upwards. */
function numberOf({ over, under }: Fraction): number {
  const [doubled, divisor] = [2n * over + under, 2n * under];
  const quotient = doubled / divisor;
  return Number(doubled < 0n && quotient * divisor !== doubled ? quotient - 1n : quotient) / MEASURED_UNIT;
}

function edgeValue({ kind, as }: Extract<TraitDefinition, { readonly as: unknown }>, counter: Counter): Reckoned | undefined {
  const end = kind === "first_value" ? "first" : "last";
  const all = sumOf(counter, as === "text" ? `${end}Text` : `${end}Number`);
  if (all === undefined) return undefined;
  const [, value] = datedOf(all[2]);
  return as === "text" ? value : Number(value) / MEASURED_UNIT;
}

function edgeTime(
  kind: "first_time" | "last_time" | "days_since_first" | "days_since_last",
  counter: Counter,
  { today, zone }: Day,
): Reckoned | undefined {
  const all = sumOf(counter, kind === "first_time" || kind === "days_since_first" ? "first" : "last");
  if (all === undefined) return undefined;
  const timeMs = Number(all[2]);
  if (kind === "first_time" || kind === "last_time") return isoInstant(timeMs);
  return Math.max(0, today - dayAt(timeMs, zoneClock(zone)));
}

/** Undefined when there are too many different texts to be told. */
function valuesIn(counter: Counter): readonly Seen[] | undefined {
  const seen = seenOf(sumOf(counter, "values")?.[2]);
  return seen.length === 0 || seen.length > TEXTS_TOLD_MAX ? undefined : seen;
}

/** Of texts that are as frequent the one that was there later; of those of one instant the first in the order of texts. */
function mostFrequent(values: readonly Seen[] | undefined): Reckoned | undefined {
  return values?.toSorted((a, b) => b[1] - a[1] || b[2] - a[2] || compareByCodePoint(a[0], b[0]))[0]?.[0];
}

/** The latest first; of one instant in the order of texts. */
function latestOf(values: readonly Seen[] | undefined, limit: number): Reckoned | undefined {
  return values
    ?.toSorted((a, b) => b[2] - a[2] || compareByCodePoint(a[0], b[0]))
    .slice(0, limit)
    .map(([text]) => text);
}
