import type { EventContext } from "../event/feed-event.ts";

/** What is told of an event itself. */
export type ByEvent = { readonly property: string } | { readonly column: keyof EventContext };
/** What is told of a person, and so is the same for all of their events: a trait, the segments they are in, a field of their first or last event that has one. */
export type ByPerson =
  | { readonly trait: string }
  | { readonly segment: readonly string[] }
  | { readonly touch: "first" | "last"; readonly column: keyof EventContext };
export type BreakdownBy = ByEvent | ByPerson;

/** Whether a breakdown tells people apart, and not single events. */
export function isByPerson(by: BreakdownBy): by is ByPerson {
  return "trait" in by || "segment" in by || "touch" in by;
}

/** Groups told one by one beside the whole. */
export const GROUPS_MAX = 20;
/** The same where each of them costs as much as a question of its own. */
export const FEW_GROUPS_MAX = 5;
/** Groups told one by one where a question does not say how many. */
export const GROUPS_TOLD = 5;
