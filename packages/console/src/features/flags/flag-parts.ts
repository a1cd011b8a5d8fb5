import type { FlagRuleInput } from "@terrace/contract/api/flag-parts";
import type { FlagView } from "@terrace/contract/api/flags";
import { canonicalJson } from "@terrace/domain/canonical-json";
import type { Json } from "@terrace/domain/json";
import type { Text } from "../../app/i18n.ts";
import { formatShare } from "../../ui/format/numbers.ts";

export type Definition = FlagView["definition"];
export type Environment = Definition["environments"][string];
export type Rule = FlagRuleInput;
/** How many take part, and how that grows by time. */
export type Growing = Pick<Extract<Rule, { kind: "rollout" }>, "coverage" | "ramp">;
export type Prerequisite = Definition["prerequisites"][number];
export type Window = Environment["window"];
export type Value = Definition["defaultValue"];
/** What of a flag a form changes. */
export type FlagDraft = Pick<FlagView, "name" | "description" | "expiresAt" | "definition">;

/** What an environment is that a definition does not name: off. */
export const NO_ENVIRONMENT: Environment = { on: false, window: { from: null, until: null }, rules: [] };

/** Where flags stand in the console. */
export const FLAGS_PATH = "experiments/flags";
/** Where one flag stands. */
export function flagPath(key: string): string {
  return `${FLAGS_PATH}/${encodeURIComponent(key)}`;
}

/** Where a flag's form of a new rule stands open, of an experiment in an environment. */
export function newRulePath(flag: string, experiment: string, environment: string): string {
  return `${flagPath(flag)}?${new URLSearchParams({ experiment, environment }).toString()}`;
}

/** A value as it is shown. */
export function valueText(value: Value): string {
  return JSON.stringify(value);
}

/** Parts of 10,000 as a share. */
export function partsText(parts: number): string {
  return formatShare(parts / 10_000);
}

/** The value a flag of a type begins with. */
export function firstValue(type: Definition["type"]): Value {
  return { boolean: false, string: "", number: 0, json: {} }[type];
}

const isSame = (one: Json, other: Json): boolean => canonicalJson(one) === canonicalJson(other);

/** What differs between two definitions: parts of the flag, and keys of environments. */
export function changedParts(before: Definition, after: Definition): { readonly parts: readonly Part[]; readonly environments: string[] } {
  const parts: Part[] = [
    ...(before.type === after.type ? [] : ["type" as const]),
    ...(isSame([before.defaultValue, before.offValue], [after.defaultValue, after.offValue]) ? [] : ["values" as const]),
    ...(isSame(before.prerequisites, after.prerequisites) ? [] : ["prerequisites" as const]),
  ];
  const keys = [...new Set([...Object.keys(before.environments), ...Object.keys(after.environments)])].toSorted();
  const environmentOf = ({ environments }: Definition, key: string) => environments[key] ?? NO_ENVIRONMENT;
  return { parts, environments: keys.filter((key) => !isSame(environmentOf(before, key), environmentOf(after, key))) };
}
type Part = "type" | "values" | "prerequisites";

/** What differs, in words. */
export function changedWords(before: Definition, after: Definition, text: Text, nameOf: (environment: string) => string): string {
  const { parts, environments } = changedParts(before, after);
  return [...parts.map((part) => text(`flags.part.${part}`)), ...environments.map(nameOf)].join(" · ");
}
