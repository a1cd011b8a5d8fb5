/** A tag with its attributes, a comment, or an element whose content is no markup. */
export type HtmlPiece = { readonly kind: "comment" | "raw" | "tag"; readonly source: string; readonly at: number };

const BEGINNING = /<!--|<(style|script)\b|<\/?[a-z]/gi;

/** The comments, tags, styles and scripts of HTML, in order. It is read once forward and once backward, whatever is not closed. */
export function htmlPieces(html: string): readonly HtmlPiece[] {
  const endOf = endsOf(html);
  const found: HtmlPiece[] = [];
  let from = 0;
  for (const match of html.matchAll(BEGINNING)) {
    const at = match.index;
    const piece = at < from ? undefined : endOf(at, match[1]?.toLowerCase() ?? match[0]);
    if (piece === undefined) continue;
    found.push({ kind: piece.kind, source: html.slice(at, piece.end), at });
    from = piece.end;
  }
  return found;
}

type End = { readonly kind: HtmlPiece["kind"]; readonly end: number };

/** Tells what begins at a place, and where it ends; the places rise. */
function endsOf(html: string): (at: number, beginning: string) => End | undefined {
  const tags = tagEnds(html);
  const raw = { style: rawEnds(html, "style"), script: rawEnds(html, "script") };
  const lastComment = html.lastIndexOf("-->");
  return (at, beginning) => {
    if (beginning === "<!--") return at + 4 <= lastComment ? { kind: "comment", end: html.indexOf("-->", at + 4) + 3 } : undefined;
    const rawEnd = beginning === "style" || beginning === "script" ? raw[beginning](at) : -1;
    if (rawEnd !== -1) return { kind: "raw", end: rawEnd };
    const tagEnd = tags[at] ?? -1;
    return tagEnd === -1 ? undefined : { kind: "tag", end: tagEnd + 1 };
  };
}

/** For every place outside of quotes, where the next `>` outside of quotes is; −1 where there is none. */
function tagEnds(html: string): Int32Array {
  const outside = new Int32Array(html.length + 1).fill(-1);
  let [inDouble, inSingle] = [-1, -1];
  for (let at = html.length - 1; at >= 0; at -= 1) {
    const sign = html[at];
    const after = outside[at + 1] ?? -1;
    outside[at] = sign === ">" ? at : sign === '"' ? inDouble : sign === "'" ? inSingle : after;
    if (sign === '"') inDouble = after;
    if (sign === "'") inSingle = after;
  }
  return outside;
}

/** For a rising place, where the element that begins there ends; −1 where it does not. */
function rawEnds(html: string, name: "style" | "script"): (at: number) => number {
  const ends = [...html.matchAll(name === "style" ? /<\/style\s*>/gi : /<\/script\s*>/gi)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
  }));
  let next = 0;
  return (at) => {
    while (next < ends.length && (ends[next]?.at ?? 0) < at) next += 1;
    return ends[next]?.end ?? -1;
  };
}
