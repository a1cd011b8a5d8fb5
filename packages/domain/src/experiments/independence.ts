import { checkSampleRatio, type SampleRatio } from "../statistics/sample-ratio.ts";

/**
 * Whether people who are in two experiments have the variants of both by their weights and independently of each other: chi-square of how many have which two, against
 * the product of the weights. It finds a variant that brings more people into the other experiment, which leaves the two independent of each other, as well as one that
 * does so for some variants of the other only. Either way people of two variants cannot be compared there.
 */
export function checkIndependence(
  people: readonly (readonly number[])[],
  weights: { readonly own: readonly number[]; readonly other: readonly number[] },
): Pick<SampleRatio, "p" | "degrees" | "blocks"> {
  const cells = weights.own.flatMap((own, row) =>
    weights.other.map((other, column) => ({ units: people[row]?.[column] ?? 0, weight: own * other })),
  );
  const { p, degrees, blocks } = checkSampleRatio(cells);
  return { p, degrees, blocks };
}
