/**
 * The names of the columns of a header row, each of them usable: without the white space and invisible characters that exports leave around them,
 * `#3` where the third has none, `Amount (2)` for the second of that name.
 */
export function nameColumns(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const bare = cleanName(cell) || `#${index + 1}`;
    let name = bare;
    for (let count = 2; taken.has(name); count += 1) name = `${bare} (${count})`;
    taken.add(name);
    return name;
  });
}

function cleanName(cell: string): string {
  return cell
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .replace(/^[*＊\s]+|[*＊\s]+$/gu, "");
}

const ROWS_LOOKED_AT = 20;

/**
 * Which row of a file is its header, counted from 1: the first that is as wide as the file is and holds no number. Exports like to begin with a title
 * and the time they were made.
 */
export function headerRowOf(rows: readonly (readonly string[])[]): number {
  const looked = rows.slice(0, ROWS_LOOKED_AT);
  const filled = looked.map((row) => row.filter((cell) => cell.trim() !== "").length);
  const widest = usualWidth(
    looked.map(({ length }) => length),
    filled,
  );
  const found = looked.findIndex(
    (row, index) => (filled[index] ?? 0) >= Math.max(1, widest * 0.6) && !row.some((cell) => /^[-+¥￥$]?\d[\d.,:/ -]*$/u.test(cell.trim())),
  );
  return found === -1 ? 1 : found + 1;
}

/** As many cells as the fullest row has, of those as long as most rows are: one long row is a fault of the file, not its shape. */
function usualWidth(lengths: readonly number[], filled: readonly number[]): number {
  const times = (length: number): number => lengths.filter((one) => one === length).length;
  const usual = lengths.reduce((best, length) => (length > 1 && times(length) > times(best) ? length : best), lengths[0] ?? 0);
  const alike = filled.filter((_, index) => (lengths[index] ?? 0) <= usual);
  return (times(usual) > 2 ? alike : filled).reduce((most, count) => Math.max(most, count), 0);
}
