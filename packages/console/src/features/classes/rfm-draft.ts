import type { putRfmTraits, RfmTraits } from "@terrace/contract/api/rfm-traits";
import type { z } from "zod";
import { readBrackets } from "../insight/read-brackets.ts";

/** The limits between scores that can be one's own. */
export const LIMITS = ["recencyDays", "frequency", "monetary"] as const;
type Limits = Readonly<Record<(typeof LIMITS)[number], string>>;

/** How everyone is scored, as it is typed. */
export type RfmDraft = {
  readonly lookbackDays: number;
  readonly scores: number;
  readonly own: boolean;
  readonly limits: Limits;
  readonly dailyAt: string;
  /** The event that is an order; undefined: what counts as one in the workspace. */
  readonly order: string | undefined;
  /** Parts of the scoring that are not typed here, and stay. */
  readonly kept: Partial<NonNullable<RfmTraits["scoring"]>>;
};

type Body = z.input<typeof putRfmTraits.body>;

const USUAL: Limits = { recencyDays: "7, 30, 90, 180", frequency: "2, 3, 5, 10", monetary: "100, 500, 1000, 5000" };

export function draftOf(scoring: RfmTraits["scoring"]): RfmDraft {
  const { lookbackDays = 365, scores = 5, thresholds, dailyAt = "04:00", orders, refunds } = scoring ?? {};
  return {
    lookbackDays,
    scores,
    own: thresholds !== undefined,
    limits:
      thresholds === undefined
        ? USUAL
        : {
            recencyDays: thresholds.recencyDays.join(", "),
            frequency: thresholds.frequency.join(", "),
            monetary: thresholds.monetary.join(", "),
          },
    dailyAt,
    order: orders?.event ?? undefined,
    kept: { ...(orders === undefined ? {} : { orders }), ...(refunds === undefined ? {} : { refunds }) },
  };
}

const LIMIT = { least: 0, most: 1e12, count: 9 };

export function limitsFit(typed: string): boolean {
  return readBrackets(typed, LIMIT) !== undefined;
}

/** What is sent; undefined while limits are no rising numbers. */
export function bodyOf({ lookbackDays, scores, own, limits, dailyAt, order, kept }: RfmDraft, language: "zh" | "en"): Body | undefined {
  const orders = order === undefined ? undefined : kept.orders?.event === order ? kept.orders : { event: order };
  const base = {
    lookbackDays,
    scores,
    dailyAt,
    language,
    ...(orders === undefined ? {} : { orders }),
    ...(kept.refunds === undefined ? {} : { refunds: kept.refunds }),
  };
  if (!own) return base;
  const [recencyDays, frequency, monetary] = LIMITS.map((name) => readBrackets(limits[name], LIMIT));
  if (recencyDays === undefined || frequency === undefined || monetary === undefined) return undefined;
  return { ...base, thresholds: { recencyDays, frequency, monetary } };
}
