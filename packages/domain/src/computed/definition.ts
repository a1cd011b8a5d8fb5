import type { EventCondition, EventSelector } from "../conditions/condition.ts";
import { REFERRAL_TOLD } from "../event/referral-events.ts";
import { isTold } from "../event/segment-events.ts";
import type { EventContext } from "../event/feed-event.ts";

/** Which events a trait is reckoned from. */
export type TraitSource = EventSelector<EventCondition>;

/** What of an event is taken: a property, dots lead into objects, or a column of its context. */
export type TraitValue = { readonly property: string } | { readonly column: keyof EventContext };

/** Days back from today, today among them, or a calendar period of the workspace's zone. Left out: ever. */
export const TRAIT_PERIODS = ["this_month", "last_month", "this_year"] as const;
export type TraitPeriod = (typeof TRAIT_PERIODS)[number];
export type TraitWindow = { readonly days: number } | { readonly calendar: TraitPeriod };

export const NUMBER_MEASURES = ["sum", "avg", "min", "max"] as const;
/** A number that someone's events come to. */
export type TraitMeasure =
  | { readonly kind: "count"; readonly of: TraitSource }
  | { readonly kind: (typeof NUMBER_MEASURES)[number]; readonly of: TraitSource; readonly property: string }
  | { readonly kind: "distinct"; readonly of: TraitSource; readonly value: TraitValue };

export const EDGE_VALUES = ["first_value", "last_value"] as const;
export const EDGE_TIMES = ["first_time", "last_time", "days_since_first", "days_since_last"] as const;

type Within = { readonly within?: TraitWindow | undefined };
type Reckoned =
  | TraitMeasure
  | { readonly kind: "ratio"; readonly part: TraitMeasure; readonly whole: TraitMeasure }
  | {
      readonly kind: (typeof EDGE_VALUES)[number];
      readonly of: TraitSource;
      readonly value: TraitValue;
      readonly as: "text" | "number";
    }
  | { readonly kind: (typeof EDGE_TIMES)[number]; readonly of: TraitSource }
  | { readonly kind: "most_frequent"; readonly of: TraitSource; readonly value: TraitValue }
  | { readonly kind: "list"; readonly of: TraitSource; readonly value: TraitValue; readonly limit: number };

/** How a trait is reckoned from someone's events. */
export type TraitDefinition = Reckoned & Within;
export type TraitKind = TraitDefinition["kind"];

export const TRAIT_KINDS = [
  "count",
  ...NUMBER_MEASURES,
  "distinct",
  "ratio",
  ...EDGE_VALUES,
  ...EDGE_TIMES,
  "most_frequent",
  "list",
] as const satisfies readonly TraitKind[];

/** Days that a window can look back over. */
export const WINDOW_DAYS_MAX = 3_660;
/** Values of a list. */
export const LIST_MAX = 50;

/** What the values of a trait are. */
export const TRAIT_TYPES = ["number", "text", "date", "list"] as const;
export type TraitType = (typeof TRAIT_TYPES)[number];

/** What the values of a trait that is reckoned so are. */
export function typeOfTrait(definition: TraitDefinition): TraitType {
  switch (definition.kind) {
    case "first_value":
    case "last_value":
      return definition.as;
    case "first_time":
    case "last_time":
      return "date";
    case "most_frequent":
      return "text";
    case "list":
      return "list";
    default:
      return "number";
  }
}

/** The measures of a trait that is a number, of a ratio both. */
export function measuresOf(definition: TraitDefinition): readonly TraitMeasure[] {
  switch (definition.kind) {
    case "ratio":
      return [definition.part, definition.whole];
    case "count":
    case "sum":
    case "avg":
    case "min":
    case "max":
    case "distinct":
      return [definition];
    default:
      return [];
  }
}

/** Which events a trait is reckoned from, of a ratio twice. */
export function sourcesOf(definition: TraitDefinition): readonly TraitSource[] {
  return definition.kind === "ratio" ? [definition.part.of, definition.whole.of] : [definition.of];
}

/** The same definition with its sources replaced. */
export function mapSources(definition: TraitDefinition, map: (source: TraitSource) => TraitSource): TraitDefinition {
  if (definition.kind !== "ratio") return { ...definition, of: map(definition.of) };
  const [part, whole] = [definition.part, definition.whole].map((measure) => ({ ...measure, of: map(measure.of) }));
  return { ...definition, part: part ?? definition.part, whole: whole ?? definition.whole };
}

/** Properties and columns that are taken of events, each once. */
export function valuesOfTrait(definition: TraitDefinition): readonly TraitValue[] {
  const measured = measuresOf(definition).flatMap((measure): readonly TraitValue[] => {
    if (measure.kind === "count") return [];
    return [measure.kind === "distinct" ? measure.value : { property: measure.property }];
  });
  const own = "value" in definition && measured.length === 0 ? [definition.value] : [];
  return [...new Map([...measured, ...own].map((value) => [JSON.stringify(value), value])).values()];
}

/**
 * Whether it is reckoned from what Terrace itself tells of people: that may hang on the trait. Who brought whom does not: it is told once for each
 * claim, and claims are what people and servers said.
 */
export function asksWhatIsTold(definition: TraitDefinition): boolean {
  return sourcesOf(definition).some(({ event }) => event !== null && isTold(event) && !REFERRAL_TOLD.includes(event));
}
