import { AFTER_PURCHASE } from "./after-purchase.ts";
import { KEEPING } from "./keeping.ts";
import { NEWCOMERS } from "./newcomers.ts";
import type { ReadyJourney } from "./ready-journey.ts";

export type { ReadyJourney };

/** Journeys that are ready to be taken, in the order in which a person meets them. */
export const READY_JOURNEYS: readonly ReadyJourney[] = [...NEWCOMERS, ...AFTER_PURCHASE, ...KEEPING];

/** One of them by its key. */
export function readyJourney(key: string): ReadyJourney | undefined {
  return READY_JOURNEYS.find((one) => one.key === key);
}
