import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import { intervalsOf, type Intervals } from "@terrace/domain/insight/time/intervals";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { periodOf, type Asking } from "./asking.ts";

/** Whole intervals of a period that are over: the part of one that has passed would be taken for a fall. Throws `insight.series_too_short` of fewer than `least`. */
export function finishedIntervals(
  asking: Asking,
  { period, interval }: { readonly period: AskedPeriod; readonly interval: IntervalUnit },
  least: number,
): Intervals {
  const all = valueOrThrow(intervalsOf(periodOf(asking, period), interval, asking.calendar, "whole"));
  const bounds = all.bounds.filter((bound) => bound <= asking.nowMs);
  if (bounds.length <= least)
    throw faultError("insight.series_too_short", {
      field: "period",
      mend: `Choose a longer period or a shorter interval: at least ${least} have to be over`,
      details: { known: Math.max(0, bounds.length - 1), least },
    });
  return { unit: all.unit, bounds };
}
