import { fail, ok, type Result } from "../result.ts";

/** Shared parts of contents by their key, e.g. a footer; the text of a language, else of the default one. */
export type Snippets = ReadonlyMap<string, string>;

const USE = /\{%-?\s*render\s+(["'])([a-z][a-z0-9_-]{0,39})\1\s*-?%\}/g;
const DEEP_MAX = 3;
export const EXPANDED_MAX = 500_000;

/** Keys of the snippets that a text names, each once, in order. */
export function snippetsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(USE)].map((match) => match[2] ?? ""))];
}

/** The text with snippets in their places, as deep as three. Fails with `template.no_such_snippet`, `template.snippets_too_deep` or `template.too_long`. */
export function expandSnippets(text: string, snippets: Snippets, deep = 0): Result<string> {
  const named = snippetsIn(text);
  if (named.length === 0) return ok(text);
  if (deep >= DEEP_MAX) return fail("template.snippets_too_deep", { mend: "A snippet may name others up to three deep" });
  const whole = new Map<string, string>();
  for (const key of named) {
    const found = snippets.get(key);
    if (found === undefined)
      return fail("template.no_such_snippet", { mend: "Make the snippet, or take its name out", details: { snippet: key } });
    const inner = expandSnippets(found, snippets, deep + 1);
    if (!inner.ok) return inner;
    whole.set(key, inner.value);
  }
  // Summed before it is built: short names may stand for more than there is room.
  let length = text.length;
  for (const [name, , key = ""] of text.matchAll(USE)) length += (whole.get(key)?.length ?? 0) - name.length;
  if (length > EXPANDED_MAX)
    return fail("template.too_long", { mend: `A content with its snippets has at most ${EXPANDED_MAX} characters` });
  return ok(text.replaceAll(USE, (_all, _quote, key: string) => whole.get(key) ?? ""));
}
