/** Which beginnings of brackets a route takes, in the unit in which they are typed. */
export type BracketLimits = { readonly least: number; readonly most: number; readonly count: number };

/** Beginnings of lengths of time that routes take, told in units of so many seconds. */
export function durationLimits(unitSeconds: number): BracketLimits {
  return { least: 0, most: Math.floor(1e9 / unitSeconds), count: 60 };
}

/** Rising numbers from a text such as `0, 1, 5, 10`; undefined when it is not that, or beyond the limits. */
export function readBrackets(typed: string, { least, most, count }: BracketLimits): number[] | undefined {
  const values = typed
    .split(/[\s,，、;；]+/)
    .filter((part) => part !== "")
    .map(Number);
  const right = values.every((value, i) => value >= least && value <= most && (i === 0 || value > (values[i - 1] ?? 0)));
  return values.length > 0 && values.length <= count && right ? values : undefined;
}
