import { previousPeriod, resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { isoDay } from "../../../ui/format/dates.ts";

/** The period before, as local dates; undefined for a period of hours, or one that is not valid. */
export function previousDates(period: AskedPeriod, timeZone: string, nowMs: number): AskedPeriod | undefined {
  if ("unit" in period && period.unit === "hour") return undefined;
  const calendar = { zone: timeZone, weekStart: "monday" as const };
  const span = resolvePeriod(period, calendar, nowMs);
  if (!span.ok) return undefined;
  const before = previousPeriod(period, span.value, calendar);
  return { from: isoDay(before.fromMs, timeZone), to: isoDay(before.toMs, timeZone) };
}
