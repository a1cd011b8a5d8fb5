import { BUCKETS } from "../assignment/bucket.ts";
import type { HeldSplit, Variant } from "../experiments/standing.ts";
import { coverageAt } from "./compile-flag.ts";
import type { ExperimentPart, FlagDefinition, Instant } from "./flag.ts";
import { sharesOf } from "./uneven-rule.ts";

/** A rule that names an experiment, and where it stands. */
export type ExperimentRuleAt = {
  /** Key of the flag. */
  readonly flag: string;
  readonly environment: string;
  /** Place among the rules of the environment. */
  readonly place: number;
  /** Whether the flag is on in the environment. */
  readonly isOn: boolean;
  readonly rule: ExperimentPart;
};

/** Rules of a flag that name experiments, environment after environment. */
export function experimentRules(flag: string, { environments }: Pick<FlagDefinition, "environments">): readonly ExperimentRuleAt[] {
  return Object.entries(environments).flatMap(([environment, { on, rules }]) =>
    rules.flatMap((rule, place) => (rule.kind === "experiment" ? [{ flag, environment, place, isOn: on, rule }] : [])),
  );
}

/** Whether a rule puts people into arms, or would where its flag is on: it is not for named ids alone. */
export function isSplitting({ on, qaOnly }: ExperimentPart): boolean {
  return on && !qaOnly;
}

/**
 * How arms differ from the variants of their experiment: in their keys, or in weights by a part of 10,000 or more (a third is no whole number of them).
 * Undefined when they do not, in whatever order they stand.
 */
export function armsDiffer(arms: readonly Variant[], variants: readonly Variant[]): "arms" | "weights" | undefined {
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  const weightOf = new Map(variants.map(({ key, weight }) => [key, weight]));
  if (arms.length !== variants.length || arms.some(({ key }) => !weightOf.has(key))) return "arms";
  return arms.every(({ key, weight }) => Math.abs(weight * sum - (weightOf.get(key) ?? 0) * BUCKETS) < sum) ? undefined : "weights";
}

/** Parts of a rule that say who is given which arm; while its experiment is under way they stay. */
export const FIXED_PARTS = ["arms", "unit", "version", "minVersion", "sticky"] as const;
export type FixedPart = (typeof FIXED_PARTS)[number];

/**
 * The first part of a rule that stays while its experiment is under way and is another than before. Values and names of arms may change, and coverage may grow;
 * it may shrink where arms are remembered.
 */
export function changedPart(
  before: ExperimentPart,
  after: ExperimentPart,
  { areWeightsSaid, now }: { readonly areWeightsSaid: boolean; readonly now: Instant },
): FixedPart | "coverage" | undefined {
  const difference = armsDiffer(after.arms, before.arms);
  const isSame: Readonly<Record<FixedPart, boolean>> = {
    arms: (difference === undefined || (difference === "weights" && areWeightsSaid)) && isSameOrder(heldSplit(after), heldSplit(before)),
    unit: before.unit === after.unit,
    version: before.version === after.version,
    minVersion: before.minVersion === after.minVersion,
    // Who was given an arm would lose it at the next change of weights or coverage, or at a pause.
    sticky: !before.sticky || after.sticky,
  };
  const isTakenBack = !remembersArms(after) && coverageAt(after, now) < coverageAt(before, now);
  return FIXED_PARTS.find((part) => !isSame[part]) ?? (isTakenBack ? "coverage" : undefined);
}

/** Whether whoever was given an arm keeps it whatever shares and coverage become: servers remember arms of persons only. */
export function remembersArms({ sticky, unit }: Pick<ExperimentPart, "sticky" | "unit">): boolean {
  return sticky && unit === "person";
}

/** Each coverage at which rules give people arms where their flags are on, or are to, smallest first. */
export function coveragesOf(rules: readonly Pick<ExperimentRuleAt, "isOn" | "rule">[]): readonly number[] {
  const all = rules.filter(({ isOn, rule }) => isOn && isSplitting(rule)).flatMap(({ rule }) => sharesOf(rule).coverages);
  return [...new Set(all)].filter((coverage) => coverage > 0).toSorted((a, b) => a - b);
}

/** How a rule splits people, whatever its weights and coverage are. */
export function heldSplit({ arms, unit, version, minVersion }: ExperimentPart): HeldSplit {
  return { arms: arms.map(({ key }) => key), unit, version, minVersion };
}

/** The first part in which a rule splits people otherwise: with the same seed and weights, other people would have an arm. */
export function otherSplit(rule: ExperimentPart, held: HeldSplit): FixedPart | undefined {
  const own = heldSplit(rule);
  return FIXED_PARTS.find((part) => {
    if (part === "sticky") return held.sticky === true && !rule.sticky;
    return part === "arms" ? !isSameOrder(own, held) : own[part] !== held[part];
  });
}

/** Buckets are laid out in the order of arms. */
function isSameOrder({ arms }: HeldSplit, held: HeldSplit): boolean {
  return arms.length === held.arms.length && arms.every((key, at) => key === held.arms[at]);
}

/** The rule as it was, if it named the same experiment and split people before. */
export function ruleBefore(before: Pick<FlagDefinition, "environments"> | undefined, at: ExperimentRuleAt): ExperimentPart | undefined {
  if (before === undefined) return undefined;
  const was = experimentRules(at.flag, before).find(({ environment, rule }) => environment === at.environment && rule.id === at.rule.id);
  return was !== undefined && was.rule.experiment === at.rule.experiment && isSplitting(was.rule) ? was.rule : undefined;
}
