import { rangesOf, namespaceSeed, type Range } from "../assignment/allocation.ts";
import { UNIT_ATTRIBUTES } from "../assignment/units.ts";
import { BUCKETS, HASH_VERSION } from "../assignment/bucket.ts";
import { ruleMode, weightsInForce, type ExperimentStanding, type Standings } from "../experiments/standing.ts";
import type { JsonObject } from "../json.ts";
import { SEGMENTS_ATTRIBUTE, type Feature, type FeatureRange, type FeatureRule, type ParentCondition } from "./feature.ts";
import {
  isOpen,
  type ExperimentPart,
  type ForcePart,
  type FlagDefinition,
  type FlagEnvironment,
  type FlagRule,
  type Growing,
  type Instant,
  type Prerequisite,
  type RolloutPart,
} from "./flag.ts";
import { handedOut } from "./names-people.ts";

/** A flag as it stands. */
export type StandingFlag = {
  readonly key: string;
  readonly version: number;
  /** Switched off everywhere, at once, whatever its environments say. */
  readonly killed: boolean;
  readonly definition: FlagDefinition;
};

/**
 * What clients evaluate of a flag in an environment at one time. Schedules are settled here, so that clients need no clock, and so are the standings of the
 * experiments that rules name, so that clients need not know of them.
 */
export function compileFlag(
  { key, version, killed, definition }: StandingFlag,
  environment: string,
  now: Instant,
  standings: Standings,
): Feature {
  const { type, defaultValue, offValue, prerequisites } = definition;
  const here = environmentOf(definition, environment);
  if (killed || here?.on !== true || !isOpen(here.window, now)) return { defaultValue: offValue, terrace: { type, version, off: true } };
  const unmet = prerequisites.map((prerequisite) => ({
    id: `prerequisite:${prerequisite.flag}`,
    parentConditions: [{ id: prerequisite.flag, condition: { $not: parentCondition(prerequisite).condition } }],
    force: offValue,
  }));
  const rules = here.rules
    .filter((rule) => rule.on && isOpen(rule.window, now))
    .flatMap(handedOut)
    .flatMap((rule) =>
      rule.kind === "experiment"
        ? compileExperiment({ ...rule, coverage: coverageAt(rule, now) }, askedBy(rule), standings.get(rule.experiment))
        : [compileRule(key, rule, now)],
    );
  return { defaultValue, ...given("rules", [...unmet, ...rules]), terrace: { type, version } };
}

/** When the same flag becomes another by its schedules; null when it never does. */
export function nextChange(definition: FlagDefinition, environment: string, now: Instant): Instant | null {
  const here = environmentOf(definition, environment);
  if (here?.on !== true) return null;
  const times = [here.window, ...here.rules.map(({ window }) => window)].flatMap(({ from, until }) => [from, until]);
  const steps = here.rules.flatMap((rule) => (rule.kind === "force" ? [] : rule.ramp.map(({ at }) => at)));
  const ahead = [...times, ...steps].filter((time): time is Instant => time !== null && time > now);
  return ahead.toSorted()[0] ?? null;
}

/** The coverage of a rule at a time: that of the last step that has come. */
export function coverageAt({ coverage, ramp }: Growing, now: Instant): number {
  return ramp.findLast(({ at }) => at <= now)?.coverage ?? coverage;
}

function environmentOf({ environments }: FlagDefinition, environment: string): FlagEnvironment | undefined {
  return Object.hasOwn(environments, environment) ? environments[environment] : undefined;
}

function compileRule(flag: string, rule: ForcePart | RolloutPart, now: Instant): FeatureRule {
  const given = { id: rule.id, ...askedBy(rule), force: rule.value };
  if (rule.kind === "force") return given;
  const share = coverageAt(rule, now) / BUCKETS;
  const hashing = { hashAttribute: UNIT_ATTRIBUTES[rule.unit], hashVersion: HASH_VERSION, seed: `${flag}:${rule.id}` };
  // Old clients know a coverage only, newer ones the exact range.
  return { ...given, coverage: share, range: [0, share], ...hashing };
}

type Asked = { readonly condition?: JsonObject; readonly parentConditions?: readonly ParentCondition[] };

function askedBy(rule: FlagRule): Asked {
  return { ...given("condition", conditionOf(rule)), ...given("parentConditions", rule.prerequisites.map(parentCondition)) };
}

/** Those named come first, each arm as a value that is forced; then the experiment as far as it has come, unless the rule is for them alone. */
function compileExperiment(rule: ExperimentPart, asked: Asked, standing: ExperimentStanding | undefined): readonly FeatureRule[] {
  const mode = ruleMode(standing);
  if (mode === "pass") return [];
  if (mode === "take") {
    const taken = rule.qaOnly ? undefined : rule.arms.find(({ key }) => key === standing?.decided);
    return taken === undefined ? [] : [{ id: rule.id, ...asked, force: taken.value }];
  }
  const named = namedIn(rule);
  return rule.qaOnly || mode === "names" ? named : [...named, splitRule(rule, asked, { standing, isKeeping: mode === "keep" })];
}

function namedIn(rule: ExperimentPart): readonly FeatureRule[] {
  return rule.named.flatMap(({ arm, ids }) => {
    const value = rule.arms.find(({ key }) => key === arm)?.value;
    return value === undefined || ids.length === 0
      ? []
      : [{ id: `${rule.id}:named:${arm}`, condition: { [UNIT_ATTRIBUTES[rule.unit]]: { $in: ids } }, force: value }];
  });
}

type SplitBy = { readonly standing: ExperimentStanding | undefined; readonly isKeeping: boolean };

/** The arms by their weights; where what was given is only kept, nobody is within their ranges. */
function splitRule(rule: ExperimentPart, asked: Asked, { standing, isKeeping }: SplitBy): FeatureRule {
  const hashAttribute = UNIT_ATTRIBUTES[rule.unit];
  const { weights, period } = weightsInForce(rule.arms, standing);
  const coverage = isKeeping ? 0 : rule.coverage;
  return {
    id: rule.id,
    ...asked,
    key: rule.experiment,
    seed: seedOf(rule),
    hashAttribute,
    hashVersion: HASH_VERSION,
    variations: rule.arms.map(({ value }) => value),
    weights: weights.map((weight) => weight / BUCKETS),
    coverage: coverage / BUCKETS,
    ranges: rangesOf({ weights, coverage }).map(share),
    meta: rule.arms.map(({ key, name }) => ({ key, name })),
    ...(rule.namespace === null ? {} : { filters: [filterOf(rule.namespace, hashAttribute)] }),
    ...(period === undefined ? {} : { phase: String(period) }),
    bucketVersion: rule.version,
    minBucketVersion: rule.minVersion,
    ...(rule.sticky ? {} : { disableStickyBucketing: true as const }),
  };
}

/** Another version is another hash; no key has the sign between. */
function seedOf({ experiment, version }: ExperimentPart): string {
  return version === 0 ? experiment : `${experiment}#${version}`;
}

function filterOf({ key, range }: NonNullable<ExperimentPart["namespace"]>, attribute: string) {
  return { attribute, seed: namespaceSeed(key), hashVersion: HASH_VERSION, ranges: [share(range)] };
}

function share({ from, to }: Range): FeatureRange {
  return [from / BUCKETS, to / BUCKETS];
}

function conditionOf({ condition, segments: { any, none } }: FlagRule): JsonObject | undefined {
  const parts: readonly JsonObject[] = [
    ...(Object.keys(condition).length === 0 ? [] : [condition]),
    ...(any.length === 0 ? [] : [{ [SEGMENTS_ATTRIBUTE]: { $in: any } }]),
    ...(none.length === 0 ? [] : [{ [SEGMENTS_ATTRIBUTE]: { $nin: none } }]),
  ];
  return parts.length > 1 ? { $and: parts } : parts[0];
}

function parentCondition({ flag, values }: Prerequisite): ParentCondition {
  return { id: flag, condition: { value: { $in: values } } };
}

/** A part of an object that is there when it says something. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  // The key is the one that was given.
  return isEmpty ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}
