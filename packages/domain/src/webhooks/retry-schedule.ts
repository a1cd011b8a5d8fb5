/** Waits after the first, second, … failed attempt: soon at first, because most troubles are short; a day in all, because some are not. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000] as const;
/** Up to this part of a wait is added, so that many deliveries that failed together do not come back together. */
const SPREAD = 0.2;

export const ATTEMPTS_MAX = WAITS_MS.length + 1;

/** How long to wait after `attempts` failed attempts (≥ 1), in ms; undefined when it is given up. `chance` is in [0, 1). */
export function waitBeforeRetry(attempts: number, chance: number): number | undefined {
  const wait = WAITS_MS[attempts - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 + SPREAD * chance));
}

/** A webhook that nothing reached for this long is paused. */
export const PAUSED_AFTER_MS = 5 * 86_400_000;

/** What a status means: received, not for this webhook any more (410), or to be tried again. Redirects are not followed: the address is to be put right. */
export function outcomeOf(status: number): "delivered" | "gone" | "retry" {
  if (status >= 200 && status < 300) return "delivered";
  return status === 410 ? "gone" : "retry";
}
