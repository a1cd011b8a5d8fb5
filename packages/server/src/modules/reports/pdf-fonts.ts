import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Noto Sans SC comes in a hundred parts, each with some of the characters, so that a document holds only the parts it uses. Parts are read when the first
 * report needs them, and kept.
 */
const NAME = "noto-sans-sc";
const STYLE = "400-normal.woff";
/** Characters that no part has are drawn as this one. */
const UNKNOWN = "□";

type Part = { readonly name: string; readonly ranges: readonly (readonly [number, number])[] };

let parts: readonly Part[] | undefined;
const fonts = new Map<string, Buffer>();
const partOf = new Map<number, string | undefined>();

/** A text as runs of characters that stand in one part of the font. */
export function splitByFont(text: string): readonly { readonly part: string; readonly run: string }[] {
  const runs: { part: string; run: string }[] = [];
  for (const character of text) {
    const known = findPart(character.codePointAt(0) ?? 0);
    const [part, drawn] = known === undefined ? [findPart(UNKNOWN.codePointAt(0) ?? 0), UNKNOWN] : [known, character];
    if (part === undefined) continue;
    const last = runs.at(-1);
    if (last?.part === part) last.run += drawn;
    else runs.push({ part, run: drawn });
  }
  return runs;
}

function findPart(point: number): string | undefined {
  if (partOf.has(point)) return partOf.get(point);
  parts ??= readParts();
  const found = parts.find(({ ranges }) => ranges.some(([first, last]) => point >= first && point <= last))?.name;
  partOf.set(point, found);
  return found;
}

/** The font with one of the parts, as a file of WOFF. */
export function fontOf(part: string): Buffer {
  const known = fonts.get(part);
  if (known !== undefined) return known;
  const font = readFileSync(join(folder(), "files", `${NAME}-${part}-${STYLE}`));
  fonts.set(part, font);
  return font;
}

function folder(): string {
  return dirname(createRequire(import.meta.url).resolve(`@fontsource/${NAME}/package.json`));
}

/** Latin first: it has the digits and signs that parts of Chinese have, too. */
function readParts(): readonly Part[] {
  const read = JSON.parse(readFileSync(join(folder(), "unicode.json"), "utf8")) as Readonly<Record<string, string>>;
  const all = Object.entries(read).map(([name, ranges]) => ({
    name: name.replace(/^\[|\]$/g, ""),
    ranges: ranges.split(",").map(readRange),
  }));
  return all.toSorted((a, b) => Number(b.name === "latin") - Number(a.name === "latin"));
}

function readRange(text: string): readonly [number, number] {
  const [first = "0", last = first] = text.replace(/^U\+/i, "").split("-");
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}
