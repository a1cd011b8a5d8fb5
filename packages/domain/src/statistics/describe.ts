/** What is known of some numbers. Null where there are too few of them for it to mean anything. */
export type Description = {
  readonly n: number;
  readonly sum: number;
  readonly mean: number | null;
  readonly median: number | null;
  /** Of a sample: divided by n − 1. */
  readonly sd: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly q1: number | null;
  readonly q3: number | null;
  /** The adjusted Fisher–Pearson coefficient, as SKEW of spreadsheets. */
  readonly skew: number | null;
};

/** The arithmetic mean; null of none. The second pass takes away what rounding left in the first. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const first = total(values) / values.length;
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

/** The sum, with what each addition lost carried along (Neumaier). */
export function total(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** The variance of a sample (divided by n − 1); null of fewer than two. */
export function variance(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return total(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
}

/** The standard deviation of a sample; null of fewer than two. */
export function standardDeviation(values: readonly number[]): number | null {
  const found = variance(values);
  return found === null ? null : Math.sqrt(found);
}

/** The skew of a sample, G1 = n ÷ ((n − 1)(n − 2)) × Σ((x − mean) ÷ sd)³; null of fewer than three and where all are equal. */
export function skewness(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null) return null;
  const cubes = total(values.map((value) => (value - centre) ** 3)) / values.length;
  return skewOf({ n: values.length, variance: variance(values), cubes });
}

/** The same from what is left of the numbers: `cubes` is the mean of the cubed distances from the mean. */
export function skewOf(of: { readonly n: number; readonly variance: number | null; readonly cubes: number | null }): number | null {
  const { n, variance: spread, cubes } = of;
  if (spread === null || cubes === null || spread === 0 || n < 3) return null;
  return ((n * n) / ((n - 1) * (n - 2))) * (cubes / spread ** 1.5);
}

/**
 * The value below which a share of the numbers lies, of numbers in rising order: between the two nearest, at (n − 1) × share (type 7 of Hyndman and Fan 1996;
 * PERCENTILE.INC of spreadsheets; the default of R). Null of none.
 */
export function quantile(rising: readonly number[], share: number): number | null {
  const at = (rising.length - 1) * Math.min(1, Math.max(0, share));
  const below = rising[Math.floor(at)];
  const above = rising[Math.ceil(at)];
  if (below === undefined || above === undefined) return null;
  return below + (at - Math.floor(at)) * (above - below);
}

/** The median; null of none. */
export function median(values: readonly number[]): number | null {
  return quantile(rising(values), 0.5);
}

/** The median distance from the median, times 1.4826: estimates the standard deviation of normal numbers however wild a few of them are. */
export function robustDeviation(values: readonly number[]): number | null {
  const centre = median(values);
  if (centre === null) return null;
  const distance = median(values.map((value) => Math.abs(value - centre)));
  return distance === null ? null : distance * 1.4826;
}

/** All of it at once. */
export function describeNumbers(values: readonly number[]): Description {
  const sorted = rising(values);
  return {
    n: values.length,
    sum: total(values),
    mean: mean(values),
    median: quantile(sorted, 0.5),
    sd: standardDeviation(values),
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    skew: skewness(values),
  };
}

/** The numbers in rising order. */
export function rising(values: readonly number[]): readonly number[] {
  return [...Float64Array.from(values).toSorted()];
}
