import { expect, test } from "vitest";
import type { Calendar } from "../time/calendar.ts";
import { planLifecycle, shapeLifecycle } from "./lifecycle.ts";

const UTC: Calendar = { zone: "UTC", weekStart: "monday" };
const NOW = Date.UTC(2026, 2, 3, 12);
const period = { from: "2026-03-01", to: "2026-03-04" };

test("the interval before the first is read, and not told of", () => {
  const plan = planLifecycle({ period, interval: "day", event: { event: null } }, UTC, NOW);
  if (!plan.ok) throw new Error(plan.fault.code);
  expect(plan.value.intervals.bounds[0]).toBe(Date.UTC(2026, 1, 28));
  const answer = shapeLifecycle(
    plan.value,
    { new: [1, 0, 0], returning: [0, 1, 0], resurrecting: [0, 0, 1], dormant: [0, 2, 0] },
    UTC,
    NOW,
  );
  expect(answer.intervals.map(({ label, complete }) => [label, complete])).toEqual([
    ["2026-03-01", true],
    ["2026-03-02", true],
    ["2026-03-03", false],
  ]);
  expect(answer.states.dormant).toEqual([0, -2, 0]);
  expect(shapeLifecycle(plan.value, undefined, UTC, NOW).states.dormant).toEqual([0, 0, 0]);
});
