import { compareByCodePoint } from "../computed/text-order.ts";

/**
 * What a tracker keeps of events besides their number: the sum or the furthest of a number in millionths, distinct texts, the furthest instant, which
 * of several things happened, the first or last value with its instant, or how often and when last each text was there.
 */
export type Kept =
  "sum" | "min" | "max" | "distinct" | "first" | "last" | "steps" | "firstText" | "lastText" | "firstNumber" | "lastNumber" | "values";
/** A value and its instant, Unix ms; a number in millionths as decimal text. */
export type Dated = readonly [timeMs: number, value: string];
/** A text, how many events had it, and the instant of the last of them. */
export type Seen = readonly [text: string, times: number, lastMs: number];
/** Millionths as decimal text, texts, Unix ms, a bit for each thing, a value with its instant, or texts in their order. */
export type Extra = string | readonly string[] | number | Dated | readonly Seen[];

/** So many different texts of a bucket are told; one more is kept, to know that there are more. */
export const TEXTS_TOLD_MAX = 500;

/** What fell into a bucket: how many events, and what else is kept of them. */
export type Bucket = readonly [bucket: number, times: number] | readonly [bucket: number, times: number, extra: Extra];

/** Buckets in ascending order: local days or instants, or a single one where times are not told apart. */
export type Counter = readonly Bucket[];

/** The counters of one id by tracker, as they are stored. */
export type CounterState = Readonly<Record<string, Counter>>;

/** What is in two buckets of the same name together. */
export function addBuckets(left: Bucket, right: Bucket, kept: Kept | undefined): Bucket {
  const [[bucket, times, one], [, more, other]] = [left, right];
  if (kept === undefined || one === undefined || other === undefined) return [bucket, times + more];
  return [bucket, times + more, ADDED[kept](one, other)];
}

const ADDED: Readonly<Record<Kept, (one: Extra, other: Extra) => Extra>> = {
  sum: (one, other) => String(BigInt(String(one)) + BigInt(String(other))),
  min: (one, other) => (BigInt(String(one)) <= BigInt(String(other)) ? one : other),
  max: (one, other) => (BigInt(String(one)) >= BigInt(String(other)) ? one : other),
  distinct: (one, other) => [...new Set([...textsOf(one), ...textsOf(other)])],
  first: (one, other) => Math.min(Number(one), Number(other)),
  last: (one, other) => Math.max(Number(one), Number(other)),
  // oxlint-disable-next-line no-bitwise -- a set of at most six
  steps: (one, other) => Number(one) | Number(other),
  firstText: (one, other) => (compareDated(datedOf(one), datedOf(other), compareByCodePoint) <= 0 ? one : other),
  lastText: (one, other) => (compareDated(datedOf(one), datedOf(other), compareByCodePoint) >= 0 ? one : other),
  firstNumber: (one, other) => (compareDated(datedOf(one), datedOf(other), compareMillionths) <= 0 ? one : other),
  lastNumber: (one, other) => (compareDated(datedOf(one), datedOf(other), compareMillionths) >= 0 ? one : other),
  values: (one, other) => addSeen(seenOf(one), seenOf(other)),
};

/** By time; what was at one instant by the value, so that the order of arrival does not matter. */
function compareDated([timeMs, value]: Dated, [otherMs, other]: Dated, compare: (a: string, b: string) => number): number {
  return timeMs === otherMs ? compare(value, other) : timeMs - otherMs;
}

function compareMillionths(a: string, b: string): number {
  return Number(BigInt(a) - BigInt(b));
}

/**
 * The first texts of both in their order. A text that is among the first of all is among the first of every part that has it, so that
 * what is kept of it is whole, however the parts are added.
 */
function addSeen(one: readonly Seen[], other: readonly Seen[]): readonly Seen[] {
  const all = new Map(one.map((each) => [each[0], each]));
  for (const [text, times, lastMs] of other) {
    const before = all.get(text);
    all.set(text, before === undefined ? [text, times, lastMs] : [text, times + before[1], Math.max(lastMs, before[2])]);
  }
  return [...all.values()].toSorted(([a], [b]) => compareByCodePoint(a, b)).slice(0, TEXTS_TOLD_MAX + 1);
}

/** The value that a tracker of the first or last one keeps. */
export function datedOf(extra: Extra | undefined): Dated {
  if (!Array.isArray(extra) || extra.length !== 2) throw new TypeError("a value and its instant");
  return extra as unknown as Dated;
}

/** The texts that a tracker of values keeps, in their order. */
export function seenOf(extra: Extra | undefined): readonly Seen[] {
  return Array.isArray(extra) ? (extra as readonly Seen[]) : [];
}

/** The texts that a tracker of distinct ones keeps. */
export function textsOf(extra: Extra | undefined): readonly string[] {
  return Array.isArray(extra) ? (extra as readonly string[]) : [];
}

/** The sum of counters: of what is stored and what came, or of a person's ids. Neither order nor grouping matters. */
export function addCounters(left: Counter, right: Counter, kept?: Kept): Counter {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const sums = new Map(left.map((bucket) => [bucket[0], bucket]));
  for (const bucket of right) {
    const before = sums.get(bucket[0]);
    sums.set(bucket[0], before === undefined ? bucket : addBuckets(before, bucket, kept));
  }
  return inOrder([...sums.values()]);
}

/** Without the buckets before one. */
export function pruneCounter(counter: Counter, oldest: number): Counter {
  const first = counter.findIndex(([bucket]) => bucket >= oldest);
  if (first === 0) return counter;
  return first === -1 ? [] : counter.slice(first);
}

/** How the counters of a tracker are kept: from which bucket on, and what of events. */
export type Keeping = { readonly oldest: number; readonly kept: Kept | undefined };

/** What is stored and what came in one state. Of trackers that are not kept any more, and of times before the oldest kept, nothing is left. */
export function addToState(state: CounterState, came: CounterState, keeping: ReadonlyMap<string, Keeping>): CounterState {
  const all: [string, Counter][] = [];
  for (const id of new Set([...Object.keys(state), ...Object.keys(came)])) {
    const how = keeping.get(id);
    if (how === undefined) continue;
    const counter = pruneCounter(addCounters(state[id] ?? [], came[id] ?? [], how.kept), how.oldest);
    if (counter.length > 0) all.push([id, counter]);
  }
  return Object.fromEntries(all);
}

/** Counts events into a state as they come. */
export type Tally = Map<string, Map<number, Bucket>>;

/** Notes what an event is to a tracker. */
export function noteEvent(tally: Tally, tracker: string, bucket: Bucket, kept: Kept | undefined): void {
  let buckets = tally.get(tracker);
  if (buckets === undefined) {
    buckets = new Map();
    tally.set(tracker, buckets);
  }
  const before = buckets.get(bucket[0]);
  buckets.set(bucket[0], before === undefined ? bucket : addBuckets(before, bucket, kept));
}

/** What was noted, as a state. */
export function stateOf(tally: Tally): CounterState {
  return Object.fromEntries([...tally].map(([tracker, buckets]) => [tracker, inOrder([...buckets.values()])]));
}

/** Buckets as counters hold them. */
export function inOrder(buckets: readonly Bucket[]): Counter {
  return buckets.toSorted(([a], [b]) => a - b);
}
