/** Parts, each in order of time and shorter than a span: a single early row does not have the events of years read for all. */
export function partsByTime<T extends { readonly atMs: number }>(rows: readonly T[], spanMs: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let endsMs = -Infinity;
  for (const row of rows.toSorted((a, b) => a.atMs - b.atMs)) {
    if (row.atMs >= endsMs) {
      parts.push([]);
      endsMs = row.atMs + spanMs;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
}
