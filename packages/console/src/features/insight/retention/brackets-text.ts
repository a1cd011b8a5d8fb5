export type Bracket = { readonly first: number; readonly last: number };

export const USUAL_BRACKETS: readonly Bracket[] = [
  { first: 1, last: 1 },
  { first: 2, last: 3 },
  { first: 4, last: 7 },
  { first: 8, last: 14 },
  { first: 15, last: 30 },
];

/** Brackets as they are typed: `1, 2-3, 4-7`. */
export function writeBrackets(brackets: readonly Bracket[]): string {
  return brackets.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(", ");
}

/** Reads typed brackets; undefined while they are not right: numbers from 1 on, each after the one before. */
export function readBrackets(text: string): Bracket[] | undefined {
  const parts = text.split(/[,，、;\s]+/).filter((part) => part !== "");
  const brackets = parts.map((part) => {
    const match = /^(\d{1,3})(?:[-–~](\d{1,3}))?$/.exec(part);
    const first = Number(match?.[1]);
    return { first, last: match?.[2] === undefined ? first : Number(match[2]) };
  });
  const right = brackets.every(({ first, last }, at) => first >= 1 && last >= first && first > (brackets[at - 1]?.last ?? 0));
  return brackets.length > 0 && right ? brackets : undefined;
}
