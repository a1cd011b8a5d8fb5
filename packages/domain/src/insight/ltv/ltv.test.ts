import { expect, test } from "vitest";
import { emptyCohort, ltvRow, meanByAge, mergeCohorts } from "./ltv-answer.ts";
import { ageCount, agesOf, planLtv, type LtvPlan } from "./ltv-plan.ts";

const calendar = { zone: "Asia/Shanghai", weekStart: "monday" as const };
const NOW = Date.UTC(2026, 2, 20);

function must(follow?: number): LtvPlan {
  const plan = planLtv({ period: { from: "2026-01-01", to: "2026-04-01" }, interval: "month", follow }, calendar, NOW);
  if (!plan.ok) throw new Error(plan.fault.code);
  return plan.value;
}

test("cohorts are followed to the end of the period, or so many intervals each", () => {
  expect([ageCount(must()), agesOf(must(), 0), agesOf(must(), 2)]).toEqual([3, 3, 1]);
  expect([ageCount(must(5)), agesOf(must(5), 2), must(5).intervals.bounds.length]).toEqual([6, 6, 9]);
  expect(planLtv({ period: { from: "2020-01-01", to: "2026-01-01" }, interval: "day" }, calendar, NOW)).toMatchObject({ ok: false });
});

test("a head brings what was paid less what was given back and given away; the cost is back when it is reached", () => {
  const plan = must();
  const money = {
    ...emptyCohort(plan, 0),
    size: 4,
    grossMinor: new Map([
      [0, 1_000],
      [2, 500],
    ]),
    refundsMinor: new Map([[1, -300]]),
  };
  const row = ltvRow(plan, money, { nowMs: NOW, costMinor: 900 });
  expect(row.cells.map(({ netMinor, perHead, complete }) => [netMinor, perHead, complete])).toEqual([
    [1_000, 250, true],
    [700, 175, true],
    [1_200, 300, false],
  ]);
  expect(row).toMatchObject({ grossMinor: 1_500, refundsMinor: -300, incentivesMinor: 0, paybackAge: 0 });
  expect(ltvRow(plan, money, { nowMs: NOW, costMinor: 1_100 }).paybackAge).toBe(2);
  expect(ltvRow(plan, money, { nowMs: NOW, costMinor: null }).paybackAge).toBeNull();
  const given = ltvRow(plan, money, { nowMs: NOW, costMinor: null, incentives: new Map([[1, 50]]) });
  expect([given.cells[2]?.netMinor, given.incentivesMinor]).toEqual([1_150, 50]);
  expect(meanByAge(plan, [row, ltvRow(plan, { ...money, cohort: 1 }, { nowMs: NOW, costMinor: null })])).toEqual([
    { netMinor: 2_000, people: 8, perHead: 250 },
    { netMinor: 700, people: 4, perHead: 175 },
    { netMinor: 0, people: 0, perHead: null },
  ]);
  expect(mergeCohorts(money, money)).toMatchObject({
    size: 8,
    grossMinor: new Map([
      [0, 2_000],
      [2, 1_000],
    ]),
  });
});
