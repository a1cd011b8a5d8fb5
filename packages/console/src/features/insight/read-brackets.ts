/** Rising numbers from a text such as `0, 1, 5, 10`; undefined when it is not that. */
export function readBrackets(typed: string): number[] | undefined {
  const values = typed
    .split(/[\s,，、;；]+/)
    .filter((part) => part !== "")
    .map(Number);
  const rising = values.every((value, i) => Number.isFinite(value) && (i === 0 || value > (values[i - 1] ?? 0)));
  return values.length > 0 && rising ? values : undefined;
}
