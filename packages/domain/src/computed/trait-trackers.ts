import { pathOf } from "../conditions/value-at.ts";
import type { Kept } from "../segments/counter.ts";
import { clicksOf, type Tracker, type TrackerPlace } from "../segments/tracker.ts";
import type { TraitDefinition, TraitMeasure, TraitSource, TraitValue } from "./definition.ts";
import { keptFor } from "./trait-window.ts";

type Kind = { readonly kept?: Kept; readonly value?: TraitValue };

/** What is to be kept of events for a trait, in the order in which `reckonTrait` is given it: of a ratio its part and its whole. Conditions are in the stored form. */
export function trackersOfTrait(definition: TraitDefinition, place: TrackerPlace): readonly Tracker[] {
  if (definition.kind !== "ratio") return [trackerFor(definition.of, keptOf(definition), definition, place)];
  return [definition.part, definition.whole].map((measure) => trackerFor(measure.of, keptOfMeasure(measure), definition, place));
}

function keptOf(definition: Exclude<TraitDefinition, { readonly kind: "ratio" }>): Kind {
  switch (definition.kind) {
    case "first_value":
      return { kept: definition.as === "text" ? "firstText" : "firstNumber", value: definition.value };
    case "last_value":
      return { kept: definition.as === "text" ? "lastText" : "lastNumber", value: definition.value };
    case "first_time":
    case "days_since_first":
      return { kept: "first" };
    case "last_time":
    case "days_since_last":
      return { kept: "last" };
    case "most_frequent":
    case "list":
      return { kept: "values", value: definition.value };
    default:
      return keptOfMeasure(definition);
  }
}

function keptOfMeasure(measure: TraitMeasure): Kind {
  if (measure.kind === "count") return {};
  if (measure.kind === "distinct") return { kept: "distinct", value: measure.value };
  return { kept: measure.kind === "avg" ? "sum" : measure.kind, value: { property: measure.property } };
}

function trackerFor(
  { event, where }: TraitSource,
  { kept, value }: Kind,
  { within }: Pick<TraitDefinition, "within">,
  { zone, virtuals }: TrackerPlace,
): Tracker {
  const selectors = [where === undefined ? { event } : { event, where }];
  return {
    selectors,
    window: keptFor(within),
    ...(kept === undefined ? {} : { kept }),
    ...value,
    ...clicksOf(selectors, virtuals),
    ...(within === undefined ? {} : { zone }),
  };
}

/** Whether a path can be taken: what it names has a name at every step. */
export function isPath(property: string): boolean {
  return pathOf(property).every((step) => step !== "");
}
