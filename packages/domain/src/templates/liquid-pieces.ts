/** A piece of Liquid in a text: an output or a tag, with where it stands. */
export type LiquidPiece = { readonly source: string; readonly at: number };

const CLOSINGS = { "{{": "}}", "{%": "%}" } as const;

/** The outputs and tags of a text, in order. It is read forward once, whatever is not closed. */
export function liquidPieces(text: string): readonly LiquidPiece[] {
  const found: LiquidPiece[] = [];
  const next = { "{{": text.indexOf("{{"), "{%": text.indexOf("{%") };
  let from = 0;
  for (;;) {
    for (const opening of ["{{", "{%"] as const)
      if (next[opening] !== -1 && next[opening] < from) next[opening] = text.indexOf(opening, from);
    const opening = next["{%"] === -1 || (next["{{"] !== -1 && next["{{"] < next["{%"]) ? "{{" : "{%";
    const at = next[opening];
    if (at === -1) return found;
    const end = text.indexOf(CLOSINGS[opening], at + 2);
    // Nothing of this kind is closed from here on.
    if (end === -1) {
      next[opening] = -1;
      continue;
    }
    found.push({ source: text.slice(at, end + 2), at });
    from = end + 2;
  }
}

/** The text with something else, or nothing, in the place of each piece of Liquid. */
export function replaceLiquid(text: string, by: (piece: LiquidPiece) => string): string {
  const parts: string[] = [];
  let from = 0;
  for (const piece of liquidPieces(text)) {
    parts.push(text.slice(from, piece.at), by(piece));
    from = piece.at + piece.source.length;
  }
  return parts.join("") + text.slice(from);
}

/** Tells the number of the line of places in a text, from 1. */
export function lineFinder(text: string): (index: number) => number {
  const ends: number[] = [];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) ends.push(at);
  return (index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? index) < index) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
