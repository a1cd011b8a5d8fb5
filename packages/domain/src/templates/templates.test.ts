import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyContent, type TemplateSubstance } from "./content.ts";
import { diffLines, diffSubstances } from "./diff.ts";
import { chooseLanguage, languageOf } from "./language.ts";
import { isDangerous } from "./lint-content.ts";
import { slotsOf, withLeaves } from "./slots.ts";
import { expandSnippets, snippetsIn } from "./snippets.ts";
import { MESSAGE_CHANNELS } from "../messages/channel.ts";
import type { Json } from "../json.ts";

describe("languages", () => {
  test.each([
    [{ language: "zh_CN" }, "zh-cn"],
    [{ locale: "en-US" }, "en-us"],
    [{ locale: "en_GB.UTF-8" }, "en-gb"],
    [{ language: "中文" }, "zh-cn"],
    [{ language: " ", locale: "fr" }, "fr"],
    [{ language: 7 }, undefined],
    [{}, undefined],
  ])("traits %j tell %s", (traits, language) => expect(languageOf(traits)).toBe(language));

  test.each([
    [undefined, ["zh-cn", "en"], "en", "en"],
    ["zh-cn", ["zh-cn", "en"], "en", "zh-cn"],
    ["zh-tw", ["zh-hk", "zh-cn", "en"], "en", "zh-cn"],
    ["zh-tw", ["zh-hk", "zh-cn"], "zh-hk", "zh-hk"],
    ["en-us", ["zh-cn", "en"], "zh-cn", "en"],
    ["fr", ["zh-cn", "en"], "zh-cn", "zh-cn"],
  ])("%s of %j is %s", (wanted, present, fallback, chosen) => expect(chooseLanguage(wanted, present, fallback)).toBe(chosen));
});

describe("snippets", () => {
  const snippets = new Map([
    ["head", "H"],
    ["outer", '[{% render "head" %}]'],
    ["loop", '{% render "loop" %}'],
  ]);
  test("stand in their places, also in one another, and never in themselves", () => {
    expect(snippetsIn(`{%- render 'head' -%} {% render "outer" %} {% render "head" %}`)).toEqual(["head", "outer"]);
    expect(expandSnippets('a{% render "outer" %}b', snippets)).toEqual({ ok: true, value: "a[H]b" });
    expect(expandSnippets('{% render "loop" %}', snippets)).toMatchObject({ ok: false, fault: { code: "template.snippets_too_deep" } });
    expect(expandSnippets('{% render "gone" %}', snippets)).toMatchObject({
      fault: { code: "template.no_such_snippet", details: { snippet: "gone" } },
    });
  });
});

describe("what changed", () => {
  const line = fc.constantFrom("a", "b", "c");
  test("the lines that stayed and went are the text before, those that stayed and came the one after, and as many stay as can", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 7 }), fc.array(line, { maxLength: 7 }), (before, after) => {
        const lines = diffLines(before, after);
        const without = (gone: string) => lines.filter(({ kind }) => kind !== gone).map(({ text }) => text);
        expect(without("new")).toEqual(before);
        expect(without("gone")).toEqual(after);
        expect(lines.filter(({ kind }) => kind === "same")).toHaveLength(longestCommon(before, after));
      }),
    );
  });

  test("is told by language and place", () => {
    const base: TemplateSubstance = { purpose: "marketing", tags: [], transactional: false, defaultLanguage: "en", contents: {} };
    const sms = { channel: "sms", text: "a\nb", signature: "", providerTemplate: null } as const;
    expect(diffSubstances(base, base)).toEqual([]);
    expect(
      diffSubstances(
        { ...base, contents: { en: sms } },
        { ...base, transactional: true, contents: { en: { ...sms, text: "a\nc", signature: "s" } } },
      ),
    ).toMatchObject([
      { language: "", path: "transactional" },
      { language: "en", path: "content" },
      {
        language: "en",
        path: "text",
        lines: [
          { kind: "same", text: "a" },
          { kind: "gone", text: "b" },
          { kind: "new", text: "c" },
        ],
      },
    ]);
  });
});

/** The slow way: every choice of lines. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const [first, ...rest] = a;
  if (first === undefined || b.length === 0) return 0;
  const at = b.indexOf(first);
  return Math.max(longestCommon(rest, b), at === -1 ? 0 : 1 + longestCommon(rest, b.slice(at + 1)));
}

test("every channel begins with a content of its own", () => {
  for (const channel of MESSAGE_CHANNELS) expect(emptyContent(channel).channel).toBe(channel);
});

test("each text in the body of a webhook has a path of its own, by which it is replaced", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const body = JSON.parse(JSON.stringify(object)) as { [key: string]: Json };
      const slots = slotsOf({ channel: "webhook", method: "POST", url: "https://x.example.test", headers: [], body }).slice(1);
      expect(new Set(slots.map(({ path }) => path)).size).toBe(slots.length);
      expect(withLeaves(body, "body", new Map(slots.map(({ path, text }) => [path, text])))).toEqual(body);
    }),
  );
});

test.each(["javascript:x", " java\tscript:x", "DATA:text/html,x", "\u0000vbscript:x", "blob:x"])("%j would run", (address) =>
  expect(isDangerous(address)).toBe(true),
);
test.each(["https://x", "mailto:a@b", "/a?javascript:", "{{ event.url }}", "#top"])("%j would not", (address) =>
  expect(isDangerous(address)).toBe(false),
);
