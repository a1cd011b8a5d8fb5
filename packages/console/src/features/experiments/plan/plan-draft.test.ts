import { expect, test } from "vitest";
import { newExperiment } from "../experiment-draft.ts";
import { goesBeyond, NEW_PLAN, planBodyOf, plannedOf, planOf, weeksShown, wholeWeeks, type PlanDraft } from "./plan-draft.ts";

const asked: PlanDraft = { ...NEW_PLAN, share: 20, peoplePerDay: 500 };

test("a share, a level and a relative effect are told in percent", () => {
  expect(planBodyOf(asked)).toMatchObject({
    baseline: { kind: "proportion", share: 0.2 },
    effect: 0.1,
    level: 0.95,
    power: 0.8,
    traffic: 1,
  });
  expect(planBodyOf({ ...asked, difference: "absolute", effect: -2 })?.effect).toBe(-0.02);
  const mean: PlanDraft = { ...asked, kind: "mean", mean: 30, deviation: 40, difference: "absolute", effect: 2 };
  expect(planBodyOf(mean)).toMatchObject({ baseline: { kind: "mean", mean: 30, deviation: 40 }, effect: 2 });
});

test.each<[string, Partial<PlanDraft>]>([
  ["no share", { share: null }],
  ["a share of everybody", { share: 100 }],
  ["no effect", { effect: 0 }],
  ["nobody a day", { peoplePerDay: 0 }],
  ["more than everybody", { share: 60, effect: 70 }],
  ["a mean without its deviation", { kind: "mean", mean: 3 }],
])("%s is no question yet", (_, change) => {
  expect(planBodyOf({ ...asked, ...change })).toBeUndefined();
});

test("an experiment that is made pays for each variant and each metric that judges it", () => {
  const draft = newExperiment({ control: "Old", treatment: "New" });
  const [primary] = draft.metrics;
  if (primary === undefined) throw new Error("a new experiment has a metric");
  const metrics = [primary, { ...primary, role: "secondary" as const }, { ...primary, role: "guardrail" as const }];
  const variants = [...draft.variants, { key: "third", name: "Third", weight: 2 }];
  expect(planOf({ ...draft, metrics, variants })).toMatchObject({ comparisons: 4, weights: [1, 1, 2], level: 95 });
  const long = [
    { ...primary, windowDays: 14 },
    { ...primary, role: "secondary" as const, windowDays: 28 },
    { ...primary, windowDays: null },
  ];
  expect(planOf({ ...draft, metrics: long }).windowDays).toBe(14);
  expect(planBodyOf({ ...planOf({ ...draft, metrics: long }), share: 20, peoplePerDay: 500 })?.windowDays).toBe(14);
  expect(planOf({ ...draft, metrics, correction: "none" }).comparisons).toBe(1);
  expect(planOf({ ...draft, metrics, method: "bayesian" }).comparisons).toBe(1);
});

test("what is read sequentially is tuned to the people that are taken over with the days, and nothing else is", () => {
  expect(planBodyOf(asked)).toMatchObject({ tuned: true });
  expect(plannedOf(asked, { people: 1_234, days: 20 })).toEqual({ plannedDays: 21, plannedPeople: 1_234 });
  expect(plannedOf(asked, { people: 12, days: 1 })).toEqual({ plannedDays: 7, plannedPeople: 12 });
  const once: PlanDraft = { ...asked, method: "frequentist" };
  expect(planBodyOf(once)).toMatchObject({ tuned: false });
  expect(plannedOf(once, { people: 1_234, days: 20 })).toEqual({ plannedDays: 21 });
  expect(plannedOf(asked, { people: 1_234, days: 365 })).toBeUndefined();
  expect(plannedOf(asked, { people: null, days: null })).toBeUndefined();
});

test("days are whole weeks, and weeks are shown until after the end", () => {
  expect([wholeWeeks(1), wholeWeeks(7), wholeWeeks(8)]).toEqual([7, 7, 14]);
  expect([weeksShown(3), weeksShown(70), weeksShown(9_999), weeksShown(null)]).toEqual([8, 12, 26, 26]);
  expect(goesBeyond(asked)).toBe(false);
});
