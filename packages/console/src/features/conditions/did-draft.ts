import {
  PROPERTY_MEASURES,
  type Compared,
  type CountOp,
  type DidLeaf,
  type DidTimesLeaf,
  type Measure,
  type Within,
} from "@terrace/domain/conditions/condition";
import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";

/** What can be asked of what someone did: how often, what it comes to, or when for the first or last time. */
export const ASKS = ["times", "days", "streak", ...PROPERTY_MEASURES, "first", "last"] as const;
export type Ask = (typeof ASKS)[number];

export const WITHIN_KINDS = ["ever", "days", "hours", "daysAgo", "dates"] as const;
export type WithinKind = (typeof WITHIN_KINDS)[number];

export function askOf(leaf: DidLeaf): Ask {
  if ("first" in leaf) return "first";
  if ("last" in leaf) return "last";
  return "measure" in leaf ? leaf.measure.kind : "times";
}

/** Another question about the same events; the time, and the number where it fits, stay. */
export function withAsk(leaf: DidLeaf, ask: Ask): DidLeaf {
  const { did } = leaf;
  const within = timeOf(leaf);
  if (ask === "first") return { did, first: within ?? { days: 30 } };
  if (ask === "last") return { did, last: within ?? { days: 30 } };
  const inTime = within === undefined ? {} : { within };
  const is = comparedOf(leaf);
  if (ask === "times") return { did, count: { op: is.op, value: Math.max(0, Math.round(is.value)) }, ...inTime };
  return { did, measure: measureOf(ask, leaf), is, ...inTime };
}

function measureOf(ask: Exclude<Ask, "times" | "first" | "last">, leaf: DidLeaf): Measure {
  if (ask === "days" || ask === "streak") return { kind: ask };
  return { kind: ask, property: propertyOf(leaf) };
}

/** The property that is measured; empty while none is chosen. */
export function propertyOf(leaf: DidLeaf): string {
  return "measure" in leaf && "property" in leaf.measure ? leaf.measure.property : "";
}

export function withProperty(leaf: DidLeaf, property: string): DidLeaf {
  return "measure" in leaf && "property" in leaf.measure ? { ...leaf, measure: { ...leaf.measure, property } } : leaf;
}

/** What the number is compared with. */
export function comparedOf(leaf: DidLeaf): Compared {
  if ("measure" in leaf) return leaf.is;
  return ("count" in leaf ? leaf.count : undefined) ?? { op: "gte", value: 1 };
}

export function withCompared(leaf: DidLeaf, is: { readonly op: CountOp; readonly value: number }): DidLeaf {
  if ("first" in leaf || "last" in leaf) return leaf;
  return "measure" in leaf ? { ...leaf, is } : { ...leaf, count: is };
}

/** Whether the number is one of things counted: whole, and not below nought. */
export function isCounted(leaf: DidLeaf): boolean {
  return !("measure" in leaf) || leaf.measure.kind === "days" || leaf.measure.kind === "streak" || leaf.measure.kind === "distinct";
}

export function timeOf(leaf: DidLeaf): Within | undefined {
  if ("first" in leaf) return leaf.first;
  return "last" in leaf ? leaf.last : leaf.within;
}

export function withinKindOf(within: Within | undefined): WithinKind {
  if (within === undefined) return "ever";
  if ("days" in within) return "days";
  if ("hours" in within) return "hours";
  return "daysAgo" in within ? "daysAgo" : "dates";
}

/** A time of another kind to begin with; `today` as 2026-07-01. */
export function newWithin(kind: WithinKind, today: string): Within | undefined {
  if (kind === "days") return { days: 30 };
  if (kind === "hours") return { hours: 24 };
  if (kind === "daysAgo") return { daysAgo: [30, 60] };
  return kind === "dates" ? { from: dayAfter(today, -29), to: dayAfter(today, 1) } : undefined;
}

/** Dates with the first or the last day (which the time ends before) chosen anew; the other gives way, so that a day is left. */
export function withDate(within: Dates, edge: keyof Dates, date: string): Dates {
  const chosen = { ...within, [edge]: date };
  if (chosen.from < chosen.to) return chosen;
  return edge === "from" ? { from: date, to: dayAfter(date, 1) } : { from: dayAfter(date, -1), to: date };
}

type Dates = { readonly from: string; readonly to: string };

/** The last day of dates, as people say it. */
export function lastDayOf({ to }: Dates): string {
  return dayAfter(to, -1);
}

export function dayAfter(date: string, days: number): string {
  return isoDay((dayOfIso(date) ?? 0) + days);
}

/** The same question in another time; "ever" is none, and the first and last of all keep theirs. */
export function withTime(leaf: DidLeaf, within: Within | undefined): DidLeaf {
  if ("first" in leaf) return within === undefined ? leaf : { ...leaf, first: within };
  if ("last" in leaf) return within === undefined ? leaf : { ...leaf, last: within };
  const { within: _, ...rest } = leaf as DidTimesLeaf;
  return within === undefined ? rest : { ...rest, within };
}
