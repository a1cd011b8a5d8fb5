import { canonicalJson } from "@terrace/domain/canonical-json";
import type { Json } from "@terrace/domain/json";
import { NO_ENVIRONMENT, type Definition, type Environment, type Rule, type Window } from "../flag-parts.ts";

type KeysOf<Part> = Part extends unknown ? keyof Part : never;
/** A part of a rule that can be another while it stays the rule that it is. */
export type RuleField = Exclude<KeysOf<Rule>, "id" | "kind">;
/** What becomes of a rule; places count from 1, and are told only of one that others of both overtook. */
export type RuleDifference =
  | { readonly kind: "added" | "removed"; readonly rule: Rule }
  | {
      readonly kind: "changed";
      readonly before: Rule;
      readonly after: Rule;
      readonly fields: readonly RuleField[];
      readonly place: readonly [before: number, after: number] | undefined;
    };
export type EnvironmentDifference = {
  readonly environment: string;
  readonly on: readonly [before: boolean, after: boolean] | undefined;
  readonly window: readonly [before: Window, after: Window] | undefined;
  readonly rules: readonly RuleDifference[];
};
/** A part of a flag that is the same in every environment. */
export const FLAG_FIELDS = ["type", "defaultValue", "offValue", "prerequisites"] as const;
export type FlagField = (typeof FLAG_FIELDS)[number];
export type Differences = { readonly fields: readonly FlagField[]; readonly environments: readonly EnvironmentDifference[] };

/** In which order parts of a rule are told. */
const RULE_FIELDS: Readonly<Record<RuleField, true>> = {
  note: true,
  on: true,
  condition: true,
  segments: true,
  prerequisites: true,
  window: true,
  value: true,
  experiment: true,
  coverage: true,
  ramp: true,
  arms: true,
  unit: true,
  named: true,
  qaOnly: true,
  namespace: true,
  sticky: true,
  version: true,
  minVersion: true,
};

/** What would be otherwise by a change, part by part. */
export function differences(before: Definition, after: Definition): Differences {
  const keys = [...new Set([...Object.keys(before.environments), ...Object.keys(after.environments)])].toSorted();
  return {
    fields: FLAG_FIELDS.filter((field) => !isSame(before[field], after[field])),
    environments: keys.flatMap((key) => {
      const difference = environmentDifference(key, before.environments[key] ?? NO_ENVIRONMENT, after.environments[key] ?? NO_ENVIRONMENT);
      return difference.on === undefined && difference.window === undefined && difference.rules.length === 0 ? [] : [difference];
    }),
  };
}

function environmentDifference(environment: string, before: Environment, after: Environment): EnvironmentDifference {
  return {
    environment,
    on: before.on === after.on ? undefined : [before.on, after.on],
    window: isSame(before.window, after.window) ? undefined : [before.window, after.window],
    rules: ruleDifferences(before.rules, after.rules),
  };
}

function ruleDifferences(before: readonly Rule[], after: readonly Rule[]): readonly RuleDifference[] {
  // A rule of another kind is another rule, whatever its id.
  const isIn = (rules: readonly Rule[]) => (rule: Rule) => rules.some(({ id, kind }) => id === rule.id && kind === rule.kind);
  const [stayed, stays] = [before.filter(isIn(after)), after.filter(isIn(before))];
  const changed = stays.flatMap((rule, rank): readonly RuleDifference[] => {
    const rankBefore = stayed.findIndex(({ id }) => id === rule.id);
    const was = stayed[rankBefore];
    if (was === undefined) return [];
    const fields = fieldsThatDiffer(was, rule);
    const place = rankBefore === rank ? undefined : ([before.indexOf(was) + 1, after.indexOf(rule) + 1] as const);
    return fields.length === 0 && place === undefined ? [] : [{ kind: "changed", before: was, after: rule, fields, place }];
  });
  const gone = before.filter((rule) => !isIn(after)(rule)).map((rule) => ({ kind: "removed" as const, rule }));
  const come = after.filter((rule) => !isIn(before)(rule)).map((rule) => ({ kind: "added" as const, rule }));
  return [...gone, ...changed, ...come];
}

function fieldsThatDiffer(before: Rule, after: Rule): readonly RuleField[] {
  const [was, is] = [new Map<string, Json>(Object.entries(before)), new Map<string, Json>(Object.entries(after))];
  return (Object.keys(RULE_FIELDS) as RuleField[]).filter((field) => !isSame(was.get(field) ?? null, is.get(field) ?? null));
}

function isSame(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
