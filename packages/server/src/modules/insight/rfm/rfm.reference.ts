import { groupOf, scoreCounts, type RfmGroup, type RfmMoment, type RfmPlan } from "@terrace/domain/insight/rfm/rfm-plan";
import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import type { ReferenceEvent } from "../sequence/reference-event.ts";

export type ReferenceScores = {
  readonly person: string;
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
  readonly orders: number;
  readonly minor: number;
  readonly group: RfmGroup;
};

/** Slow and obvious: everybody's scores at a moment. */
export function referenceRfm(plan: RfmPlan, at: RfmMoment, events: readonly ReferenceEvent[]): readonly ReferenceScores[] {
  const counted = events.filter(({ atMs }) => atMs >= at.sinceMs && atMs < at.atMs);
  const buyers = [...new Set(counted.filter(({ name }) => isOneOf(plan.orders, name)).map(({ person }) => person))].map((person) => {
    const own = counted.filter((event) => event.person === person);
    const orders = own.filter(({ name }) => isOneOf(plan.orders, name));
    const lastMs = Math.max(...orders.map(({ atMs }) => atMs));
    const minor = own.reduce((sum, event) => sum + amountOf(event, plan), 0);
    return { person, days: at.day - dayAt(lastMs, zoneClock(plan.zone)), orders: orders.length, minor };
  });
  const { scoring } = plan;
  const counts = scoreCounts(scoring);
  return buyers.map(({ person, days, orders, minor }) => {
    const part = (worse: number): number => (scoring.kind === "quantile" ? 1 + Math.floor((worse * scoring.scores) / buyers.length) : 0);
    const scores =
      scoring.kind === "quantile"
        ? {
            recency: part(buyers.filter((other) => other.days > days).length),
            frequency: part(buyers.filter((other) => other.orders < orders).length),
            monetary: part(buyers.filter((other) => other.minor < minor).length),
          }
        : {
            recency: counts.recency - scoring.limits.recencyDays.filter((most) => days > most).length,
            frequency: 1 + scoring.limits.frequency.filter((least) => orders >= least).length,
            monetary: 1 + scoring.limits.monetaryMinor.filter((least) => minor >= least).length,
          };
    return { person, ...scores, orders, minor, group: groupOf(scores, counts) };
  });
}

function isOneOf(events: RfmPlan["orders"], name: string): boolean {
  return events.some(({ event }) => event === name);
}

function amountOf({ name, properties }: ReferenceEvent, plan: RfmPlan): number {
  const currency = String(properties["currency"] ?? "").toUpperCase();
  if (currency !== "" && currency !== plan.currency) return 0;
  const isNumber = (value: unknown): boolean => typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
  const amount = Number([properties["revenue"], properties["total"]].find(isNumber) ?? 0);
  const minor = Math.round(amount * 10 ** plan.digits);
  if (isOneOf(plan.orders, name)) return minor;
  return isOneOf(plan.refunds, name) ? -Math.abs(minor) : 0;
}
