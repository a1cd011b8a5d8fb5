import type { EventSelector } from "../conditions/condition.ts";
import { EXPOSURE } from "../event/exposure-event.ts";

/** Where exposures come from: what is logged when a variant is given, or an event of one's own that names the variant in a property. */
export type ExposureSource =
  | { readonly kind: "assignment"; readonly key: string }
  | { readonly kind: "event"; readonly event: EventSelector; readonly property: string };

/**
 * Events that are read as exposures, and the property in which each names its variant; null: they all are of the first one. `otherUnit`: those of them that exposed
 * something else than a person. `period`: the property with the number of the shares that the variant was drawn by, where shares change.
 */
export type ExposureEvents = {
  readonly of: EventSelector;
  readonly variant: string | null;
  readonly otherUnit?: EventSelector;
  readonly period?: string;
};

/** What was assigned was a group or a session: its people are not independent of each other. Without a word on it, it was a person. */
const OTHER_UNIT: EventSelector = {
  event: EXPOSURE,
  where: {
    all: [
      { property: "unit", isSet: true },
      { property: "unit", isNot: ["person"] },
    ],
  },
};

/**
 * How events are read as exposures. Those of Terrace's own clients name the experiment by its key; so do, in their own words, `Experiment Viewed` of the Segment
 * convention (GrowthBook's clients) and `$feature_flag_called` of PostHog's, whose flag bears the key.
 */
export function exposureEvents(source: ExposureSource): readonly ExposureEvents[] {
  if (source.kind === "event")
    return [{ of: source.event, variant: source.property, ...(source.event.event === EXPOSURE ? { otherUnit: OTHER_UNIT } : {}) }];
  const named = (event: string, property: string): EventSelector => ({ event, where: { property, is: [source.key] } });
  return [
    { of: named(EXPOSURE, "experiment"), variant: "variant", otherUnit: OTHER_UNIT, period: "period" },
    { of: named("Experiment Viewed", "experiment_id"), variant: "variation_id", period: "period" },
    { of: named("$feature_flag_called", "$feature_flag"), variant: "$feature_flag_response" },
  ];
}
