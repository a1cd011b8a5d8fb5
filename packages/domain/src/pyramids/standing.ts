import { graceEnd, monthPeriod, type Month } from "./months.ts";
import type { Demotion, Promotion } from "./pyramid.ts";

/** What a layer asks of those who keep it. */
export type KeepRules = { readonly promotion: Promotion; readonly demotion: Demotion };

/** That somebody stands in a layer. Times are Unix ms. */
export type Standing = {
  readonly sinceMs: number;
  /** When they leave because they meet the condition no longer; null while they meet it, or never leave for that. */
  readonly lapseDueMs: number | null;
  /** Below the minimum by the review of a month, and when the grace for that is over. */
  readonly warned: { readonly month: Month; readonly dueMs: number } | null;
};

/** What is known of somebody beside their standing. */
export type KeepFacts = {
  /** Meets the layer's condition now. */
  readonly qualifies: boolean;
  /** Lost the layer for the minimum of a month, and has not contributed it since. */
  readonly barred: Month | null;
  /** Appointed to a layer of the pyramid now. */
  readonly appointed: boolean;
  /** When their last appointment in the pyramid ended. */
  readonly appointmentEndedMs: number | null;
};

/** Why a standing began or ended. */
export type StandingWhy = "condition" | "review" | "lapsed" | "minimum";
export type Kept = {
  readonly standing: Standing | null;
  readonly barred: Month | null;
  /** Set when a standing began or ended. */
  readonly why: StandingWhy | null;
};

/** When somebody is judged; `met` tells whether they contributed the minimum: in a month, or at a look since a month ended. It is asked only where there is a minimum. */
export type JudgeTime = { readonly nowMs: number; readonly zone: string; readonly met: (month: Month) => boolean };
/** `knownMs` is until when everything that came is known: who would leave later than that may have done what keeps them, and waits. */
export type LookTime = JudgeTime & { readonly knownMs: number };

/** What a look at somebody makes of their standing. See docs/decisions/0031-pyramids.md. */
export function look(rules: KeepRules, standing: Standing | null, facts: KeepFacts, time: LookTime): Kept {
  const { barred, qualifies } = facts;
  const { nowMs, knownMs } = time;
  if (standing === null) {
    const comes = rules.promotion === "at_once" && qualifies && barred === null;
    return comes ? { standing: begin(nowMs), barred, why: "condition" } : { standing, barred, why: null };
  }
  const lapseDueMs = lapseOf(rules, standing, facts, time);
  if (lapseDueMs !== null && lapseDueMs <= knownMs) return { standing: null, barred, why: "lapsed" };
  return endGrace(rules, { ...standing, lapseDueMs }, facts, time);
}

function lapseOf({ demotion: { lapse } }: KeepRules, standing: Standing, { qualifies }: KeepFacts, { nowMs, zone }: JudgeTime) {
  if (qualifies || lapse === null) return null;
  return standing.lapseDueMs ?? graceEnd(nowMs, lapse.graceDays, zone);
}

function endGrace(rules: KeepRules, standing: Standing, { barred, appointed }: KeepFacts, { knownMs, met }: LookTime): Kept {
  const { warned } = standing;
  if (warned === null || warned.dueMs > knownMs) return { standing, barred, why: null };
  if (appointed || rules.demotion.minimum === null || met(warned.month))
    return { standing: { ...standing, warned: null }, barred, why: null };
  return { standing: null, barred: warned.month, why: "minimum" };
}

/** What the review of a month makes of somebody's standing. */
export function review(rules: KeepRules, standing: Standing | null, facts: KeepFacts, time: JudgeTime & { readonly month: Month }): Kept {
  const { minimum } = rules.demotion;
  const { nowMs, month, met } = time;
  const isMet = minimum === null || met(month);
  const barred = isMet ? null : facts.barred;
  if (standing === null) {
    const comes = facts.qualifies && barred === null;
    return comes ? { standing: begin(nowMs), barred, why: "review" } : { standing, barred, why: null };
  }
  if (isMet) return { standing: { ...standing, warned: null }, barred, why: null };
  const asked = { zone: time.zone, month, most: minimum.months, met };
  if (facts.appointed || monthsBelow(standing, facts, asked) < minimum.months) return { standing, barred, why: null };
  if (minimum.graceDays === 0) return { standing: null, barred: month, why: "minimum" };
  const warned = standing.warned ?? { month, dueMs: graceEnd(nowMs, minimum.graceDays, time.zone) };
  return { standing: { ...standing, warned }, barred, why: null };
}

export type MonthsAsked = { readonly zone: string; readonly month: Month; readonly most: number; readonly met: (month: Month) => boolean };

/** Months up to one, one after another, in which somebody did not contribute the minimum although all of it counted; at most so many. */
export function monthsBelow(
  { sinceMs }: Pick<Standing, "sinceMs">,
  { appointmentEndedMs }: Pick<KeepFacts, "appointmentEndedMs">,
  { zone, month, most, met }: MonthsAsked,
): number {
  const from = Math.max(sinceMs, appointmentEndedMs ?? -Infinity);
  let count = 0;
  while (count < most && monthPeriod(month - count, zone).fromMs >= from && !met(month - count)) count += 1;
  return count;
}

function begin(sinceMs: number): Standing {
  return { sinceMs, lapseDueMs: null, warned: null };
}
