import fc from "fast-check";
import { expect, test } from "vitest";
import { htmlPieces } from "./html-pieces.ts";
import { guardLiquid, placeOutputs, unclosedTags } from "./markup.ts";

const SLOW = /<!--[\s\S]*?-->|<(style|script)\b[\s\S]*?<\/\1\s*>|<\/?[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
const PARTS = ["<!--", "-->", "<style", "</style>", "<script>", "</script >", "<a", "<b", "</b", ">", '"', "'", " ", "x=", "/", "é", "<"];
const pages = fc.array(fc.constantFrom(...PARTS)).map((parts) => parts.join(""));
const place = { language: "en", path: "body" };

test("pieces of HTML are those that the pattern finds", () => {
  fc.assert(
    fc.property(pages, (html) => {
      expect(htmlPieces(html).map(({ source, at }) => ({ source, at }))).toEqual(
        [...html.matchAll(SLOW)].map((match) => ({ source: match[0], at: match.index })),
      );
    }),
  );
});

test.each(["<!--", "<style ", '<a "', "<a '", "<a x='\">", "</a", "{{", "{%", "lqqq", "a b=", "<a>", "</b>", "<i>\n", "</script"])(
  "what says %j again and again is read once",
  (part) => {
    const html = part.repeat(200_000 / part.length);
    const { text, tokens } = guardLiquid(`{{ one }}${html}`);
    placeOutputs(text, tokens, place);
    unclosedTags(text, place);
    placeOutputs(`<a ${"x".repeat(200_000)}${text}>`, tokens, place);
    expect(guardLiquid(`{{ a ${" ".repeat(200_000)} b }}`).tokens).toHaveLength(1);
  },
);
