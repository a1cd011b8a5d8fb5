import type { InBothLanguages } from "../../in-both-languages.ts";
import type { EventSelector } from "../../conditions/condition.ts";
import type { DayUnit } from "../time/calendar.ts";
import type { Measure } from "../trends/trends-plan.ts";
import type { BusinessEvent } from "./business-events.ts";

/** What a metric is counted in. Shares are told as parts of 1, money as whole minor units of the workspace's currency. */
export const METRIC_UNITS = ["count", "people", "share", "money", "seconds", "number", "points"] as const;
export type MetricUnit = (typeof METRIC_UNITS)[number];

/** Which way is good. */
export const METRIC_DIRECTIONS = ["up", "down", "neutral"] as const;
export type MetricDirection = (typeof METRIC_DIRECTIONS)[number];

export const METRIC_GROUPS = ["growth", "activity", "retention", "revenue", "membership", "service", "touch"] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

/** A part of a definition that can be chosen anew: by its name among the parameters of the metric. */
export type FromParameter = { readonly param: string };
/** Events of a definition as it is written: any of those that a parameter names. */
export type EventsOfDefinition = FromParameter;
export type NumberOfDefinition = number | FromParameter;
export type PropertyOfDefinition = FromParameter;

/** A choice that a metric leaves open, with what stands when nobody chooses. */
export type Parameter = { readonly name: string; readonly label: InBothLanguages } & (
  | { readonly kind: "events"; readonly default: EventsDefault }
  | { readonly kind: "number"; readonly default: number; readonly min: number; readonly max: number }
  | { readonly kind: "property"; readonly default: string }
);
/** Those that the workspace's settings name for a role, or certain ones. */
export type EventsDefault = { readonly business: readonly BusinessEvent[] } | { readonly events: readonly EventSelector[] };
export type ParameterValue = number | string | readonly EventSelector[];
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/**
 * A span of time that belongs to an interval: itself; from the beginning of the calendar unit in which it ends up to its end; so many local days up to
 * its end; so many just before its start; everything up to its end, or up to its start.
 */
export type Window<N> =
  "interval" | "until_end" | "until_start" | { readonly calendar: DayUnit } | { readonly trailing: N } | { readonly before: N };

/** What a person must have done: so many of some events in a window, and how such tests go together. */
export type PeopleTest<E, N> =
  | { readonly of: E; readonly window: Window<N>; readonly atLeast: N }
  | { readonly all: readonly PeopleTest<E, N>[] }
  | { readonly any: readonly PeopleTest<E, N>[] }
  | { readonly not: PeopleTest<E, N> };

/** What is asked of the people who began in an interval; days are local ones, counted from the day of beginning. */
export type Cohort<E, N> = {
  readonly start: E;
  /** What they come back with, from the first to the last of these days; without a last one up to now. */
  readonly back: E;
  readonly first: N;
  readonly last: N | null;
};

/** A figure that is read from the events as a whole. */
export type Atom<E, N, P> =
  /** Events, distinct people, or a measure of a property. */
  | { readonly kind: "events"; readonly of: E; readonly measure: MeasureOf<P>; readonly isMoney?: boolean }
  /** What orders brought, less what refunds took, in minor units. */
  | { readonly kind: "amount"; readonly orders: E | null; readonly refunds: E | null }
  /** People for whom a test holds. */
  | { readonly kind: "people"; readonly where: PeopleTest<E, N> }
  /** The sum over local days of the people who did each of these on that day. */
  | { readonly kind: "person_days"; readonly each: readonly E[] }
  /** Local days begun by now. */
  | { readonly kind: "days" }
  /** People who began in the interval; of those the ones who came back, or what they brought. `matured`: only those whose last day is over. */
  | { readonly kind: "cohort"; readonly cohort: Cohort<E, N>; readonly tell: "started" | "returned"; readonly matured: boolean }
  /** What the people who began in the interval brought from their first day to day `days`, net of refunds; of those whose last day is over. */
  | { readonly kind: "cohort_amount"; readonly start: E; readonly orders: E; readonly refunds: E; readonly days: N }
  /**
   * What the people who began in the interval are expected to bring, net of refunds, by the end of `months` local months, that of their beginning among them: each
   * counts as what is told ahead of a head of their month.
   */
  | { readonly kind: "expected_value"; readonly start: E; readonly orders: E; readonly refunds: E; readonly months: N }
  /** Seconds in sessions of these events; a pause ends one. */
  | { readonly kind: "time_spent"; readonly of: E; readonly gapMinutes: N }
  /** Cases told apart by a property, that began in the interval: how many, how many have ended, how fast. */
  | {
      readonly kind: "cases";
      readonly start: E;
      readonly end: E;
      readonly key: P;
      readonly tell: "started" | "ended" | "ended_within" | "seconds";
      readonly withinMinutes: N;
    }
  /** Figures of channels: imported, and those that events tell. */
  | { readonly kind: "channel"; readonly figure: ChannelFigureName; readonly tracked: E };

export const CHANNEL_FIGURES = ["exposures", "clicks", "cost"] as const;
export type ChannelFigureName = (typeof CHANNEL_FIGURES)[number];

/** A measure whose property may be chosen. */
export type MeasureOf<P> =
  | Extract<Measure, { readonly kind: "events" | "people" | "events_per_person" }>
  | { readonly kind: Exclude<PropertyMeasureKind, "percentile">; readonly property: P }
  | { readonly kind: "percentile"; readonly property: P; readonly percentile: number };
type PropertyMeasureKind = Extract<Measure, { readonly property: string }>["kind"];

/** How figures go together: a quotient, a formula over several, the figure of the interval before. */
export type Expression<A> =
  | { readonly atom: A }
  | { readonly ratio: { readonly of: Expression<A>; readonly per: Expression<A> } }
  | { readonly formula: string; readonly parts: readonly Expression<A>[] }
  | { readonly previous: Expression<A> };

export type DefinedAtom = Atom<EventsOfDefinition, NumberOfDefinition, PropertyOfDefinition>;
/** An atom with every choice made. */
export type BoundAtom = Atom<readonly EventSelector[], number, string>;
export type BoundExpression = Expression<BoundAtom>;

/** A metric of the catalogue. */
export type MetricDefinition = {
  readonly id: string;
  /** One more whenever its figures may come out differently. */
  readonly version: number;
  readonly group: MetricGroup;
  readonly name: InBothLanguages;
  /** The formula in words. */
  readonly formula: InBothLanguages;
  readonly unit: MetricUnit;
  readonly better: MetricDirection;
  readonly parameters: readonly Parameter[];
  readonly expression: Expression<DefinedAtom>;
  /** Event parameters without which there is nothing to tell: until one of their events has ever come, the metric is unknown, not 0. */
  readonly needs: readonly string[];
};

/** A metric as it is evaluated: every choice made, references to other metrics put in. */
export type BoundMetric = {
  readonly expression: BoundExpression;
  readonly unit: MetricUnit;
  readonly needs: readonly (readonly EventSelector[])[];
};

/** The atoms of an expression, left to right. */
export function atomsOf<A>(expression: Expression<A>): readonly A[] {
  if ("atom" in expression) return [expression.atom];
  if ("ratio" in expression) return [...atomsOf(expression.ratio.of), ...atomsOf(expression.ratio.per)];
  return "formula" in expression ? expression.parts.flatMap((part) => atomsOf(part)) : atomsOf(expression.previous);
}
