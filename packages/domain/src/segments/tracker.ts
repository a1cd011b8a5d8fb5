import { canonicalJson } from "../canonical-json.ts";
import {
  foldCondition,
  selectorsOf,
  type BehaviourLeaf,
  type EventCondition,
  type EventSelector,
  type Measure,
  type PersonCondition,
  type PersonLeaf,
  type Within,
} from "../conditions/condition.ts";
import { selectsEvent, type EventFacts } from "../conditions/matches-event.ts";
import { pathOf } from "../conditions/value-at.ts";
import { spanOf, type Span } from "../conditions/within.ts";
import { foundText, takenMillionths, takenText, type TakenFrom } from "../computed/taken-value.ts";
import type { EventContext } from "../event/feed-event.ts";
import type { VirtualEvent } from "../event/virtual-event.ts";
import type { Json } from "../json.ts";
import { dayAt, startOfDay, zoneClock } from "../time/zoned-time.ts";
import type { Bucket, Extra, Kept } from "./counter.ts";

/**
 * For which time a tracker keeps what happened: all of it, local dates, or so many local days or hours back from now. By `days` things of one local day are
 * kept as one, by `instants` those of one millisecond; otherwise by days where the time passes, and all as one where it does not.
 */
export type TrackerWindow = (
  { readonly ever: true } | { readonly from: string; readonly to: string } | { readonly days: number } | { readonly hours: number }
) & { readonly by?: "days" | "instants" };

/**
 * What is kept of each id's events, for every leaf that asks the same. It says all that matters: `clicks` are the virtual events
 * that it names, `zone` is the one in which days are told apart.
 */
export type Tracker = {
  /** One; of a sequence its steps, and what must not come between. */
  readonly selectors: readonly EventSelector<EventCondition>[];
  readonly window: TrackerWindow;
  /** What is kept besides the number of events, and of which property. */
  readonly kept?: Kept;
  readonly property?: string;
  /** A column of the context in place of a property. */
  readonly column?: keyof EventContext;
  readonly clicks?: readonly VirtualEvent[];
  readonly zone?: string;
};

/** Where trackers count: days are local to the zone, and names may stand for clicks. */
export type TrackerPlace = { readonly zone: string; readonly virtuals: readonly VirtualEvent[] };

/** Days and hours kept for a window of at most so many, so that windows of about the same length share a tracker. A week has one day to spare. */
const DAYS_KEPT = [8, 32, 93, 185, 367, 732, 1_830, 3_660];
const HOURS_KEPT = [1, 6, 24, 48, 168, 744];

/** The bucket of a tracker that does not tell times apart. */
const ONE_BUCKET = 0;
const HOUR_MS = 3_600_000;

/** What a leaf asks to be kept. */
export function trackerOf(leaf: BehaviourLeaf, { zone, virtuals }: TrackerPlace): Tracker {
  const selectors = selectorsOf(leaf).map(({ event, where }) => (where === undefined ? { event } : { event, where }));
  const window = windowOf(leaf);
  return {
    selectors,
    window,
    ...keptBy(leaf),
    ...clicksOf(selectors, virtuals),
    ...(needsZone(window) ? { zone } : {}),
  };
}

function keptBy(leaf: BehaviourLeaf): Pick<Tracker, "kept" | "property"> {
  if ("sequence" in leaf) return { kept: "steps" };
  if ("first" in leaf) return { kept: "first" };
  if ("last" in leaf) return { kept: "last" };
  if (!("measure" in leaf) || !("property" in leaf.measure)) return {};
  const { kind, property } = leaf.measure;
  return { kept: kind === "avg" ? "sum" : kind, property };
}

function windowOf(leaf: BehaviourLeaf): TrackerWindow {
  if ("sequence" in leaf) return { ...timeOf(leaf.sequence.within), by: "instants" };
  // Which event is the first or last of all does not depend on the time that is asked for.
  if ("first" in leaf || "last" in leaf) return { ever: true };
  const time = timeOf(leaf.within);
  return "measure" in leaf && isOfDays(leaf.measure) && !("days" in time || "hours" in time) ? { ...time, by: "days" } : time;
}

/** How many days are kept for a window of so many: windows of about the same length share a tracker. */
export function daysKept(asked: number): number {
  return atLeast(DAYS_KEPT, asked);
}

/** The virtual events that selectors name, in an order of their own. */
export function clicksOf(selectors: Tracker["selectors"], virtuals: readonly VirtualEvent[]): Pick<Tracker, "clicks"> {
  const names = new Set(selectors.map(({ event }) => event));
  const clicks = virtuals.filter(({ name }) => names.has(name));
  return clicks.length === 0 ? {} : { clicks: clicks.toSorted((a, b) => (canonicalJson(asJson(a)) < canonicalJson(asJson(b)) ? -1 : 1)) };
}

function timeOf(within: Within | undefined): TrackerWindow {
  if (within === undefined) return { ever: true };
  if ("from" in within) return { from: within.from, to: within.to };
  if ("hours" in within) return { hours: atLeast(HOURS_KEPT, within.hours) };
  return { days: atLeast(DAYS_KEPT, "days" in within ? within.days : within.daysAgo[1] + 1) };
}

export function isOfDays({ kind }: Measure): boolean {
  return kind === "days" || kind === "streak";
}

function atLeast(steps: readonly number[], asked: number): number {
  return steps.find((step) => step >= asked) ?? asked;
}

function needsZone(window: TrackerWindow): boolean {
  return window.by === "days" || "days" in window || "from" in window;
}

/** The leaves of a condition that ask what the person did. */
export function behaviourLeavesOf(condition: PersonCondition): readonly BehaviourLeaf[] {
  return leavesOf(condition).filter((leaf) => "did" in leaf || "sequence" in leaf);
}

/** Every leaf of a condition on a person, from left to right. */
export function leavesOf(condition: PersonCondition): readonly PersonLeaf[] {
  return foldCondition<PersonLeaf, readonly PersonLeaf[]>(condition, {
    all: (parts) => parts.flat(),
    any: (parts) => parts.flat(),
    not: (part) => part,
    leaf: (leaf) => [leaf],
  });
}

/** The traits that a leaf asks about, as paths. */
export function traitsOfLeaf(leaf: PersonLeaf): readonly string[] {
  if ("trait" in leaf) return [leaf.trait];
  return "population" in leaf && "trait" in leaf.population ? [leaf.population.trait] : [];
}

/** One text for trackers that keep the same; `readTracker` reads it. */
export function trackerKey(tracker: Tracker): string {
  return canonicalJson(asJson(tracker));
}

/** The tracker of a text that `trackerKey` gave. */
export function readTracker(key: string): Tracker {
  return JSON.parse(key) as Tracker;
}

/** As it is when written: what is undefined is not there. */
function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** What an event is to a tracker; undefined when it cannot count, now or later. */
export type BucketOf = (event: EventFacts) => Bucket | undefined;

/** Makes ready to count many events. `nowMs` may be earlier than the events are read: what falls out meanwhile is dropped later. */
export function bucketFinder(tracker: Tracker, nowMs: number): BucketOf {
  const { selectors, clicks = [], kept, property = "", column } = tracker;
  const keyOf = keyFinder(tracker, nowMs);
  const from = { path: pathOf(property), column };
  return (event) => {
    const key = keyOf(event.timeMs);
    if (key === undefined) return undefined;
    const steps = stepsOf(selectors, event, clicks);
    if (steps === 0) return undefined;
    if (kept === undefined) return [key, 1];
    const extra = kept === "steps" ? steps : extraOf(kept, from, event);
    return extra === undefined ? undefined : [key, 1, extra];
  };
}

/** A bit for each selector that selects the event. */
function stepsOf(selectors: Tracker["selectors"], event: EventFacts, clicks: readonly VirtualEvent[]): number {
  return selectors.reduce((steps, selector, index) => (selectsEvent(selector, event, clicks) ? steps + 2 ** index : steps), 0);
}

/** What is kept of one event besides that it was; undefined for an event that the leaf does not measure. */
function extraOf(kept: Exclude<Kept, "steps">, from: TakenFrom, event: EventFacts): Extra | undefined {
  const { timeMs } = event;
  if (kept === "first" || kept === "last") return timeMs;
  if (kept === "distinct") {
    const text = foundText(event, from);
    return text === undefined ? undefined : [text];
  }
  if (kept === "firstText" || kept === "lastText" || kept === "values") {
    const text = takenText(event, from);
    if (text === undefined) return undefined;
    return kept === "values" ? [[text, 1, timeMs]] : [timeMs, text];
  }
  return numberExtra(kept, takenMillionths(event, from), timeMs);
}

function numberExtra(kept: Kept, millionths: bigint | undefined, timeMs: number): Extra | undefined {
  if (millionths === undefined) return undefined;
  return kept === "firstNumber" || kept === "lastNumber" ? [timeMs, String(millionths)] : String(millionths);
}

/** What of time a tracker's buckets tell apart. */
export function bucketsBy({ window }: Pick<Tracker, "window">): "days" | "instants" | "nothing" {
  if (window.by !== undefined) return window.by;
  if ("hours" in window) return "instants";
  return "days" in window ? "days" : "nothing";
}

function keyFinder({ window, zone = "UTC" }: Tracker, nowMs: number): (timeMs: number) => number | undefined {
  const { fromMs, toMs } = spanKept({ window, zone }, nowMs);
  const clock = zoneClock(zone);
  const by = bucketsBy({ window });
  return (timeMs) => {
    if (timeMs < fromMs || timeMs >= toMs) return undefined;
    if (by === "instants") return timeMs;
    return by === "days" ? dayAt(timeMs, clock) : ONE_BUCKET;
  };
}

/** The instants of what is kept; what will happen counts, too. */
export function spanKept({ window, zone = "UTC" }: Pick<Tracker, "window" | "zone">, nowMs: number): Span {
  if ("ever" in window) return { fromMs: -Infinity, toMs: Infinity };
  if ("hours" in window) return { fromMs: nowMs - window.hours * HOUR_MS + 1, toMs: Infinity };
  if ("from" in window) return spanOf({ from: window.from, to: window.to }, nowMs, zone);
  const clock = zoneClock(zone);
  return { fromMs: startOfDay(dayAt(nowMs, clock) - window.days + 1, clock), toMs: Infinity };
}

/** The oldest bucket that is kept. */
export function oldestBucket(tracker: Pick<Tracker, "window" | "zone">, nowMs: number): number {
  const by = bucketsBy(tracker);
  if (by === "nothing" || "ever" in tracker.window) return -Infinity;
  const { fromMs } = spanKept(tracker, nowMs);
  return by === "instants" ? fromMs : dayAt(fromMs, zoneClock(tracker.zone ?? "UTC"));
}

/** The time that a leaf looks at. */
export function withinOf(leaf: BehaviourLeaf): Within | undefined {
  if ("sequence" in leaf) return leaf.sequence.within;
  if ("first" in leaf) return leaf.first;
  return "last" in leaf ? leaf.last : leaf.within;
}
