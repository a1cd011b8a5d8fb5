/** No header has so many columns, so a row with as many cells is rejected whatever the header. */
const BROKEN_CELLS = 2_001;
const MARK = "(broken) ";

/** The row that stands for a piece of a file that could not be read as one: it keeps its row number, is always rejected, and says why. */
export function brokenRow(reason: string): readonly string[] {
  return [`${MARK}${reason}`, ...Array.from({ length: BROKEN_CELLS - 1 }, () => "")];
}

/** Why a row is broken; undefined for rows as they stand in a file. */
export function brokenReason(cells: readonly string[]): string | undefined {
  const [first = ""] = cells;
  return cells.length === BROKEN_CELLS && first.startsWith(MARK) ? first.slice(MARK.length) : undefined;
}
