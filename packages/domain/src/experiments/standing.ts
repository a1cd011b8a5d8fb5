import { BUCKETS } from "../assignment/bucket.ts";
import type { AssignmentUnit } from "../assignment/units.ts";
import type { ExperimentState } from "./experiment.ts";

/** How people are put into arms: arms have their buckets in this order. */
export type HeldSplit = {
  readonly arms: readonly string[];
  readonly unit: AssignmentUnit;
  readonly version: number;
  readonly minVersion: number;
  /** All rules remember what they gave: none comes to forget it. */
  readonly sticky?: boolean;
  /** Each coverage at which they gave arms, or are to: arms are cut to whole buckets by it. Parts of 10,000, growing. */
  readonly coverages?: readonly number[];
};

/** What flags have to know of an experiment that a rule of theirs names. */
export type ExperimentStanding = {
  readonly state: ExperimentState;
  /** Parts of 10,000 by key of the variant. Where they speak of exactly the arms of a rule and sum to 10,000 they win over the rule's own. */
  readonly weights?: Readonly<Record<string, number>>;
  /** The number of the time since which these weights hold, of an experiment whose shares change. */
  readonly period?: number;
  /** Being given an arm is the exposure: the server tells it when it gives one. */
  readonly tellsGiven?: boolean;
  /** Key of the variant that was taken, once it was stopped with that decision. */
  readonly decided?: string;
  /** It was stopped, and what comes of it is still to be said. */
  readonly isUndecided?: boolean;
  /** When something was last done with it. */
  readonly movedAt?: Date;
  /** What all rules of it hold to while it is under way; not there until one of them splits people. */
  readonly split?: HeldSplit;
};

export type Variant = { readonly key: string; readonly weight: number };
/** An experiment that is to be started. */
export type Starting = {
  readonly key: string;
  readonly variants: readonly Variant[];
  /** It will say its weights itself, so those of its variants and of rules are no matter. */
  readonly saysWeights: boolean;
};

export function isUnderWay(standing: ExperimentStanding | undefined): boolean {
  return standing?.state === "running" || standing?.state === "paused";
}

/** Standings by key of the experiment. What is not among them is no experiment that is kept, and its rules do as they say. */
export type Standings = ReadonlyMap<string, ExperimentStanding>;

/** The same with the number that the experiment is kept under. */
export type KeptStandings = ReadonlyMap<string, ExperimentStanding & { readonly id: string }>;

/**
 * What rules that name an experiment do: `assign` as they say; `keep` what was given, and give nobody new an arm; `names` gives to nobody but those who are named;
 * `take` gives the decided variant to whoever meets them; `pass` nothing.
 */
export type RuleMode = "assign" | "keep" | "names" | "take" | "pass";

export function ruleMode(standing: ExperimentStanding | undefined): RuleMode {
  switch (standing?.state) {
    case undefined:
    case "running":
      return "assign";
    case "paused":
      return "keep";
    case "draft":
      return "names";
    case "stopped":
    case "archived":
      return standing?.decided === undefined ? "pass" : "take";
  }
}

/** The weights in force for some arms: those that the experiment says, if it speaks of exactly these, else their own; and since which period they hold. */
export function weightsInForce(
  arms: readonly Variant[],
  { weights: said, period }: Pick<ExperimentStanding, "weights" | "period"> = {},
): { readonly weights: readonly number[]; readonly period?: number } {
  const own = { weights: arms.map(({ weight }) => weight) };
  if (said === undefined || Object.keys(said).length !== arms.length) return own;
  const weights = arms.map(({ key }) => (Object.hasOwn(said, key) ? said[key] : undefined)).filter((weight) => weight !== undefined);
  if (weights.length < arms.length || weights.reduce((sum, weight) => sum + weight, 0) !== BUCKETS) return own;
  return { weights, ...(period === undefined ? {} : { period }) };
}
