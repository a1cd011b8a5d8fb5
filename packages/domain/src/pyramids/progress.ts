import type { CountOp, DidMeasureLeaf, DidTimesLeaf, PersonCondition } from "../conditions/condition.ts";
import { countOf } from "../conditions/did-holds.ts";

/** A part of a condition that is told as one figure: how far it is to a number, or whether it is met. */
export type ProgressUnit =
  | {
      readonly kind: "countable";
      readonly condition: DidTimesLeaf | DidMeasureLeaf;
      readonly op: CountOp;
      readonly needs: number;
      readonly isWhole: boolean;
    }
  | { readonly kind: "met_or_not"; readonly condition: PersonCondition };
/** Units put together; numbers are places in the list of units. */
export type ProgressTree = { readonly all: readonly ProgressTree[] } | { readonly any: readonly ProgressTree[] } | number;
export type ProgressPlan = { readonly tree: ProgressTree; readonly units: readonly ProgressUnit[] };

/** How the distance to meeting a condition is told. See docs/decisions/0031-pyramids.md. */
export function planProgress(condition: PersonCondition): ProgressPlan {
  const units: ProgressUnit[] = [];
  const planOf = (part: PersonCondition): ProgressTree => {
    if ("all" in part) return { all: part.all.map(planOf) };
    if ("any" in part) return { any: part.any.map(planOf) };
    units.push(unitOf(part));
    return units.length - 1;
  };
  return { tree: planOf(condition), units };
}

function unitOf(condition: PersonCondition): ProgressUnit {
  if ("did" in condition && !("first" in condition) && !("last" in condition)) {
    const { op, value } = "measure" in condition ? condition.is : countOf(condition);
    const isWhole = !("measure" in condition) || !["sum", "avg", "min", "max"].includes(condition.measure.kind);
    // More than a whole number is at least the next one.
    if (op === "gte" || op === "gt")
      return { kind: "countable", condition, op, needs: op === "gt" && isWhole ? value + 1 : value, isWhole };
  }
  return { kind: "met_or_not", condition };
}

/** Below this nobody has met a number that must be exceeded. */
export const ALMOST = 0.999;

/** The share of a number that somebody has, 0 to 1; 1 is met. */
export function shareOf({ op, needs, isWhole }: Extract<ProgressUnit, { kind: "countable" }>, has: number): number {
  const isMet = op === "gt" && !isWhole ? has > needs : has >= needs;
  if (isMet) return 1;
  return needs <= 0 ? 0 : Math.min(ALMOST, Math.max(0, has / needs));
}

export type Progress = {
  readonly progress: number;
  /** Units that are not met, by their places: of an `any` those of its nearest part only. */
  readonly unmet: readonly number[];
};

/** How near somebody is to a condition of whose units they have so much: a number, or 1 for met and 0 for not. */
export function progressOf({ tree, units }: ProgressPlan, amounts: readonly number[]): Progress {
  const ofTree = (part: ProgressTree): Progress => {
    if (typeof part === "number") {
      const [unit, amount = 0] = [units[part], amounts[part]];
      const progress = unit?.kind === "countable" ? shareOf(unit, amount) : amount;
      return { progress, unmet: progress >= 1 ? [] : [part] };
    }
    const parts = ("all" in part ? part.all : part.any).map(ofTree);
    if ("any" in part)
      return parts.reduce<Progress>((best, each) => (each.progress > best.progress ? each : best), parts[0] ?? { progress: 0, unmet: [] });
    const sum = parts.reduce((total, { progress }) => total + progress, 0);
    return { progress: parts.length === 0 ? 1 : sum / parts.length, unmet: parts.flatMap(({ unmet }) => unmet) };
  };
  return ofTree(tree);
}
