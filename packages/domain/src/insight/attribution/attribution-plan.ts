import type { EventSelector } from "../../conditions/condition.ts";
import { ok, type Result } from "../../result.ts";
import { queryFault } from "../query-fault.ts";
import { HOUR_MS, type Calendar, type Period } from "../time/calendar.ts";
import { previousPeriod, resolvePeriod, type AskedPeriod } from "../time/period.ts";
import { spanMs, type Span } from "../span-unit.ts";
import type { Touch } from "../commerce/touch.ts";

/** Which touches of the way to a conversion get the credit for it. */
export const ATTRIBUTION_MODELS = ["first", "last", "last_non_direct", "linear", "position", "time_decay"] as const;
export type AttributionModel = (typeof ATTRIBUTION_MODELS)[number];

/** What a conversion is worth: nothing but itself, its amount of money, or a number it has, both in smallest units of the workspace's currency. */
export type ConversionValue = "count" | "amount" | { readonly property: string };

/** What part a touch has in the way to a conversion: any, the last one (direct), or an earlier one while the last says something else (assisted). */
export const TOUCH_PARTS = ["any", "direct", "assisted"] as const;
export type TouchPart = (typeof TOUCH_PARTS)[number];

/** A conversion is so many parts when it is divided; each part is a whole number of them. */
export const CONVERSION_PARTS = 1_000_000;
/** A touch as recent as the conversion weighs so much in time decay; halved by each half-life, down to 1. */
export const DECAY_WEIGHT = 2 ** 20;

export type AttributionPlan = {
  readonly conversions: readonly EventSelector[];
  readonly value: ConversionValue;
  readonly touch: Touch;
  /** Touches count from so long before the conversion, both ends included. */
  readonly lookbackMs: number;
  /** A touch that follows one of the same value within less than this is the same one going on. */
  readonly pauseMs: number;
  readonly models: readonly AttributionModel[];
  readonly halfLifeMs: number;
  /** Hundredths of the first and of the last touch by position; those between share the rest. */
  readonly position: { readonly first: number; readonly last: number };
  /** Values that are no touch worth naming when there is another (last_non_direct). */
  readonly direct: readonly string[];
  readonly period: Period;
  readonly previous: Period | undefined;
};

export type AttributionQuery = Omit<AttributionPlan, "lookbackMs" | "pauseMs" | "halfLifeMs" | "period" | "previous" | "touch"> & {
  readonly period: AskedPeriod;
  readonly by: Touch["by"];
  readonly touches: readonly EventSelector[];
  readonly lookback: Span;
  readonly pauseMinutes: number;
  readonly halfLife: Span;
  readonly compare: boolean;
};

/** Reads a question. Faults: `insight.period_invalid`, `insight.query_invalid`. */
export function planAttribution(query: AttributionQuery, calendar: Calendar, nowMs: number): Result<AttributionPlan> {
  const { position, models } = query;
  if (position.first + position.last > 100) return queryFault("position.last", "First and last together get at most 100");
  const twice = models.findIndex((model, index) => models.indexOf(model) < index);
  if (twice >= 0) return queryFault(`models.${twice}`, "Name each model once");
  const period = resolvePeriod(query.period, calendar, nowMs);
  if (!period.ok) return period;
  return ok({
    conversions: query.conversions,
    value: query.value,
    touch: { by: query.by, among: query.touches },
    lookbackMs: spanMs(query.lookback),
    pauseMs: (query.pauseMinutes * HOUR_MS) / 60,
    models,
    halfLifeMs: spanMs(query.halfLife),
    position,
    direct: query.direct,
    period: period.value,
    previous: query.compare ? previousPeriod(query.period, period.value, calendar) : undefined,
  });
}

/** The whole weights of the touches of a way, oldest first, by a model; the engine reckons the same. */
export function touchWeights(
  model: AttributionModel,
  way: readonly { readonly value: string; readonly beforeMs: number }[],
  { halfLifeMs, position, direct }: Pick<AttributionPlan, "halfLifeMs" | "position" | "direct">,
): readonly number[] {
  const last = way.length - 1;
  const only = (winner: number): readonly number[] => way.map((_, index) => (index === winner ? 1 : 0));
  switch (model) {
    case "first":
      return only(0);
    case "last":
      return only(last);
    case "last_non_direct": {
      const named = way.findLastIndex(({ value }) => !direct.includes(value));
      return only(named < 0 ? last : named);
    }
    case "linear":
      return way.map(() => 1);
    case "position":
      return positionWeights(way.length, position);
    case "time_decay":
      return way.map(({ beforeMs }) => Math.max(1, Math.round(DECAY_WEIGHT * 2 ** (-beforeMs / halfLifeMs))));
  }
}

function positionWeights(count: number, { first, last }: AttributionPlan["position"]): readonly number[] {
  // Two have no middle: they share by what first and last would get, and equally when that is nothing.
  if (count <= 2) return first + last === 0 || count === 1 ? Array.from({ length: count }, () => 1) : [first, last];
  const middle = count - 2;
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? first * middle : index === count - 1 ? last * middle : 100 - first - last,
  );
}
