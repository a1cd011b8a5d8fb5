import fc from "fast-check";
import type { RandomEvent } from "./metrics.reference.ts";

/** What is chosen of metrics that leave something open. */
export const METRIC_CHOICES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  churn_rate: { days: 3 },
  kept_people: { days: 3 },
  day_1_retention: { day: 2 },
  day_1_login_retention: { day: 2 },
  ltv_observed: { days: 4 },
};
/** Those that the slow reference tells. */
export const RANDOM_METRICS = [
  "registrations",
  "active_people",
  "new_share",
  "dau",
  "churn_rate",
  "kept_people",
  "active_users",
  "monthly_active_rate",
  "day_1_retention",
  "day_1_login_retention",
  "ltv_observed",
  "repurchasing_people",
  "repurchase_rate",
  "net_revenue",
];
const NAMES = ["Signed Up", "Signed In", "Page Viewed", "Order Completed", "Order Refunded"] as const;
/** Around the nights in which Berlin and New York set their clocks. */
export const randomWorld = fc.record({
  from: fc.constantFrom("2026-03-25", "2026-03-05"),
  days: fc.integer({ min: 2, max: 9 }),
  interval: fc.constantFrom("day" as const, "week" as const, "month" as const),
  zone: fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Shanghai"),
  events: fc.array(
    fc.record({
      origin: fc.integer({ min: 1, max: 8 }),
      name: fc.constantFrom(...NAMES),
      day: fc.integer({ min: -12, max: 14 }),
      halfHour: fc.constantFrom(0, 1, 7, 8, 9, 10, 32, 45, 46, 47),
      properties: fc.constantFrom({}, { revenue: 12.35 }, { total: "7.5" }, { revenue: 3, currency: "CNY" }, { revenue: "x", total: 4 }),
    }),
    { minLength: 30, maxLength: 90 },
  ),
});
export type Drawn = typeof randomWorld extends fc.Arbitrary<infer World> ? World : never;

/** People who come and never buy. */
export const worldWithoutOrders: Drawn = {
  from: "2026-03-25",
  days: 4,
  interval: "day",
  zone: "Europe/Berlin",
  events: NAMES.slice(0, 3).flatMap((name, index) =>
    [0, 1, 2].map((day) => ({ origin: 1 + day, name, day: day + index, halfHour: 8, properties: {} })),
  ),
};

/** The moment at which worlds are told. */
export const NOW_MS = Date.parse("2026-05-20T12:00:00+08:00");

/** People who began in some month since January 2025, ordered again later and gave some of it back, in one of two channels; the same on every run. */
export function peopleOfManyMonths(): readonly RandomEvent[] {
  const [beganMs, dayMs] = [Date.UTC(2025, 0, 1), 86_400_000];
  const order = fc.record({
    after: fc.constantFrom(0, 0, 17, 40, 75, 130),
    total: fc.integer({ min: 1, max: 90 }),
    name: fc.constantFrom("Order Completed", "Order Completed", "Order Completed", "Order Refunded"),
    isElsewhere: fc.constantFrom(false, false, false, true),
  });
  const people = fc.sample(fc.record({ day: fc.integer({ min: 0, max: 503 }), orders: fc.array(order, { minLength: 1, maxLength: 4 }) }), {
    numRuns: 240,
    seed: 26,
  });
  return people.flatMap(({ day, orders }, index): readonly RandomEvent[] => {
    const at = (days: number): number => Math.min(beganMs + days * dayMs + 3_600_000 * (index % 24), NOW_MS - 1);
    const channel = (isElsewhere: boolean): string => ((index % 2 === 0) === isElsewhere ? "y" : "x");
    return [
      { person: index + 1, name: "Signed Up", timeMs: at(day - (index % 30)), properties: {} },
      ...orders.map(({ after, total, name, isElsewhere }) => ({
        person: index + 1,
        name,
        timeMs: at(day + after),
        properties: { total, channel: channel(isElsewhere) },
      })),
    ];
  });
}
