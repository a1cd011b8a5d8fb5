import { expect, test } from "vitest";
import { newExperiment } from "../experiment-draft.ts";
import { NEW_PLAN, planOf, type PlanDraft } from "./plan-draft.ts";
import { baselineBodyOf, filledIn } from "./plan-source.ts";

test("nothing is read without a metric, and the window of the plan is that of the metric", () => {
  expect(baselineBodyOf(NEW_PLAN)).toBeUndefined();
  const asked: PlanDraft = { ...NEW_PLAN, source: { ...NEW_PLAN.source, metric: "buyers", meets: { event: "page_view" } } };
  expect(baselineBodyOf(asked)).toMatchObject({
    meets: { event: "page_view" },
    metric: { of: { metric: "buyers" }, windowDays: null, winsorise: null },
    covariateDays: 14,
    days: 28,
  });
  expect(baselineBodyOf({ ...asked, windowDays: 7 })?.metric.windowDays).toBe(7);
});

test("an experiment that is made is read of its primary metric as it will be", () => {
  const draft = newExperiment({ control: "Old", treatment: "New" });
  const metrics = draft.metrics.map((metric) => ({ ...metric, metric: "net_revenue", winsorise: 0.99 }));
  const exposure = { kind: "event" as const, event: { event: "Viewed" }, property: "arm" };
  expect(planOf({ ...draft, metrics, exposure, covariateDays: null }).source).toEqual({
    metric: "net_revenue",
    winsorise: 0.99,
    meets: { event: "Viewed" },
    people: undefined,
    covariateDays: null,
  });
});

test("a share is filled in in percent, money in units of the currency, and what could not be told stays", () => {
  const told = { peoplePerDay: 12.34567, correlation: 0.123456, unit: "people" as const };
  expect(filledIn({ ...told, baseline: { kind: "proportion", share: 0.1234567 } }, "CNY")).toEqual({
    kind: "proportion",
    share: 12.35,
    peoplePerDay: 12.35,
    correlation: 0.1235,
  });
  const money = { ...told, unit: "money" as const, baseline: { kind: "mean" as const, mean: 1234.5678, deviation: 99_999.9 } };
  expect(filledIn(money, "CNY")).toMatchObject({ kind: "mean", mean: 12.35, deviation: 1000 });
  expect(filledIn(money, "JPY")).toMatchObject({ mean: 1235, deviation: 100_000 });
  expect(filledIn({ ...told, baseline: null }, "CNY")).toEqual({ peoplePerDay: 12.35 });
  expect(filledIn({ ...told, peoplePerDay: 0, baseline: null }, "CNY")).toEqual({ peoplePerDay: null });
});
