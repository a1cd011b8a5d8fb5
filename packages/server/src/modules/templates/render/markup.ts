import { finding, type Finding, type Place } from "@terrace/domain/templates/finding";
import { lineFinder, replaceLiquid } from "@terrace/domain/templates/liquid-pieces";
import { htmlPieces } from "./html-pieces.ts";

/** A text whose Liquid has names in its place, so that what reads markup meets nothing strange. */
export type Guarded = { readonly text: string; readonly tokens: readonly GuardedToken[] };
export type GuardedToken = { readonly name: string; readonly source: string; readonly line: number };

const LINK_ATTRIBUTES = new Set(["href", "src", "background", "action"]);

/** Puts names in the place of all Liquid. */
export function guardLiquid(text: string): Guarded {
  const longest = (text.match(/lq+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 1);
  const mark = `l${"q".repeat(longest)}`;
  const line = lineFinder(text);
  const tokens: GuardedToken[] = [];
  const guarded = replaceLiquid(text, ({ source, at }) => {
    const name = `${mark}${tokens.length}x`;
    tokens.push({ name, source, line: line(at) });
    return name;
  });
  return { text: guarded, tokens };
}

/** Puts the Liquid back. Whatever else looks like Liquid by now is words. */
export function restoreLiquid(text: string, tokens: readonly GuardedToken[]): string {
  const sources = new Map(tokens.map(({ name, source }) => [name, source]));
  const plain = text.replaceAll(/\{\{|\{%/g, (opening) => `{% raw %}${opening}{% endraw %}`);
  if (tokens.length === 0) return plain;
  const mark = /^[a-z]+/.exec(tokens[0]?.name ?? "")?.[0] ?? "";
  return plain.replaceAll(new RegExp(`${mark}\\d+x`, "g"), (name) => sources.get(name) ?? name);
}

type Read = { readonly tokens: readonly GuardedToken[]; readonly findings: readonly Finding[] };

/**
 * Looks at where outputs stand in finished HTML: those that are a part of an address are encoded as such; those where escaping does not help
 * (bare in a tag, in styles and scripts) are found.
 */
export function placeOutputs(html: string, tokens: readonly GuardedToken[], place: Place): Read {
  const inLinks = new Set<string>();
  const unsafe = new Set<string>();
  const byName = new Map(tokens.filter(({ source }) => source.startsWith("{{")).map((token) => [token.name, token]));
  const mark = /^[a-z]+/.exec(tokens[0]?.name ?? "")?.[0];
  if (mark === undefined) return { tokens, findings: [] };
  const NAME = new RegExp(`${mark}\\d+x`, "g");
  const namesIn = (text: string): readonly string[] => text.match(NAME)?.filter((name) => byName.has(name)) ?? [];
  for (const { kind, source: tag } of htmlPieces(html)) {
    if (kind === "comment") continue;
    if (kind === "raw") {
      for (const name of namesIn(tag)) unsafe.add(name);
      continue;
    }
    const bare = tag.replaceAll(/(?<![\w:-])([\w:-]+)\s*=\s*("[^"]*"|'[^']*')/g, (_all, attribute: string, quoted: string) => {
      const value = quoted.slice(1, -1);
      if (isRisky(attribute)) for (const name of namesIn(value)) unsafe.add(name);
      if (LINK_ATTRIBUTES.has(attribute.toLowerCase()))
        for (const name of namesIn(value)) if (!value.trimStart().startsWith(name)) inLinks.add(name);
      return "";
    });
    for (const name of namesIn(bare)) unsafe.add(name);
  }
  return {
    tokens: tokens.map((token) => (inLinks.has(token.name) ? { ...token, source: encoded(token.source) } : token)),
    findings: [...unsafe].map((name) =>
      finding("unsafe_place", place, byName.get(name)?.line ?? null, { tag: byName.get(name)?.source ?? "" }),
    ),
  };
}

function isRisky(attribute: string): boolean {
  return /^(?:style|srcdoc|on.*)$/i.test(attribute);
}

function encoded(source: string): string {
  return /\|\s*(?:url_encode|in_link)\s*-?\}\}$/.test(source)
    ? source
    : `${source.slice(0, source.endsWith("-}}") ? -3 : -2).trimEnd()} | in_link ${source.endsWith("-}}") ? "-" : ""}}}`;
}

/** Elements whose end may be left out, or that have none; all others are closed. */
const OPEN_ENDED = new Set(
  "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody tfoot option html head body o v".split(
    " ",
  ),
);

/** Tags that are not closed, or close what is not open. `text` is guarded. */
export function unclosedTags(text: string, place: Place): readonly Finding[] {
  const open: { readonly name: string; readonly line: number }[] = [];
  const openOf = new Map<string, number>();
  const found: Finding[] = [];
  const lineOf = lineFinder(text);
  for (const { name, isClosing, at } of closedTags(text)) {
    const line = lineOf(at);
    if (!isClosing) {
      open.push({ name, line });
      openOf.set(name, (openOf.get(name) ?? 0) + 1);
      continue;
    }
    if ((openOf.get(name) ?? 0) === 0) {
      found.push(finding("unclosed_tag", place, line, { tag: `</${name}>` }));
      continue;
    }
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      openOf.set(last.name, (openOf.get(last.name) ?? 1) - 1);
      if (last.name === name) break;
      found.push(finding("unclosed_tag", place, last.line, { tag: `<${last.name}>` }));
    }
  }
  return [...found, ...open.map((one) => finding("unclosed_tag", place, one.line, { tag: `<${one.name}>` }))];
}

/** Tags of elements that are closed by a tag of their own. */
function closedTags(text: string): readonly { readonly name: string; readonly isClosing: boolean; readonly at: number }[] {
  return htmlPieces(text).flatMap(({ kind, source, at }) => {
    const [head = "", slash, name = ""] = (kind === "tag" ? /^<(\/?)([a-z][\w-]*)/i.exec(source) : null) ?? [];
    const key = name.toLowerCase();
    const isWhole = key === "" || OPEN_ENDED.has(key) || source.slice(head.length, -1).trimEnd().endsWith("/");
    return isWhole ? [] : [{ name: key, isClosing: slash === "/", at }];
  });
}
