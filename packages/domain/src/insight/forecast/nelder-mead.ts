type Corner = { readonly at: readonly number[]; readonly height: number };

/** Looks for the lowest place of a function near `start`, by a simplex that feels its way down (Nelder and Mead 1965). The same start always ends in the same place. */
export function lowestPlace(
  height: (at: readonly number[]) => number,
  start: readonly number[],
  { stepsMax, close }: { readonly stepsMax: number; readonly close: number } = { stepsMax: 120, close: 1e-6 },
): readonly number[] {
  const corner = (at: readonly number[]): Corner => ({ at, height: height(at) });
  let corners = [start, ...start.map((_, axis) => start.map((value, index) => (index === axis ? value + 1 : value)))].map(corner);
  for (let step = 0; step < stepsMax; step += 1) {
    corners = corners.toSorted((a, b) => a.height - b.height);
    const [best, worst] = [corners[0], corners.at(-1)];
    if (best === undefined || worst === undefined || worst.height - best.height <= close * Math.abs(best.height)) break;
    corners = moved(corners, corner);
  }
  return corners.toSorted((a, b) => a.height - b.height)[0]?.at ?? start;
}

/** The simplex with its worst corner mirrored, stretched or drawn in; with all corners drawn to the best where nothing of that helps. */
function moved(corners: readonly Corner[], corner: (at: readonly number[]) => Corner): Corner[] {
  const others = corners.slice(0, -1);
  const [best, worst, second] = [corners[0], corners.at(-1), corners.at(-2)];
  if (best === undefined || worst === undefined || second === undefined) return [...corners];
  const centre = best.at.map((_, axis) => others.reduce((sum, { at }) => sum + (at[axis] ?? 0), 0) / others.length);
  const along = (far: number): Corner => corner(centre.map((value, axis) => value + far * ((worst.at[axis] ?? 0) - value)));
  const mirrored = along(-1);
  if (mirrored.height < best.height) {
    const stretched = along(-2);
    return [...others, stretched.height < mirrored.height ? stretched : mirrored];
  }
  if (mirrored.height < second.height) return [...others, mirrored];
  const drawnIn = along(mirrored.height < worst.height ? -0.5 : 0.5);
  if (drawnIn.height < Math.min(worst.height, mirrored.height)) return [...others, drawnIn];
  return [best, ...corners.slice(1).map(({ at }) => corner(at.map((value, axis) => ((best.at[axis] ?? 0) + value) / 2)))];
}
