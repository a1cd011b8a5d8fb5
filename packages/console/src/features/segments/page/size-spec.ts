import type { Text } from "../../../app/i18n.ts";
import type { Format } from "../../../app/workspace/use-format.ts";
import type { TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { intervalName, intervalTick } from "../../insight/frame/interval-names.ts";
import type { SizeInterval, Sizes } from "../answers.ts";

type Ground = { readonly text: Text; readonly format: Format };

/** The intervals of sizes as the axis of a chart. */
export function sizeAxis({ intervals, interval: unit }: Sizes, { format }: Ground) {
  const named = intervals.map(({ from, to }) => ({ label: from, from, to }));
  const today = format.day(Date.now());
  return {
    categories: named.map((each) => intervalName(each, unit, format)),
    ticks: named.map((each) => intervalTick(each, unit)),
    unfinished: intervals.map(({ to }) => to > today),
    measure: format.measure("people"),
  };
}

/** Sizes at the end of each interval; null before the segment was made. */
export function sizesKnown({ intervals }: Sizes, madeAtMs: number): readonly (number | null)[] {
  return intervals.map(({ size, toAt }) => (Date.parse(toAt) <= madeAtMs ? null : size));
}

/** How many were in it at the end of each interval; before it was made there is no figure. */
export function sizeSpec(sizes: Sizes, madeAtMs: number, ground: Ground): TimeSpec {
  const { text, format } = ground;
  const values = sizesKnown(sizes, madeAtMs);
  const known = values.filter((value) => value !== null);
  return {
    kind: "time",
    // One point makes no line.
    shape: known.length < 2 ? "bar" : "line",
    ...sizeAxis(sizes, ground),
    series: [{ key: "size", name: text("segments.size"), values, style: "solid" }],
    summary: text("segments.sizesSummary", { first: format.count(known[0]), last: format.count(known.at(-1)) }),
  };
}

/** How many came and how many left in each interval. */
export function changesSpec(sizes: Sizes, ground: Ground): TimeSpec {
  const { text, format } = ground;
  const sum = (of: "entered" | "left") => sizes.intervals.reduce((total, each) => total + each[of], 0);
  return {
    kind: "time",
    shape: "bar",
    ...sizeAxis(sizes, ground),
    series: [
      { key: "entered", name: text("segments.entered"), values: sizes.intervals.map(({ entered }) => entered), style: "solid" },
      { key: "left", name: text("segments.left"), values: sizes.intervals.map(({ left }) => left), style: "solid" },
    ],
    summary: text("segments.changesSummary", { entered: format.count(sum("entered")), left: format.count(sum("left")) }),
  };
}

/** The reasons of the changes of an interval, the most frequent first. */
export function whysOf(interval: SizeInterval, what: "entered" | "left"): readonly (readonly [keyof SizeInterval["enteredBy"], number])[] {
  const by = what === "entered" ? interval.enteredBy : interval.leftBy;
  // The keys of a record of reasons are reasons.
  const reasons = Object.keys(by) as (keyof typeof by)[];
  return reasons.map((why) => [why, by[why] ?? 0] as const).toSorted(([a, most], [b, other]) => other - most || a.localeCompare(b));
}
