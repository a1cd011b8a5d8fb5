import { referencePrediction, type MoneyEvent } from "../commerce/money.reference.ts";
import { intervalOrdinal } from "../time/local-interval.reference.ts";
import type { RandomEvent } from "./metrics.reference.ts";

type Span = { readonly fromMs: number; readonly toMs: number };
type Asked = { readonly start: "Order Completed" | "Signed Up"; readonly months: number; readonly zone: string; readonly nowMs: number };

/** What people who began in each of some intervals, and in all of them, are expected to bring per head, as slowly and obviously as can be. */
export function referenceExpected(events: readonly RandomEvent[], spans: readonly Span[], { start, months, zone, nowMs }: Asked) {
  const calendar = { zone, weekStart: "monday" as const };
  const monthOf = (timeMs: number): number => intervalOrdinal(timeMs, "month", calendar);
  const whole = { fromMs: spans[0]?.fromMs ?? 0, toMs: spans.at(-1)?.toMs ?? 0 };
  // As many months before those that are told as the horizon is long, and 36 more.
  const first = monthOf(whole.fromMs) - months - 36;
  const money = events.map((event, place): MoneyEvent => ({ ...event, place, channel: "", utmSource: "", utmCampaign: "" }));
  const cohortBy = start === "Signed Up" ? "registration" : "first_order";
  const firstMs = Date.UTC(Math.floor((first - 1) / 12), (first - 1) % 12, 15);
  const asked = { cohortBy, unit: "month" as const, firstMs, cohorts: monthOf(nowMs) - first, lastAge: months - 1 };
  const { perHead } = referencePrediction(money, asked, calendar);
  const told = (span: Span): number | null => {
    const each = begunBetween(events, span, start).map(({ timeMs }) => perHead[monthOf(timeMs) - first]);
    const known = each.flatMap((one) => (one === undefined ? [] : [one]));
    return each.length === 0 || known.length < each.length ? null : known.reduce((sum, one) => sum + one, 0) / each.length;
  };
  return { points: spans.map(told), total: told(whole) };
}

/** People whose first such event ever lies in a time, and when it was. */
export function begunBetween(
  events: readonly RandomEvent[],
  { fromMs, toMs }: Span,
  start: Asked["start"],
): readonly { readonly person: number; readonly timeMs: number }[] {
  const begun = Map.groupBy(
    events.filter(({ name }) => name === start),
    ({ person }) => person,
  );
  return [...begun]
    .map(([person, own]) => ({ person, timeMs: Math.min(...own.map(({ timeMs }) => timeMs)) }))
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
}
