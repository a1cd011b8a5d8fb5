import { unevenArm, type UnevenArm } from "../assignment/real-shares.ts";

type Shared = {
  readonly arms: readonly { readonly weight: number }[];
  readonly coverage: number;
  readonly ramp: readonly { readonly coverage: number }[];
};

/** The first arm whose share whole buckets would put off its weight, at one of the coverages of a rule; undefined where none is. */
export function unevenRule(rule: Shared): UnevenArm | undefined {
  const { weights, coverages } = sharesOf(rule);
  return unevenArm(weights, coverages);
}

/** The weights of a rule, and its coverage with that of each step. */
export function sharesOf({ arms, coverage, ramp }: Shared): {
  readonly weights: readonly number[];
  readonly coverages: readonly number[];
} {
  return { weights: arms.map(({ weight }) => weight), coverages: [coverage, ...ramp.map((step) => step.coverage)] };
}
