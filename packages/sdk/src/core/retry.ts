import type { Sent } from "./host.ts";

const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;

/** What follows from an attempt to send. */
export type Outcome = "sent" | "refused" | "too_much" | "later";

/** Sorts answers: refusals that would come again are not repeated. */
export function outcomeOf(status: number, events: number): Outcome {
  if (status >= 200 && status < 300) return "sent";
  if (status === 413 && events > 1) return "too_much";
  return status === 0 || status === 408 || status === 429 || status >= 500 ? "later" : "refused";
}

/** How long to wait after the n-th failure in a row: doubling, with jitter so that many pages do not come back at once. */
export function pauseMs(failures: number, { retryAfterSeconds }: Sent, random: number): number {
  const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.max(grown * (0.5 + random / 2), (retryAfterSeconds ?? 0) * 1_000);
}
