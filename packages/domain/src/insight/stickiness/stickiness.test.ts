import { expect, test } from "vitest";
import type { Calendar } from "../time/calendar.ts";
import { planStickiness, shapeStickiness } from "./stickiness.ts";

const UTC: Calendar = { zone: "UTC", weekStart: "monday" };
const NOW = Date.UTC(2026, 5, 1);

test("people by active intervals, exactly and at least, and the mean", () => {
  const plan = planStickiness({ period: { from: "2026-03-01", to: "2026-03-04" }, interval: "day", event: { event: null } }, UTC, NOW);
  if (!plan.ok) throw new Error(plan.fault.code);
  const counts = new Map([
    [1, 6],
    [3, 2],
  ]);
  expect(shapeStickiness(plan.value, counts, UTC, NOW)).toMatchObject({
    people: 8,
    mean: 1.5,
    rows: [
      { activeIntervals: 1, people: 6, share: 0.75, atLeast: 8, atLeastShare: 1 },
      { activeIntervals: 2, people: 0, share: 0, atLeast: 2, atLeastShare: 0.25 },
      { activeIntervals: 3, people: 2, share: 0.25, atLeast: 2, atLeastShare: 0.25 },
    ],
  });
  expect(shapeStickiness(plan.value, new Map(), UTC, NOW)).toMatchObject({ people: 0, mean: null });
});
