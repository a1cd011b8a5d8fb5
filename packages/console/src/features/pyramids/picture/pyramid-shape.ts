/** One slice of a pyramid: its height in px, and how wide it is above and below as a share of the whole. */
export type Band = { readonly height: number; readonly above: number; readonly below: number };

/**
 * Cuts a triangle into bands from the top down whose areas are as the shares, where none is lower than so many px: then the others give way.
 * Without any shares all are of one height.
 */
export function pyramidBands(
  shares: readonly number[],
  { height, heightMin }: { readonly height: number; readonly heightMin: number },
): readonly Band[] {
  const heights = heightsOf(idealHeights(shares), Math.max(height, heightMin * shares.length), heightMin);
  const whole = heights.reduce((sum, one) => sum + one, 0);
  let passed = 0;
  return heights.map((one) => {
    const above = passed / whole;
    passed += one;
    return { height: one, above, below: passed / whole };
  });
}

/** Of a triangle, the part above a height has an area that grows with its square. */
function idealHeights(shares: readonly number[]): readonly number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (total <= 0) return shares.map(() => 1 / shares.length);
  let passed = 0;
  let edge = 0;
  return shares.map((share) => {
    passed += share;
    const next = Math.sqrt(Math.min(1, passed / total));
    const ideal = next - edge;
    edge = next;
    return ideal;
  });
}

/** Those that would be too low get the least height, and the rest is shared out among the others as it was. */
function heightsOf(ideal: readonly number[], height: number, heightMin: number): readonly number[] {
  const low = new Set<number>();
  for (;;) {
    const free = height - low.size * heightMin;
    const rest = ideal.reduce((sum, one, at) => (low.has(at) ? sum : sum + one), 0);
    const scaled = ideal.map((one, at) => (low.has(at) ? heightMin : (one / rest) * free));
    const found = scaled.findIndex((one, at) => !low.has(at) && one < heightMin - 1e-9);
    if (found === -1) return scaled;
    low.add(found);
  }
}

/** The outline of a band for `clip-path`. */
export function outlineOf({ above, below }: Band): string {
  const [a, b] = [(1 - above) * 50, (1 - below) * 50];
  const at = (percent: number) => `${percent.toFixed(3)}%`;
  return `polygon(${at(a)} 0, ${at(100 - a)} 0, ${at(100 - b)} 100%, ${at(b)} 100%)`;
}
