import { experimentKeySchema, variantKeySchema } from "@terrace/contract/api/experiment-keys";
import { flagRuleSchema } from "@terrace/contract/api/flag-parts";
import { expect, test } from "vitest";
import type { Rule } from "./flag-parts.ts";
import { newRule, RULE_KINDS, ruleProblem, type RuleProblem } from "./new-rule.ts";

const ground = { flag: "checkout", type: "boolean" as const, beside: false, rules: [] };

test.each(RULE_KINDS)("a new rule (%s) is whole, is what the server takes, and gives the other value", (kind) => {
  const rule = newRule(kind, ground);
  expect(ruleProblem(rule)).toBeUndefined();
  expect(flagRuleSchema.parse(rule)).toEqual(rule);
  expect(rule.kind === "experiment" ? rule.arms.map(({ value }) => value) : rule.value).toEqual(
    kind === "experiment" ? [false, true] : true,
  );
});

test.each(["a:b", "_old", ".", "-", "a".repeat(64)])("what experiments and variants may be called, rules may name: %s", (key) => {
  const rule = newRule("experiment", ground);
  if (rule.kind !== "experiment") throw new Error("a rule is of its kind");
  const named: Rule = { ...rule, experiment: key, arms: rule.arms.map((arm, at) => (at === 0 ? { ...arm, key } : arm)) };
  expect(ruleProblem(named)).toBeUndefined();
  expect(flagRuleSchema.parse({ ...named, named: [{ arm: key, ids: ["tester"] }] })).toMatchObject({
    experiment: key,
    named: [{ arm: key }],
  });
  expect([experimentKeySchema.parse(key), variantKeySchema.parse(key)]).toEqual([key, key]);
});

test("rules with keys from before experiments were kept stay readable", () => {
  const rule = { ...newRule("experiment", ground), experiment: "a".repeat(100) };
  expect(flagRuleSchema.parse(rule)).toEqual(rule);
});

test("a new rule has an id of its own, also where rules were taken out", () => {
  const second = { ...newRule("force", ground), id: "rule-2" };
  expect(newRule("force", { ...ground, rules: [second] }).id).toBe("rule-3");
});

test("what the server would refuse for its form has a problem that is named", () => {
  const at = "2026-12-01T00:00:00.000Z";
  const rollout = newRule("rollout", ground);
  const split = newRule("experiment", ground);
  if (rollout.kind !== "rollout" || split.kind !== "experiment") throw new Error("a rule is of its kind");
  const [control] = split.arms;
  if (control === undefined) throw new Error("an experiment has arms");
  const broken: readonly (readonly [RuleProblem, Rule])[] = [
    ["id", { ...rollout, id: "" }],
    ["window", { ...rollout, window: { from: at, until: at } }],
    [
      "ramp",
      {
        ...rollout,
        ramp: [
          { at, coverage: 1 },
          { at, coverage: 2 },
        ],
      },
    ],
    ["rampShrinks", { ...split, coverage: 5_000, ramp: [{ at, coverage: 4_999 }] }],
    ["armKeys", { ...split, arms: [control, control] }],
    ["weights", { ...split, arms: split.arms.map((arm) => ({ ...arm, weight: 1 })) }],
    ["experiment", { ...split, experiment: "" }],
    ["namespace", { ...split, namespace: { key: "a", range: { from: 5, to: 5 } } }],
    ["minVersion", { ...split, minVersion: 1 }],
  ];
  for (const [problem, rule] of broken) {
    expect(ruleProblem(rule)).toBe(problem);
    expect(flagRuleSchema.safeParse(rule).success).toBe(false);
  }
});
