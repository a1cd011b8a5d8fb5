import { armOf, isInNamespace, rangesOf, type NamespaceShare } from "./allocation.ts";
import { bucketOf } from "./bucket.ts";

/** Who is assigned: each has an attribute of the context that holds its id. */
export const UNITS = ["person", "group", "session"] as const;
export type AssignmentUnit = (typeof UNITS)[number];
export const UNIT_ATTRIBUTES: Readonly<Record<AssignmentUnit, string>> = { person: "id", group: "groupId", session: "sessionId" };

/** Something whose arms are given out: an experiment, a rollout, a holdout. */
export type Allocation = {
  /** What the hash is taken with; by default the key of the experiment. */
  readonly seed: string;
  readonly arms: readonly { readonly key: string; readonly weight: number }[];
  /** Parts of 10,000 who take part. */
  readonly coverage: number;
  readonly namespace?: NamespaceShare | undefined;
  /** Arms for ids that were named, e.g. of testers; they are part of no result. */
  readonly forced?: ReadonlyMap<string, string> | undefined;
  /** Nobody but those named takes part. */
  readonly qaOnly?: boolean | undefined;
};

export type Assignment =
  | { readonly arm: string; readonly how: "forced" | "remembered" | "hashed" }
  | { readonly arm: null; readonly why: "no_unit" | "qa_only" | "namespace" | "coverage" };

/**
 * The arm of a unit. Named ids come first; then what was assigned before, which holds whatever weights and coverage are now, as long as the arm is still there; then
 * the hash. A namespace keeps its word always: whoever is outside the share is out, also of what was assigned before.
 */
export function assign(allocation: Allocation, unitId: string | undefined, remembered?: string): Assignment {
  if (unitId === undefined || unitId === "") return { arm: null, why: "no_unit" };
  const { seed, arms, coverage, namespace, forced, qaOnly } = allocation;
  const named = forced?.get(unitId);
  if (named !== undefined) return { arm: named, how: "forced" };
  if (qaOnly === true) return { arm: null, why: "qa_only" };
  if (namespace !== undefined && !isInNamespace(namespace, unitId)) return { arm: null, why: "namespace" };
  if (remembered !== undefined && arms.some(({ key }) => key === remembered)) return { arm: remembered, how: "remembered" };
  const arm = arms[armOf(bucketOf(seed, unitId), rangesOf({ weights: arms.map(({ weight }) => weight), coverage }))];
  return arm === undefined ? { arm: null, why: "coverage" } : { arm: arm.key, how: "hashed" };
}
