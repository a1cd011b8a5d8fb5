import { minorUnits, type Currency, type Trade } from "../commerce/trade.ts";
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

export type RfmPlan = Trade & Currency & { readonly scoring: RfmScoring; readonly zone: string };

export type AskedRfm = Trade & {
  readonly scores: number;
  readonly thresholds?:
    { readonly recencyDays: readonly number[]; readonly frequency: readonly number[]; readonly monetary: readonly number[] } | undefined;
};

/** How people are scored. Faults: `insight.query_invalid`. */
export function readRfm(asked: AskedRfm, ground: Currency & { readonly zone: string }): Result<RfmPlan> {
  const { orders, refunds, thresholds } = asked;
  if (thresholds === undefined) return ok({ orders, refunds, scoring: { kind: "quantile", scores: asked.scores }, ...ground });
  for (const [name, limits] of Object.entries(thresholds)) {
    const wrong = limits.findIndex((limit: number, index: number) => index > 0 && limit <= (limits[index - 1] ?? limit));
    if (wrong >= 0) return queryFault(`thresholds.${name}.${wrong}`, "Give the thresholds in rising order");
  }
  const minor = thresholds.monetary.map((amount) => minorUnits(amount, ground));
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

/** What operators call the groups. */
export const RFM_GROUP_NAMES: Readonly<Record<RfmGroup, { readonly zh: string; readonly en: string }>> = {
  general_win_back: { zh: "一般挽留用户", en: "Low-value, drifting away" },
  important_win_back: { zh: "重要挽留用户", en: "High-value, drifting away" },
  general_keep: { zh: "一般保持用户", en: "Frequent before, low-value, silent" },
  important_keep: { zh: "重要保持用户", en: "Frequent before, high-value, silent" },
  general_develop: { zh: "一般发展用户", en: "Recent, seldom, low-value" },
  important_develop: { zh: "重要发展用户", en: "Recent, seldom, high-value" },
  general_value: { zh: "一般价值用户", en: "Recent, frequent, low-value" },
  important_value: { zh: "重要价值用户", en: "Recent, frequent, high-value" },
};

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
