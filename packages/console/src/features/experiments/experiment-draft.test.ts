import { experimentDefinitionSchema } from "@terrace/contract/api/experiments";
import { expect, test } from "vitest";
import { bodyOf, draftOf, newExperiment } from "./experiment-draft.ts";

const words = { control: "Old", treatment: "New" };
const whole = () => {
  const draft = newExperiment(words);
  return {
    ...draft,
    name: "Home",
    key: "home",
    metrics: draft.metrics.map((metric) => ({ ...metric, metric: "buyers", winsorise: 0.99 })),
  };
};
const viewOf = (definition: object) => ({
  id: "1",
  name: "Home",
  key: "home",
  hypothesis: "",
  state: "draft" as const,
  definition: experimentDefinitionSchema.parse(definition),
  startedAt: null,
  stoppedAt: null,
  decision: null,
  decidedVariant: null,
  learning: "",
  createdBy: "ann",
  createdAt: "",
  openChange: null,
  steps: [],
});

test("what is missing keeps a draft from being saved", () => {
  expect(bodyOf(newExperiment(words))).toBeUndefined();
  expect(bodyOf({ ...whole(), key: "a b" })).toBeUndefined();
  expect(bodyOf({ ...whole(), metrics: whole().metrics.map((metric) => ({ ...metric, role: "guardrail" as const })) })).toBeUndefined();
  expect(bodyOf({ ...whole(), method: "frequentist", plannedDays: null })).toBeUndefined();
  expect(bodyOf({ ...whole(), plannedDays: null })).toBeDefined();
  expect(bodyOf(whole())?.definition.metrics).toEqual([
    { of: { metric: "buyers" }, role: "primary", better: "up", windowDays: 7, winsorise: 0.99 },
  ]);
});

test("an experiment comes back from the form as it went in", () => {
  const body = bodyOf(whole());
  if (body === undefined) throw new Error("nothing is missing");
  const view = viewOf({ ...body.definition, people: { trait: "city", is: ["上海"] }, unfinished: "count", plannedPeople: 4_000 });
  expect(view.definition.exposure).toEqual({ kind: "assignment", moment: "seen" });
  const draft = draftOf(view);
  expect(draft.plannedPeople).toBe(4_000);
  expect(experimentDefinitionSchema.parse(bodyOf(draft)?.definition)).toEqual(view.definition);
});

test.each([
  { kind: "assignment" as const, moment: "given" as const },
  { kind: "event" as const, event: { event: "Home Shown" }, property: "home" },
])("the exposure $kind is kept by the form", (exposure) => {
  const body = bodyOf(whole());
  if (body === undefined) throw new Error("nothing is missing");
  const view = viewOf({ ...body.definition, exposure });
  const draft = draftOf(view);
  expect(draft.exposure).toEqual(view.definition.exposure);
  expect(experimentDefinitionSchema.parse(bodyOf(draft)?.definition).exposure).toEqual(view.definition.exposure);
});

test("a bandit follows one primary metric, is read in the one way it can be, and comes back as it was", () => {
  const allocation = { kind: "bandit" as const, exploration: 0.2, everyHours: 6, unitsMin: 50 };
  const [metric] = whole().metrics;
  if (metric === undefined) throw new Error("a new experiment has a metric");
  const bandit = { ...whole(), allocation, method: "frequentist" as const, plannedDays: null, conflicts: "leave_out" as const };
  const body = bodyOf(bandit);
  expect(body?.definition).toMatchObject({ allocation, method: "sequential", conflicts: "first" });
  expect(bodyOf({ ...bandit, metrics: [metric, metric] })).toBeUndefined();
  expect(bodyOf({ ...bandit, metrics: [metric, { ...metric, role: "guardrail" }] })).toBeDefined();
  const view = viewOf(body?.definition ?? {});
  const draft = draftOf(view);
  expect(experimentDefinitionSchema.parse(bodyOf(draft)?.definition)).toEqual(view.definition);
});

test("a prior, quantiles, cuts, parameters and metrics of one's own come back as they were", () => {
  const own = { definition: { kind: "measure", events: [{ event: "Posted" }], measure: { kind: "events" } }, unit: "count" };
  const view = viewOf({
    ...bodyOf(whole())?.definition,
    method: "bayesian",
    prior: { mean: 0.02, deviation: 0.1 },
    metrics: [
      { of: { metric: "orders" }, role: "primary", quantile: 0.9, winsorise: 0.999 },
      { of: own, role: "guardrail" },
    ],
  });
  expect(experimentDefinitionSchema.parse(bodyOf(draftOf(view))?.definition)).toEqual(view.definition);
});

test("a prior goes with the reading that has one, and an event of one's own is named with its property", () => {
  const prior = { mean: 0, deviation: 0.1 };
  expect(bodyOf({ ...whole(), method: "bayesian", prior })?.definition.prior).toEqual(prior);
  expect(bodyOf({ ...whole(), method: "sequential", prior })?.definition.prior).toBeNull();
  const exposure = { kind: "event" as const, event: { event: null }, property: "variant" };
  expect(bodyOf({ ...whole(), exposure })).toBeUndefined();
  expect(bodyOf({ ...whole(), exposure: { ...exposure, event: { event: "Shown" }, property: " " } })).toBeUndefined();
  expect(bodyOf({ ...whole(), exposure: { ...exposure, event: { event: "Shown" } } })?.definition.exposure).toEqual({
    kind: "event",
    event: { event: "Shown" },
    property: "variant",
  });
});
