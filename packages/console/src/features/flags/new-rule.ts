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
const LONG_KEY = /^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,99}$/;

/** Whether a rule can be saved as far as its fields say; what is about other flags the server knows. */
export function isWhole(rule: Rule): boolean {
  const { from, until } = rule.window;
  if (!KEY.test(rule.id) || (from !== null && until !== null && from >= until)) return false;
  if (rule.kind === "rollout") return rule.ramp.every(({ at }, place) => place === 0 || at > (rule.ramp[place - 1]?.at ?? ""));
  return rule.kind === "force" || isWholeExperiment(rule);
}

function isWholeExperiment({ arms, namespace, experiment, version, minVersion }: Extract<Rule, { kind: "experiment" }>): boolean {
  const keys = new Set(arms.map(({ key }) => key));
  const sum = arms.reduce((total, { weight }) => total + weight, 0);
  const isApart = namespace === null || (KEY.test(namespace.key) && namespace.range.from < namespace.range.to);
  const isNamed = LONG_KEY.test(experiment) && keys.size === arms.length && [...keys].every((key) => KEY.test(key));
  return isNamed && sum === WHOLE && isApart && minVersion <= version;
}
