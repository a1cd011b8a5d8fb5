import { civilFromDays, dayAt, daysFromCivil, startOfDay, zoneClock } from "../time/zoned-time.ts";
import type { Json } from "../json.ts";
import {
  foldCondition,
  selectorsOf,
  type BehaviourLeaf,
  type DayTest,
  type PersonCondition,
  type PersonLeaf,
  type Within,
} from "./condition.ts";
import { dayOf, isDayTest } from "./day-test.ts";
import type { AskedAt } from "./did-holds.ts";
import { selectsEvent, type EventFacts } from "./matches-event.ts";
import { behaviourHolds, type PersonFacts } from "./matches-person.ts";
import { pathOf, scalarsOf, valuesAt } from "./value-at.ts";
import { whileWithin } from "./within.ts";

/** Of how many edges of time it is tried whether a leaf changes there; beyond them the next edge is the answer, whether it changes or not. */
const EDGES_TRIED_MAX = 32;

/**
 * The next instant at which the condition may come to hold, or cease to, though nothing happens: a day or an hour passes out of a time, or a day comes. Before
 * it the answer is what it is at `at.nowMs`; at it the answer may still be the same. Undefined where only something that happens changes it.
 * Who is in the segments that it names is for whoever knows when that changes.
 */
export function whenMayChange(condition: PersonCondition, facts: PersonFacts, at: AskedAt): number | undefined {
  const join = (parts: readonly (number | undefined)[]): number | undefined => earliestOf(parts);
  return foldCondition<PersonLeaf, number | undefined>(condition, {
    all: join,
    any: join,
    not: (part) => part,
    leaf: (leaf) => {
      if ("did" in leaf || "sequence" in leaf) return behaviourChange(leaf, facts.events, at);
      if ("tag" in leaf) return tagChange(facts.tags.get(leaf.tag), at.nowMs);
      if (!("trait" in leaf) || !isDayTest(leaf)) return undefined;
      return dayChange(leaf, valuesAt(facts.traits, pathOf(leaf.trait)), at);
    },
  });
}

function tagChange(until: number | undefined, nowMs: number): number | undefined {
  return until !== undefined && until > nowMs && Number.isFinite(until) ? until : undefined;
}

function behaviourChange(leaf: BehaviourLeaf, events: readonly EventFacts[], at: AskedAt): number | undefined {
  const within = withinOf(leaf);
  if (within === undefined) return undefined;
  const meant = events.filter((event) => selectorsOf(leaf).some((selector) => selectsEvent(selector, event, at.virtuals)));
  const edges = edgesAfter(at, within, meant);
  const now = behaviourHolds(leaf, meant, at);
  const tried = edges.slice(0, EDGES_TRIED_MAX);
  return tried.find((nowMs) => behaviourHolds(leaf, meant, { ...at, nowMs }) !== now) ?? edges[EDGES_TRIED_MAX];
}

function withinOf(leaf: BehaviourLeaf): Within | undefined {
  if ("sequence" in leaf) return leaf.sequence.within;
  if ("first" in leaf) return leaf.first;
  return "last" in leaf ? leaf.last : leaf.within;
}

/** The instants to come at which one of the events begins or ceases to be within the time, in order. */
function edgesAfter({ nowMs, zone }: AskedAt, within: Within, events: readonly EventFacts[]): readonly number[] {
  const edges = events.flatMap(({ timeMs }) => {
    const during = whileWithin(within, timeMs, zone);
    return during === undefined ? [] : [during.fromMs, during.toMs];
  });
  return [...new Set(edges.filter((edge) => edge > nowMs && Number.isFinite(edge)))].toSorted((a, b) => a - b);
}

function dayChange(test: DayTest, values: readonly Json[], { nowMs, zone }: AskedAt): number | undefined {
  const clock = zoneClock(zone);
  const today = dayAt(nowMs, clock);
  const days = values.flatMap(scalarsOf).flatMap((value) => dayOf(value, clock) ?? []);
  const edges = days.flatMap((day) => dayEdges(test, day, today));
  return earliestOf(edges.filter((day) => day > today).map((day) => startOfDay(day, clock)));
}

/** The days from which on a test of a day may have another answer. */
function dayEdges(test: DayTest, day: number, today: number): readonly number[] {
  if ("dateWithin" in test) return [day - test.dateWithin.toDays, day - test.dateWithin.fromDays + 1];
  if (!("anniversary" in test)) return [];
  const next = nextAnniversary(day, today);
  return [next - test.anniversary.withinDays + 1, next + 1];
}

/** The next day, today or later, that a day is kept on. */
function nextAnniversary(day: number, today: number): number {
  const { year } = civilFromDays(today);
  const { month, day: date } = civilFromDays(day);
  const inYear = (each: number): number => {
    const kept = daysFromCivil(each, month, date);
    // 29 February would be 1 March.
    return civilFromDays(kept).month === month ? kept : kept - 1;
  };
  return inYear(year) >= today ? inYear(year) : inYear(year + 1);
}

function earliestOf(instants: readonly (number | undefined)[]): number | undefined {
  return instants.reduce((kept, each) => (kept === undefined || (each !== undefined && each < kept) ? each : kept), undefined);
}
