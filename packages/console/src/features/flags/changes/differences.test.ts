import { flagDefinitionSchema } from "@terrace/contract/api/flag-parts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { changedParts, type Definition } from "../flag-parts.ts";
import { differences } from "./differences.ts";

const experiment = {
  id: "ab",
  kind: "experiment",
  experiment: "home",
  coverage: 10_000,
  arms: [
    { key: "control", value: "a", weight: 5_000 },
    { key: "new", value: "b", weight: 5_000 },
  ],
};
const force = (id: string, value = "x") => ({ id, kind: "force", value });
const flag = (rules: readonly object[], change: object = {}): Definition =>
  flagDefinitionSchema.parse({
    type: "string",
    defaultValue: "none",
    offValue: "off",
    environments: { production: { on: true, rules } },
    ...change,
  });
const rulesOf = (before: readonly object[], after: readonly object[]) =>
  differences(flag(before), flag(after)).environments.flatMap(({ rules }) => rules);

test("parts of a rule that differ are named, and only those", () => {
  const moreOfIt = { ...experiment, coverage: 5_000, arms: experiment.arms.toReversed() };
  expect(rulesOf([experiment, force("b")], [moreOfIt, force("b")])).toMatchObject([
    { kind: "changed", fields: ["coverage", "arms"], place: undefined },
  ]);
});

test("a rule that others went around has another place; one behind a new rule has not", () => {
  expect(rulesOf([force("a"), force("b")], [force("new"), force("a"), force("b")])).toMatchObject([{ kind: "added", rule: { id: "new" } }]);
  expect(rulesOf([force("a"), force("b")], [force("b"), force("a")])).toMatchObject([
    { kind: "changed", after: { id: "b" }, place: [2, 1], fields: [] },
    { kind: "changed", after: { id: "a" }, place: [1, 2], fields: [] },
  ]);
});

test("a rule of another kind is another rule", () => {
  expect(rulesOf([force("ab")], [experiment]).map(({ kind }) => kind)).toEqual(["removed", "added"]);
});

test("an environment that comes is told against one that is off", () => {
  const development = { on: true, window: { from: "2026-12-01T00:00:00.000Z", until: null }, rules: [] };
  const after = flag([], { offValue: "none", environments: { production: { on: true, rules: [] }, development } });
  expect(differences(flag([]), after)).toMatchObject({
    fields: ["offValue"],
    environments: [
      { environment: "development", on: [false, true], window: [{ from: null }, { from: development.window.from }], rules: [] },
    ],
  });
});

test("there are differences exactly where definitions are not the same", () => {
  const rule = fc.oneof(
    fc.record({ id: fc.constantFrom("a", "b", "c"), kind: fc.constant("force"), value: fc.constantFrom("x", "y") }),
    fc.record({ id: fc.constantFrom("a", "b"), kind: fc.constant("rollout"), value: fc.constant("x"), coverage: fc.constantFrom(1, 2) }),
  );
  const rules = fc.uniqueArray(rule, { selector: ({ id }) => id, maxLength: 3 });
  const definition = fc
    .record({ rules, on: fc.boolean(), offValue: fc.constantFrom("off", "none") })
    .map(({ rules: all, on, offValue }) => flag([], { offValue, environments: { production: { on, rules: all } } }));
  fc.assert(
    fc.property(definition, definition, (before, after) => {
      const { fields, environments } = differences(before, after);
      const told = changedParts(before, after);
      expect(environments.map(({ environment }) => environment)).toEqual(told.environments);
      expect(fields.length > 0).toBe(told.parts.length > 0);
    }),
  );
});
