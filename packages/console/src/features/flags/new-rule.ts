import { ruleExperimentKeySchema, variantKeySchema } from "@terrace/contract/api/experiment-keys";
import { firstValue, type Definition, type Rule, type Value } from "./flag-parts.ts";

export const RULE_KINDS = ["force", "rollout", "experiment"] as const;
export type RuleKind = (typeof RULE_KINDS)[number];
const WHOLE = 10_000;

type Ground = {
  /** Key of the flag. */
  readonly flag: string;
  readonly type: Definition["type"];
  /** The value of whoever no rule speaks for. */
  readonly beside: Value;
  readonly rules: readonly Rule[];
};

/** A rule to begin with, under an id that no other rule has: in front of a flag that is off for all, it gives the other value. */
export function newRule(kind: RuleKind, { flag, type, beside, rules }: Ground): Rule {
  const other = type === "boolean" ? beside !== true : firstValue(type);
  const parts = {
    id: freeId(rules),
    note: "",
    on: true,
    condition: {},
    segments: { any: [], none: [] },
    prerequisites: [],
    window: { from: null, until: null },
  };
  if (kind === "force") return { ...parts, kind, value: other };
  if (kind === "rollout") return { ...parts, kind, value: other, unit: "person", coverage: WHOLE / 10, ramp: [] };
  return {
    ...parts,
    kind,
    experiment: flag,
    unit: "person",
    coverage: WHOLE,
    arms: [
      { key: "control", name: "", value: beside, weight: WHOLE / 2 },
      { key: "new", name: "", value: other, weight: WHOLE / 2 },
    ],
    ramp: [],
    namespace: null,
    named: [],
    qaOnly: false,
    sticky: true,
    version: 0,
    minVersion: 0,
  };
}

function freeId(rules: readonly Rule[]): string {
  const taken = new Set(rules.map(({ id }) => id));
  for (let number = rules.length + 1; ; number += 1) if (!taken.has(`rule-${number}`)) return `rule-${number}`;
}

const KEY = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,59}$/;

/** Why a rule cannot be saved, as far as its fields say; what is about other flags the server knows. */
export type RuleProblem = "id" | "window" | "ramp" | "rampShrinks" | "experiment" | "armKeys" | "weights" | "namespace" | "minVersion";

/** The first problem of a rule; undefined when it can be saved. */
export function ruleProblem(rule: Rule): RuleProblem | undefined {
  const { from, until } = rule.window;
  if (!KEY.test(rule.id)) return "id";
  if (from !== null && until !== null && from >= until) return "window";
  if (rule.kind !== "force" && rule.ramp.some(({ at }, place) => place > 0 && at <= (rule.ramp[place - 1]?.at ?? ""))) return "ramp";
  return rule.kind === "experiment" ? experimentProblem(rule) : undefined;
}

function experimentProblem(rule: Extract<Rule, { kind: "experiment" }>): RuleProblem | undefined {
  const { arms, namespace, experiment, version, minVersion, coverage, ramp } = rule;
  if (ramp.some((step, place) => step.coverage < (ramp[place - 1]?.coverage ?? coverage))) return "rampShrinks";
  if (!ruleExperimentKeySchema.safeParse(experiment).success) return "experiment";
  const keys = new Set(arms.map(({ key }) => key));
  if (keys.size < arms.length || ![...keys].every((key) => variantKeySchema.safeParse(key).success)) return "armKeys";
  if (arms.reduce((total, { weight }) => total + weight, 0) !== WHOLE) return "weights";
  if (namespace !== null && !(KEY.test(namespace.key) && namespace.range.from < namespace.range.to)) return "namespace";
  return minVersion <= version ? undefined : "minVersion";
}
