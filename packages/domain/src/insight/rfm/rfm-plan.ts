import type { EventSelector } from "../../conditions/condition.ts";
import { ok, type Result } from "../../result.ts";
import { dayOfIso } from "../../time/zoned-time.ts";
import { queryFault } from "../query-fault.ts";
import { dayStart, type Calendar } from "../time/calendar.ts";

/** Limits between scores, rising: days since the last order, orders, minor units of money. A score begins at its limit; for days it ends there. */
export type RfmLimits = {
  readonly recencyDays: readonly number[];
  readonly frequency: readonly number[];
  readonly monetaryMinor: readonly number[];
};
export type RfmScoring = { readonly kind: "quantile"; readonly scores: number } | { readonly kind: "own"; readonly limits: RfmLimits };

/** The day at whose beginning people are scored, and from when on orders count. `day` counts from 1970-01-01; times are Unix ms. */
export type RfmMoment = { readonly day: number; readonly atMs: number; readonly sinceMs: number };

export type RfmPlan = {
  readonly orders: EventSelector;
  readonly refunds: EventSelector;
  readonly scoring: RfmScoring;
  readonly currency: string;
  readonly digits: number;
  readonly zone: string;
};

export type AskedRfm = {
  readonly orders: EventSelector;
  readonly refunds: EventSelector;
  readonly scores: number;
  readonly thresholds?:
    { readonly recencyDays: readonly number[]; readonly frequency: readonly number[]; readonly monetary: readonly number[] } | undefined;
};

/** How people are scored. Faults: `insight.query_invalid`. */
export function readRfm(
  asked: AskedRfm,
  ground: { readonly currency: string; readonly digits: number; readonly zone: string },
): Result<RfmPlan> {
  const { orders, refunds, thresholds } = asked;
  if (thresholds === undefined) return ok({ orders, refunds, scoring: { kind: "quantile", scores: asked.scores }, ...ground });
  for (const [name, limits] of Object.entries(thresholds)) {
    const wrong = limits.findIndex((limit: number, index: number) => index > 0 && limit <= (limits[index - 1] ?? limit));
    if (wrong >= 0) return queryFault(`thresholds.${name}.${wrong}`, "Give the thresholds in rising order");
  }
  const minor = thresholds.monetary.map((amount) => Math.round(amount * 10 ** ground.digits));
  return ok({
    orders,
    refunds,
    scoring: { kind: "own", limits: { recencyDays: thresholds.recencyDays, frequency: thresholds.frequency, monetaryMinor: minor } },
    ...ground,
  });
}

/** The moment a local date begins, looking back so many days. Faults: `insight.query_invalid`. */
export function readMoment(field: string, date: string, lookbackDays: number, calendar: Calendar): Result<RfmMoment> {
  const day = dayOfIso(date);
  if (day === undefined) return queryFault(field, "Write a calendar date as 2026-03-31");
  return ok({ day, atMs: dayStart(day, calendar), sinceMs: dayStart(day - lookbackDays, calendar) });
}

/** How many scores each of the three has. */
export function scoreCounts(scoring: RfmScoring): { readonly recency: number; readonly frequency: number; readonly monetary: number } {
  if (scoring.kind === "quantile") return { recency: scoring.scores, frequency: scoring.scores, monetary: scoring.scores };
  const { recencyDays, frequency, monetaryMinor } = scoring.limits;
  return { recency: recencyDays.length + 1, frequency: frequency.length + 1, monetary: monetaryMinor.length + 1 };
}

/**
 * The eight groups of people by whether recency, frequency and money are above the middle of their scores, in the order of the number that the three make
 * (recency 4, frequency 2, money 1).
 */
export const RFM_GROUPS = [
  "general_win_back",
  "important_win_back",
  "general_keep",
  "important_keep",
  "general_develop",
  "important_develop",
  "general_value",
  "important_value",
] as const;
export type RfmGroup = (typeof RFM_GROUPS)[number];

/** The highest score that is not above the middle. */
export function middleScore(scores: number): number {
  return Math.floor((scores + 1) / 2);
}

/** The group of some scores. */
export function groupOf(
  scores: { readonly recency: number; readonly frequency: number; readonly monetary: number },
  counts: ReturnType<typeof scoreCounts>,
): RfmGroup {
  const bit = (of: "recency" | "frequency" | "monetary"): number => (scores[of] > middleScore(counts[of]) ? 1 : 0);
  return RFM_GROUPS[bit("recency") * 4 + bit("frequency") * 2 + bit("monetary")] ?? "general_win_back";
}
