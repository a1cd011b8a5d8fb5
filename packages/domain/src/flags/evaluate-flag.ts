import { BUCKETS, bucketOf, HASH_VERSION } from "../assignment/bucket.ts";
import { hasOwn, type Json, type JsonObject } from "../json.ts";
import { meetsCondition } from "./attribute-condition.ts";
import type { ExperimentRule, Feature, FeatureFilter, FeatureRange, FeatureRule, Features, ForceRule } from "./feature.ts";
import { looseText } from "./loose-values.ts";

/** Why a value was given, in OpenFeature's words. */
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";

/** An arm of an experiment that was given. */
export type GivenArm = {
  readonly experiment: string;
  readonly arm: string;
  readonly index: number;
  /** Where the unit stands, 0 to 9,999. */
  readonly bucket: number;
  readonly hashVersion: number;
  /** Which assignment of the experiment: it is begun anew with another number. */
  readonly version: number;
  readonly attribute: string;
  readonly unitId: string;
  readonly remembered: boolean;
  /** The number of the shares by which it was drawn, where shares change and it is known. */
  readonly period?: number;
};

export type Evaluation = {
  readonly value: Json;
  readonly reason: Reason;
  readonly errorCode?: "FLAG_NOT_FOUND" | "GENERAL";
  readonly variant?: string;
  readonly ruleId?: string;
  readonly given?: GivenArm;
};

/** Whom a flag is evaluated for. */
export type Subject = {
  readonly attributes: JsonObject;
  /** Arms given before, by `rememberedKey`, and the shares they were drawn by, by `rememberedPeriodKey`; without it nothing is remembered. */
  readonly remembered?: Readonly<Record<string, string>>;
};

/** Under which name an arm is remembered; GrowthBook's clients use the same. */
export function rememberedKey(experiment: string, version: number): string {
  return `${experiment}__${version}`;
}

/** Under which name it is remembered by which shares an arm was drawn, as decimal digits; no key of an experiment has the sign between. */
export function rememberedPeriodKey(experiment: string, version: number): string {
  return `${rememberedKey(experiment, version)}#period`;
}

/** The value of a flag for somebody. Pure and the same in the server, in Terrace's own client and in GrowthBook's. */
export function evaluateFlag(features: Features, key: string, subject: Subject): Evaluation {
  return evaluate(features, key, subject, new Set());
}

const CYCLE: Evaluation = { value: null, reason: "ERROR", errorCode: "GENERAL" };

function evaluate(features: Features, key: string, subject: Subject, above: ReadonlySet<string>): Evaluation {
  if (above.has(key)) return CYCLE;
  const feature = hasOwn(features, key) ? features[key] : undefined;
  if (feature === undefined) return { value: null, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" };
  const inside = new Set(above).add(key);
  for (const rule of feature.rules ?? []) {
    const parents = parentsOf(features, rule, subject, inside);
    if (parents === "cycle") return CYCLE;
    if (parents === "unmet") continue;
    const given = "force" in rule ? forced(rule, subject) : experimented(rule, subject);
    if (given !== undefined) return given;
  }
  return byDefault(feature);
}

function byDefault({ defaultValue, rules = [], terrace }: Feature): Evaluation {
  if (terrace.off === true) return { value: defaultValue, reason: "DISABLED", variant: "off" };
  return { value: defaultValue, reason: rules.length === 0 ? "STATIC" : "DEFAULT", variant: "default" };
}

function parentsOf(features: Features, { parentConditions = [] }: FeatureRule, subject: Subject, inside: ReadonlySet<string>) {
  for (const { id, condition } of parentConditions) {
    const parent = evaluate(features, id, subject, inside);
    if (parent === CYCLE) return "cycle";
    if (!meetsCondition({ value: parent.value }, condition)) return "unmet";
  }
  return "met";
}

function forced(rule: ForceRule, { attributes }: Subject): Evaluation | undefined {
  if (rule.condition !== undefined && !meetsCondition(attributes, rule.condition)) return undefined;
  const { id: ruleId, force: value, range } = rule;
  const named = { value, ruleId, variant: ruleId };
  if (range === undefined) {
    const isForAll = rule.condition === undefined && rule.parentConditions === undefined;
    return { ...named, reason: isForAll ? "STATIC" : "TARGETING_MATCH" };
  }
  const unitId = unitOf(attributes, rule.hashAttribute ?? "id");
  if (unitId === undefined || !isInside(bucketFor(rule.hashVersion, rule.seed ?? "", unitId), range)) return undefined;
  return { ...named, reason: "SPLIT" };
}

function experimented(rule: ExperimentRule, { attributes, remembered }: Subject): Evaluation | undefined {
  const unitId = unitOf(attributes, rule.hashAttribute);
  if (unitId === undefined || rule.filters?.some((filter) => isFilteredOut(filter, attributes)) === true) return undefined;
  const kept = rule.disableStickyBucketing === true ? undefined : rememberedArm(rule, remembered);
  if (kept === "blocked") return undefined;
  const bucket = bucketFor(rule.hashVersion, rule.seed, unitId);
  const index = kept ?? hashedArm(rule, attributes, bucket);
  const meta = rule.meta[index];
  const value = rule.variations[index];
  if (meta === undefined || value === undefined || bucket === undefined) return undefined;
  const { key: experiment, hashAttribute: attribute, hashVersion, bucketVersion: version } = rule;
  const given = {
    experiment,
    arm: meta.key,
    index,
    bucket,
    hashVersion,
    version,
    attribute,
    unitId,
    remembered: kept !== undefined,
    ...drawnBy(rule, kept, remembered),
  };
  return { value, reason: "SPLIT", variant: meta.key, ruleId: rule.id, given };
}

/** By which shares an arm was drawn: those of now where it is not remembered. */
function drawnBy(rule: ExperimentRule, kept: number | undefined, remembered: Subject["remembered"]): Pick<GivenArm, "period"> {
  const drawn = kept === undefined ? rule.phase : remembered?.[rememberedPeriodKey(rule.key, rule.bucketVersion)];
  return drawn === undefined ? {} : { period: Number(drawn) };
}

function hashedArm(rule: ExperimentRule, attributes: JsonObject, bucket: number | undefined): number {
  if (rule.condition !== undefined && !meetsCondition(attributes, rule.condition)) return -1;
  return rule.ranges.findIndex((range) => isInside(bucket, range));
}

/** The place of the arm that was given before; "blocked" for whoever took part in an assignment that no longer counts. */
function rememberedArm(rule: ExperimentRule, remembered: Subject["remembered"]): number | "blocked" | undefined {
  if (remembered === undefined) return undefined;
  for (let version = 0; version < rule.minBucketVersion; version += 1)
    if (remembered[rememberedKey(rule.key, version)] !== undefined) return "blocked";
  const arm = remembered[rememberedKey(rule.key, rule.bucketVersion)];
  const index = arm === undefined ? -1 : rule.meta.findIndex(({ key }) => key === arm);
  return index < 0 ? undefined : index;
}

function isFilteredOut({ attribute, seed, hashVersion, ranges }: FeatureFilter, attributes: JsonObject): boolean {
  const unitId = unitOf(attributes, attribute);
  const bucket = unitId === undefined ? undefined : bucketFor(hashVersion, seed, unitId);
  return !ranges.some((range) => isInside(bucket, range));
}

/** The id that an attribute holds; what is empty or 0 is none. */
function unitOf(attributes: JsonObject, attribute: string): string | undefined {
  const value = hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return undefined;
  return looseText(value);
}

/** Undefined for a hash that this code does not know. */
function bucketFor(hashVersion: number | undefined, seed: string, unitId: string): number | undefined {
  return hashVersion === HASH_VERSION ? bucketOf(seed, unitId) : undefined;
}

function isInside(bucket: number | undefined, [from, to]: FeatureRange): boolean {
  return bucket !== undefined && bucket / BUCKETS >= from && bucket / BUCKETS < to;
}
