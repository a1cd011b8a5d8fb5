import type { BehaviourLeaf, Count, DidLeaf, SequenceLeaf, Within } from "../conditions/condition.ts";
import { countOf } from "../conditions/did-holds.ts";
import { compares, longestRun, millionthsOf } from "../conditions/measure.ts";
import { isDoneInOrder, limitOf, type SequenceMoment } from "../conditions/sequence.ts";
import { spanOf, whileWithin } from "../conditions/within.ts";
import { dayAt, startOfDay, zoneClock } from "../time/zoned-time.ts";
import { addBuckets, textsOf, type Bucket, type Counter, type Kept } from "./counter.ts";
import { bucketsBy, isOfDays, trackerOf, withinOf } from "./tracker.ts";

/** When a leaf is asked, and in which zone days are. */
export type LeafTime = { readonly nowMs: number; readonly zone: string };

const HOUR_MS = 3_600_000;
/** Of how many edges of time it is tried whether a leaf changes there; beyond them the next edge is the answer, whether it changes or not. */
const EDGES_TRIED_MAX = 64;

/** Whether what was kept of a person's events is what the leaf asks for; `behaviourHolds` says the same of the events. */
export function counterHolds(leaf: BehaviourLeaf, counter: Counter, time: LeafTime): boolean {
  if ("sequence" in leaf) return sequenceHolds(leaf, counter, time);
  if ("first" in leaf || "last" in leaf) return edgeHolds(leaf, counter, time);
  const counted = bucketsWithin(leaf.within, counter, time);
  return "measure" in leaf ? measureHolds(leaf, counted, time.zone) : compares(countOf(leaf), timesIn(counted), countOf(leaf).value);
}

function sequenceHolds({ sequence }: SequenceLeaf, counter: Counter, { nowMs, zone }: LeafTime): boolean {
  const { fromMs, toMs } = sequence.within === undefined ? { fromMs: -Infinity, toMs: Infinity } : spanOf(sequence.within, nowMs, zone);
  const count = sequence.steps.length;
  const moments = counter.flatMap(([timeMs, , extra]): readonly SequenceMoment[] => {
    if (timeMs < fromMs || timeMs >= toMs) return [];
    const has = (bit: number): boolean => Math.floor(Number(extra) / 2 ** bit) % 2 === 1;
    return [{ timeMs, steps: sequence.steps.flatMap((_, step) => (has(step) ? [step] : [])), breaks: has(count) }];
  });
  return isDoneInOrder(moments, count, limitOf(sequence));
}

function edgeHolds(leaf: DidLeaf, counter: Counter, { nowMs, zone }: LeafTime): boolean {
  const [at, within] = [counter[0]?.[2], withinOf(leaf)];
  if (typeof at !== "number" || within === undefined) return false;
  const { fromMs, toMs } = spanOf(within, nowMs, zone);
  return at >= fromMs && at < toMs;
}

function timesIn(counter: Counter): number {
  let times = 0;
  for (const [, count] of counter) times += count;
  return times;
}

function measureHolds({ measure, is, within }: Extract<DidLeaf, { readonly measure: unknown }>, counter: Counter, zone: string): boolean {
  if (isOfDays(measure)) {
    const days = daysIn(counter, within, zone);
    return compares(is, measure.kind === "days" ? days.length : longestRun(days), is.value);
  }
  const kept: Kept = measure.kind === "avg" ? "sum" : (measure.kind as Kept);
  const all = counter.reduce<Bucket | undefined>((sum, bucket) => (sum === undefined ? bucket : addBuckets(sum, bucket, kept)), undefined);
  if (measure.kind === "distinct") return compares(is, textsOf(all?.[2]).length, is.value);
  const asked = millionthsOf(is.value) ?? 0n;
  if (measure.kind === "sum") return compares(is, all === undefined ? 0n : BigInt(String(all[2])), asked);
  if (all === undefined) return false;
  return compares(is, BigInt(String(all[2])), measure.kind === "avg" ? asked * BigInt(all[1]) : asked);
}

/** The local days of buckets; hours back from now begin within a day, so that their buckets are instants. */
function daysIn(counter: Counter, within: Within | undefined, zone: string): readonly number[] {
  if (within === undefined || !("hours" in within)) return counter.map(([day]) => day);
  const clock = zoneClock(zone);
  return [...new Set(counter.map(([timeMs]) => dayAt(timeMs, clock)))];
}

/** The buckets that are within the time now. Dates are told apart when events are counted. */
function bucketsWithin(within: Within | undefined, counter: Counter, { nowMs, zone }: LeafTime): Counter {
  if (within === undefined || "from" in within) return counter;
  if ("hours" in within) {
    const { fromMs, toMs } = spanOf(within, nowMs, zone);
    return counter.filter(([timeMs]) => timeMs >= fromMs && timeMs < toMs);
  }
  const today = dayAt(nowMs, zoneClock(zone));
  const [near, far] = daysAgo(within);
  return counter.filter(([day]) => day <= today - near && day >= today - far);
}

function daysAgo(within: { readonly days: number } | { readonly daysAgo: readonly [number, number] }): readonly [number, number] {
  return "days" in within ? [0, within.days - 1] : within.daysAgo;
}

/**
 * The next instant at which the leaf may come to hold, or cease to, though nothing happens; undefined when there is none. Until then its answer stays
 * as it is. That of a number of events is exact.
 */
export function counterChange(leaf: BehaviourLeaf, counter: Counter, time: LeafTime): number | undefined {
  const within = withinOf(leaf);
  if (within === undefined || "from" in within || counter.length === 0) return undefined;
  if (!("sequence" in leaf || "measure" in leaf || "first" in leaf || "last" in leaf))
    return timesChange(countOf(leaf), within, { counter, time });
  const edges = edgesAfter(within, timesOf(leaf, counter, time), time);
  const now = counterHolds(leaf, counter, time);
  return edges.slice(0, EDGES_TRIED_MAX).find((nowMs) => counterHolds(leaf, counter, { ...time, nowMs }) !== now) ?? edges[EDGES_TRIED_MAX];
}

/** The instants of what is kept; of a day, one within it. */
function timesOf(leaf: BehaviourLeaf, counter: Counter, { zone }: LeafTime): readonly number[] {
  if ("first" in leaf || "last" in leaf) return counter.map(([, , extra]) => Number(extra));
  if (bucketsBy(trackerOf(leaf, { zone, virtuals: [] })) === "instants") return counter.map(([timeMs]) => timeMs);
  const clock = zoneClock(zone);
  return counter.map(([day]) => startOfDay(day, clock));
}

/** The instants to come at which something that happened begins or ceases to be within the time, in order. */
function edgesAfter(within: Within, times: readonly number[], { nowMs, zone }: LeafTime): readonly number[] {
  const edges = times.flatMap((timeMs) => {
    const during = whileWithin(within, timeMs, zone);
    return during === undefined ? [] : [during.fromMs, during.toMs];
  });
  return [...new Set(edges.filter((edge) => edge > nowMs))].toSorted((a, b) => a - b);
}

type Relative = Exclude<Within, { readonly from: string }>;

/** One sum moves along the edges: people who did much have many of them. */
function timesChange(
  count: Count,
  within: Relative,
  { counter, time }: { readonly counter: Counter; readonly time: LeafTime },
): number | undefined {
  const isHours = "hours" in within;
  const clock = zoneClock(time.zone);
  const now = isHours ? time.nowMs : dayAt(time.nowMs, clock);
  const [near, far] = isHours ? [0, within.hours * HOUR_MS - 1] : daysAgo(within);
  const changes = new Map<number, number>();
  let times = 0;
  const note = (edge: number, by: number): void => {
    if (edge > now) changes.set(edge, (changes.get(edge) ?? 0) + by);
    else times += by;
  };
  for (const [at, by] of counter) {
    note(at + near, by);
    note(at + far + 1, -by);
  }
  const holds = compares(count, times, count.value);
  for (const [edge, by] of [...changes].toSorted(([a], [b]) => a - b)) {
    times += by;
    if (compares(count, times, count.value) !== holds) return isHours ? edge : startOfDay(edge, clock);
  }
  return undefined;
}
