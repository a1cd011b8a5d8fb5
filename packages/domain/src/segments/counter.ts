/**
 * What a tracker keeps of events besides their number: the sum or the furthest of a number in millionths, distinct texts, the furthest instant, or which
 * of several things happened.
 */
export type Kept = "sum" | "min" | "max" | "distinct" | "first" | "last" | "steps";
/** Millionths as decimal text, texts, Unix ms, or a bit for each thing. */
export type Extra = string | readonly string[] | number;

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
  return [bucket, times + more, addExtras(one, other, kept)];
}

function addExtras(one: Extra, other: Extra, kept: Kept): Extra {
  switch (kept) {
    case "sum":
      return String(BigInt(String(one)) + BigInt(String(other)));
    case "min":
      return BigInt(String(one)) <= BigInt(String(other)) ? one : other;
    case "max":
      return BigInt(String(one)) >= BigInt(String(other)) ? one : other;
    case "distinct":
      return [...new Set([...textsOf(one), ...textsOf(other)])];
    case "first":
      return Math.min(Number(one), Number(other));
    case "last":
      return Math.max(Number(one), Number(other));
    case "steps":
      // oxlint-disable-next-line no-bitwise -- a set of at most six
      return Number(one) | Number(other);
  }
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
