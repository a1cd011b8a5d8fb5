import { flagDefinitionSchema, flagRuleSchema } from "@terrace/contract/api/flag-parts";
import type { ExperimentRuleAt } from "@terrace/domain/flags/experiment-rules";
import { expect, test } from "vitest";
import { refuseUneven } from "./uneven-rules.ts";

function at(part: { readonly coverage?: number; readonly note?: string; readonly qaOnly?: boolean }): ExperimentRuleAt {
  const rule = flagRuleSchema.parse({
    id: "ab",
    kind: "experiment",
    experiment: "rare",
    coverage: 100,
    arms: [
      { key: "control", value: 0, weight: 9_950 },
      { key: "new", value: 1, weight: 50 },
    ],
    ...part,
  });
  if (rule.kind !== "experiment") throw new Error("a rule is of its kind");
  return { flag: "rare", environment: "production", place: 0, isOn: true, rule };
}

const fault = expect.objectContaining({ fault: expect.objectContaining({ code: "flag.coverage_uneven" }) as unknown });

test("a rule that stood before may be changed in all but its shares; one for testers alone has none", () => {
  const before = flagDefinitionSchema.parse({
    type: "number",
    defaultValue: 0,
    offValue: 0,
    environments: { production: { on: true, rules: [at({}).rule] } },
  });
  expect(() => refuseUneven([at({})], undefined)).toThrow(fault);
  expect(() => refuseUneven([at({ note: "said otherwise" })], before)).not.toThrow();
  expect(() => refuseUneven([at({ coverage: 101 })], before)).toThrow(fault);
  expect(() => refuseUneven([at({ coverage: 200 })], before)).not.toThrow();
  expect(() => refuseUneven([at({ qaOnly: true })], undefined)).not.toThrow();
});
