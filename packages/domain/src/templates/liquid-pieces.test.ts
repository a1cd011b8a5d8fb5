import fc from "fast-check";
import { expect, test } from "vitest";
import { lineFinder, liquidPieces, replaceLiquid } from "./liquid-pieces.ts";

const SLOW = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const texts = fc.array(fc.constantFrom("{{", "}}", "{%", "%}", "{", "}", "%", "a", "\n", " ")).map((parts) => parts.join(""));

test("pieces of Liquid are those that the pattern finds", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(liquidPieces(text)).toEqual([...text.matchAll(SLOW)].map((match) => ({ source: match[0], at: match.index })));
      expect(replaceLiquid(text, ({ at }) => `<${at}>`)).toBe(text.replaceAll(SLOW, (_all, at: number) => `<${at}>`));
    }),
  );
});

test("the line of a place counts the ends of lines before it", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const line = lineFinder(text);
      for (let at = 0; at <= text.length; at += 1) expect(line(at)).toBe(text.slice(0, at).split("\n").length);
    }),
  );
});

test("what is opened again and again and never closed is read to its end", () => {
  expect(liquidPieces("{{".repeat(1_000_000))).toEqual([]);
  expect(liquidPieces("{%{{".repeat(500_000))).toEqual([]);
});
