import type { EventSelector } from "../conditions/condition.ts";
import type { InBothLanguages } from "../in-both-languages.ts";

/** Colours of a badge: those of the charts' palette, so that a layer has one colour everywhere. */
export const BADGE_TONES = ["green", "blue", "orange", "purple", "ochre", "petrol", "wine", "slate"] as const;
export type BadgeTone = (typeof BADGE_TONES)[number];

/** When somebody who meets a layer's condition comes into it: at once, or at the monthly review. */
export const PROMOTIONS = ["at_once", "at_review"] as const;
export type Promotion = (typeof PROMOTIONS)[number];

/** How people leave a layer, besides by the end of an appointment. */
export type Demotion = {
  /** Who meets the condition no longer leaves after so many whole local days more; 0 is at once, null never. */
  readonly lapse: { readonly graceDays: number } | null;
  /** Who contributed less than `atLeast` in each of so many complete calendar months leaves, after so many days of grace. */
  readonly minimum: { readonly atLeast: number; readonly months: number; readonly graceDays: number } | null;
};

/** What somebody contributes: events, each weighed as one or by a number among its properties. */
export type Contribution = {
  readonly unit: InBothLanguages;
  readonly items: readonly ContributionItem[];
};
export type ContributionItem = {
  readonly event: EventSelector;
  /** A numeric property whose sum counts; null: each event counts as one. */
  readonly property: string | null;
  readonly weight: number;
};

/** Whether being in a layer is what its condition says now, and nothing that must be kept of it. */
export function isImmediate({ promotion, demotion }: { readonly promotion: Promotion; readonly demotion: Demotion }): boolean {
  return promotion === "at_once" && demotion.lapse?.graceDays === 0 && demotion.minimum === null;
}
