import type { EventSelector } from "../../conditions/condition.ts";
import type { FieldOfEvent } from "../field-of-event.ts";

/** In the given order with anything between; in the given order with nothing between; in whatever order. */
export const FUNNEL_ORDERS = ["ordered", "strict", "any"] as const;
export type FunnelOrder = (typeof FUNNEL_ORDERS)[number];

/** Which step of an attempt gives it its value: the first that has one, the last that has one, or this one (from 0). */
export type Attribution = "first" | "last" | { readonly step: number };

/** An exclusion: none of these events after step `from` and before step `to` (steps from 0). */
export type FunnelExclusion = { readonly selector: EventSelector; readonly from: number; readonly to: number };

/**
 * A funnel that can be counted. Times are Unix ms. An attempt begins with an event of the first step at `fromMs <= time < toMs`; its window is
 * `windowMs` long and ends inclusively.
 */
export type FunnelPlan = {
  readonly order: FunnelOrder;
  /** The alternatives of each step. */
  readonly steps: readonly (readonly EventSelector[])[];
  readonly exclusions: readonly FunnelExclusion[];
  readonly windowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly hold: FieldOfEvent | undefined;
  readonly breakdown: { readonly by: FieldOfEvent; readonly attribution: Attribution } | undefined;
};
