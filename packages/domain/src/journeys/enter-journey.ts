import type { JsonObject } from "../json.ts";
import type { JourneyDefinition, Reentry } from "./journey-definition.ts";
import type { Enrolment, Place } from "./enrolment.ts";

/** What is known of the last time that somebody came in, with the same key. */
export type LastEnrolment = { readonly enteredMs: number; readonly isOpen: boolean };

const DAY_MS = 86_400_000;

/** Whether somebody may come in, once more or for the first time. */
export function mayEnter(reentry: Reentry, last: LastEnrolment | undefined, atMs: number): boolean {
  if (last === undefined) return true;
  if (last.isOpen || reentry.kind === "never") return false;
  return reentry.kind === "afterFinish" || atMs >= last.enteredMs + reentry.days * DAY_MS;
}

/**
 * Somebody at the beginning. They came in when what brought them in happened (`enteredMs`): what they did from then on counts. Their waits begin when it was heard of.
 */
export function enterJourney(
  { start }: JourneyDefinition,
  { enteredMs, heardMs }: { readonly enteredMs: number; readonly heardMs: number },
  kept: JsonObject,
): Enrolment {
  return { enteredMs, place: arrivalAt(start, heardMs, 0, { eventsFromMs: enteredMs }), kept, goalMs: null, end: null };
}

/** What is heard of later than this after it happened lets nobody in: an import of last year's sign-ups welcomes nobody. */
export const ENTRY_DELAY_MAX_MS = DAY_MS;

/** A place right after coming to a node. */
export function arrivalAt(
  node: string,
  atMs: number,
  steps: number,
  rest: Partial<Pick<Place, "exitsAsked" | "passed" | "eventsFromMs">> = {},
): Place {
  return {
    node,
    phase: "arriving",
    asked: null,
    sinceMs: atMs,
    eventsFromMs: atMs,
    dueMs: atMs,
    steps,
    exitsAsked: false,
    passed: [],
    ...rest,
  };
}
