import type { AssignmentUnit } from "../assignment/units.ts";
import type { NamespaceShare } from "../assignment/allocation.ts";
import type { Json, JsonObject } from "../json.ts";
import type { FlagType } from "./feature.ts";

/** A time as canonical text in UTC (`2026-11-23T04:00:00.000Z`): such texts sort as their times do. */
export type Instant = string;
/** In force from `from` up to, not including, `until`; null is open. */
export type Window = { readonly from: Instant | null; readonly until: Instant | null };

/** A rule or a flag counts only while another flag gives one of these values. */
export type Prerequisite = { readonly flag: string; readonly values: readonly (string | number | boolean)[] };

type RuleParts = {
  /** Stays with the rule while it is changed and moved: the hash of a rollout is taken with it. */
  readonly id: string;
  readonly note: string;
  readonly on: boolean;
  /** On attributes of the context, in the form of a MongoDB query; empty for everyone. */
  readonly condition: JsonObject;
  /** Ids of segments: in any of the first, in none of the second. An empty list asks nothing. */
  readonly segments: { readonly any: readonly string[]; readonly none: readonly string[] };
  readonly prerequisites: readonly Prerequisite[];
  readonly window: Window;
};
/** Parts of 10,000 who take part, and from each time on another such share, in order of time. */
export type Growing = { readonly coverage: number; readonly ramp: readonly { readonly at: Instant; readonly coverage: number }[] };
export type ForcePart = RuleParts & { readonly kind: "force"; readonly value: Json };
export type RolloutPart = RuleParts & Growing & { readonly kind: "rollout"; readonly value: Json; readonly unit: AssignmentUnit };
export type FlagArm = { readonly key: string; readonly name: string; readonly value: Json; readonly weight: number };
/** Its steps only take in more. */
export type ExperimentPart = RuleParts &
  Growing & {
    readonly kind: "experiment";
    readonly experiment: string;
    readonly unit: AssignmentUnit;
    readonly arms: readonly FlagArm[];
    readonly namespace: NamespaceShare | null;
    /** Ids of the unit that get an arm by name and are part of no result. */
    readonly named: readonly { readonly arm: string; readonly ids: readonly string[] }[];
    readonly qaOnly: boolean;
    /** What was given is kept when weights or coverage change. */
    readonly sticky: boolean;
    /** A higher number assigns anew. */
    readonly version: number;
    /** Whoever took part in an assignment below this number takes part no more. */
    readonly minVersion: number;
  };
export type FlagRule = ForcePart | RolloutPart | ExperimentPart;
export type FlagEnvironment = { readonly on: boolean; readonly window: Window; readonly rules: readonly FlagRule[] };

/** What versions and reviews are kept of. */
export type FlagDefinition = {
  readonly type: FlagType;
  /** For whom no rule speaks. */
  readonly defaultValue: Json;
  /** For everyone while the flag is off, killed, or lacks what it presupposes. */
  readonly offValue: Json;
  readonly prerequisites: readonly Prerequisite[];
  /** By key of the environment; where there is none the flag is off. */
  readonly environments: Readonly<Record<string, FlagEnvironment>>;
};

/** Whether a value is of a type. */
export function isOfType(type: FlagType, value: Json): boolean {
  if (type === "json") return typeof value === "object" && value !== null;
  return typeof value === type;
}

export function isOpen({ from, until }: Window, now: Instant): boolean {
  return (from === null || from <= now) && (until === null || now < until);
}
