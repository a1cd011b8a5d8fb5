import { experimentDefinitionSchema } from "@terrace/contract/api/experiments";
import { armsDiffer } from "@terrace/domain/flags/experiment-rules";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newRule, ruleProblem } from "../new-rule.ts";
import { ofExperiment } from "./of-experiment.ts";

const begun = newRule("experiment", { flag: "checkout", type: "string", beside: "old", rules: [] });
if (begun.kind !== "experiment") throw new Error("a rule is of its kind");
const rule = begun;

const definitionOf = (variants: readonly { readonly key: string; readonly weight: number }[]) =>
  experimentDefinitionSchema.parse({
    variants: variants.map(({ key, weight }) => ({ key, name: `name of ${key}`, weight })),
    metrics: [{ of: { metric: "buyers" }, role: "primary" }],
  });

test("a rule takes the arms of its experiment with their shares; values stay with their arms, and ids named for arms that go are dropped", () => {
  const before = {
    ...rule,
    arms: [
      { key: "control", name: "", value: "old", weight: 5_000 },
      { key: "bold", name: "", value: "loud", weight: 5_000 },
    ],
    named: [
      { arm: "bold", ids: ["tester"] },
      { arm: "control", ids: ["other"] },
    ],
  };
  const definition = definitionOf([
    { key: "plain", weight: 1 },
    { key: "control", weight: 1 },
    { key: "third", weight: 1 },
  ]);
  expect(ofExperiment(before, { key: "prices", definition })).toEqual({
    ...before,
    experiment: "prices",
    arms: [
      { key: "plain", name: "name of plain", value: "old", weight: 3_334 },
      { key: "control", name: "name of control", value: "old", weight: 3_333 },
      { key: "third", name: "name of third", value: "loud", weight: 3_333 },
    ],
    named: [{ arm: "control", ids: ["other"] }],
  });
});

test("whatever the weights are, the start of the experiment takes the arms for its own", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(weights, (given) => {
      const definition = definitionOf(given.map((weight, at) => ({ key: `v${at}`, weight })));
      const made = ofExperiment(rule, { key: "prices", definition });
      expect(armsDiffer(made.arms, definition.variants)).toBeUndefined();
      expect(made.arms.map(({ key }) => key)).toEqual(definition.variants.map(({ key }) => key));
      expect(ruleProblem(made)).toBeUndefined();
    }),
  );
});
