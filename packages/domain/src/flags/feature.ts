import type { Json, JsonObject } from "../json.ts";

/** Type of a flag's values. */
export const FLAG_TYPES = ["boolean", "string", "number", "json"] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

/** Shares of people as clients read them: from 0 to 1, half-open. */
export type FeatureRange = readonly [from: number, to: number];
export type ParentCondition = { readonly id: string; readonly condition: JsonObject };
export type FeatureFilter = {
  readonly attribute: string;
  readonly seed: string;
  readonly hashVersion: number;
  readonly ranges: readonly FeatureRange[];
};

type RuleParts = {
  readonly id: string;
  readonly condition?: JsonObject;
  readonly parentConditions?: readonly ParentCondition[];
  readonly hashAttribute?: string;
  readonly hashVersion?: number;
  readonly seed?: string;
};
export type ForceRule = RuleParts & { readonly force: Json; readonly coverage?: number; readonly range?: FeatureRange };
export type ExperimentRule = RuleParts & {
  readonly key: string;
  readonly hashAttribute: string;
  readonly hashVersion: number;
  readonly seed: string;
  readonly variations: readonly Json[];
  readonly weights: readonly number[];
  readonly coverage: number;
  readonly ranges: readonly FeatureRange[];
  readonly meta: readonly { readonly key: string; readonly name: string }[];
  readonly filters?: readonly FeatureFilter[];
  /** The number of the shares that `weights` are, of an experiment whose shares change; GrowthBook's clients hand it on with the experiment. */
  readonly phase?: string;
  readonly bucketVersion: number;
  readonly minBucketVersion: number;
  readonly disableStickyBucketing?: true;
};
export type FeatureRule = ForceRule | ExperimentRule;

/** One flag as it is in one environment at one time: what clients evaluate. The form is GrowthBook's, whose clients leave `terrace` aside. */
export type Feature = {
  readonly defaultValue: Json;
  readonly rules?: readonly FeatureRule[];
  readonly terrace: {
    readonly type: FlagType;
    readonly version: number;
    /** It is off here and gives its off value to everyone. */
    readonly off?: true;
  };
};
export type Features = Readonly<Record<string, Feature>>;

/** The attribute of a context that holds the ids of the segments somebody is in. */
export const SEGMENTS_ATTRIBUTE = "segments";
