import { expect, test } from "vitest";
import { planAttribution, touchWeights, type AttributionModel, type AttributionQuery } from "./attribution-plan.ts";

const HOUR = 3_600_000;
const ground = { halfLifeMs: HOUR, position: { first: 40, last: 40 }, direct: ["direct"] };
const way = (...values: readonly string[]) => values.map((value, index) => ({ value, beforeMs: (values.length - 1 - index) * HOUR }));
const weights = (model: AttributionModel, ...values: readonly string[]) => touchWeights(model, way(...values), ground);

test("each model weighs the touches of a way", () => {
  expect(weights("first", "a", "b", "c")).toEqual([1, 0, 0]);
  expect(weights("last", "a", "b", "direct")).toEqual([0, 0, 1]);
  expect(weights("last_non_direct", "a", "b", "direct")).toEqual([0, 1, 0]);
  expect(weights("last_non_direct", "direct", "direct")).toEqual([0, 1]);
  expect(weights("linear", "a", "b")).toEqual([1, 1]);
  expect(weights("position", "a", "b", "c", "d")).toEqual([80, 20, 20, 80]);
  expect(weights("position", "a", "b")).toEqual([40, 40]);
  expect(weights("position", "a")).toEqual([1]);
  expect(touchWeights("position", way("a", "b"), { ...ground, position: { first: 0, last: 0 } })).toEqual([1, 1]);
  expect(weights("time_decay", "a", "b", "c")).toEqual([2 ** 18, 2 ** 19, 2 ** 20]);
});

test("a question that cannot be meant is refused with its field", () => {
  const query: AttributionQuery = {
    conversions: [{ event: "Order Completed" }],
    value: "amount",
    by: [{ column: "channel" }],
    touches: [],
    lookback: { value: 30, unit: "day" },
    pauseMinutes: 30,
    models: ["last"],
    halfLife: { value: 7, unit: "day" },
    position: { first: 40, last: 40 },
    direct: ["direct"],
    period: { from: "2026-03-01", to: "2026-03-08" },
    compare: true,
  };
  const calendar = { zone: "Asia/Shanghai", weekStart: "monday" as const };
  expect(planAttribution({ ...query, position: { first: 60, last: 50 } }, calendar, 0)).toMatchObject({
    ok: false,
    fault: { code: "insight.query_invalid", field: "position.last" },
  });
  expect(planAttribution({ ...query, models: ["last", "last"] }, calendar, 0)).toMatchObject({ ok: false, fault: { field: "models.1" } });
  expect(planAttribution(query, calendar, 0)).toMatchObject({
    ok: true,
    value: { lookbackMs: 30 * 24 * HOUR, pauseMs: HOUR / 2, previous: { toMs: Date.UTC(2026, 1, 28, 16) } },
  });
});
