import { chiSquare } from "../statistics/significance.ts";

/** Less than this is no chance; strict, since it is looked at every day, as the split of one experiment is. */
const P_MIN = 0.001;

/**
 * Whether people who are in two experiments have the variants of both independently of each other: Pearson's chi-square of how many have which two. Where they have
 * not, one experiment changes who gets into the other, and people of two variants cannot be compared within the other's.
 */
export function checkIndependence(people: readonly (readonly number[])[]): {
  readonly p: number;
  readonly degrees: number;
  readonly blocks: boolean;
} {
  const found = chiSquare(people);
  return found === undefined ? { p: 1, degrees: 0, blocks: false } : { p: found.p, degrees: found.degrees, blocks: found.p < P_MIN };
}
