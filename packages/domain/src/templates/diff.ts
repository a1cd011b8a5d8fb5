import { slotsOf } from "./slots.ts";
import type { TemplateSubstance } from "./content.ts";

/** A line of a text that changed: it is in both, or only in one. */
export type DiffLine = { readonly kind: "same" | "gone" | "new"; readonly text: string };
/** What differs in one place; `language` is empty for what holds in all. */
export type DiffPart = { readonly language: string; readonly path: string; readonly lines: readonly DiffLine[] };

/** Beyond this many lines on a side a text is told as one that was replaced. */
const LINES_MAX = 1_500;

/** What differs between two versions, by language and place. */
export function diffSubstances(before: TemplateSubstance, after: TemplateSubstance): readonly DiffPart[] {
  const [old, fresh] = [textsOf(before), textsOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((place) => {
    const [was, is] = [old.get(place)?.text ?? "", fresh.get(place)?.text ?? ""];
    const { language, path } = fresh.get(place) ?? old.get(place) ?? { language: "", path: place };
    return was === is ? [] : [{ language, path, lines: diffLines(linesOf(was), linesOf(is)) }];
  });
}

type Placed = { readonly language: string; readonly path: string; readonly text: string };

function textsOf({ purpose, tags, transactional, defaultLanguage, contents }: TemplateSubstance): ReadonlyMap<string, Placed> {
  const whole = { purpose, tags: tags.join("\n"), transactional: String(transactional), defaultLanguage };
  const placed: Placed[] = Object.entries(whole).map(([path, text]) => ({ language: "", path, text }));
  for (const [language, content] of Object.entries(contents)) {
    placed.push({ language, path: "content", text: JSON.stringify(content, withoutTexts) });
    for (const { path, text } of slotsOf(content)) placed.push({ language, path, text });
  }
  return new Map(placed.map((one) => [`${one.language} ${one.path}`, one]));
}

/** What a content says beside its Liquid: templates of providers, forms, names. */
function withoutTexts(key: string, value: unknown): unknown {
  return ["subject", "preheader", "text", "title", "imageUrl", "link", "label", "url", "value", "page", "body"].includes(key)
    ? undefined
    : value;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}

const gone = (text: string): DiffLine => ({ kind: "gone", text });
const fresh = (text: string): DiffLine => ({ kind: "new", text });

/** The shortest way from some lines to others, by their longest common sequence. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length > LINES_MAX || after.length > LINES_MAX) return [...before.map(gone), ...after.map(fresh)];
  const longest = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  for (let [was, is] = [before[i], after[j]]; was !== undefined && is !== undefined; [was, is] = [before[i], after[j]])
    if (was === is) {
      lines.push({ kind: "same", text: was });
      i += 1;
      j += 1;
    } else if (longest(i + 1, j) >= longest(i, j + 1)) {
      lines.push(gone(was));
      i += 1;
    } else {
      lines.push(fresh(is));
      j += 1;
    }
  return [...lines, ...before.slice(i).map(gone), ...after.slice(j).map(fresh)];
}

/** How many lines the ends of two texts have in common, from a line of each on. */
function commonLengths(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const longest = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      common[i * width + j] = before[i] === after[j] ? longest(i + 1, j + 1) + 1 : Math.max(longest(i + 1, j), longest(i, j + 1));
  return longest;
}
