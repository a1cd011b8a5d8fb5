import { expect, test } from "vitest";
import { drawCode, landingWith, readCode } from "./code.ts";

test("codes are drawn evenly from letters that do not look alike", () => {
  let at = 0;
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => at++ % 256);
  const codes = Array.from({ length: 400 }, () => drawCode(bytes));
  expect(codes.every((code) => /^[2-9a-hj-km-np-z]{9}$/.test(code))).toBe(true);
  const counts = [...Map.groupBy([...codes.join("")], (letter) => letter).values()].map((own) => own.length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(20);
});

test("a code is read whatever its case; what cannot be one is not looked for", () => {
  expect(readCode(" Summer-26 ")).toBe("summer-26");
  for (const text of ["", "abc", "-abc", "a b c", "码码码码", "x".repeat(33)]) expect(readCode(text)).toBeUndefined();
});

test("a link leads to the landing page and nowhere else", () => {
  expect(landingWith("https://shop.test/new?a=1#top", "ref", "abcd")).toBe("https://shop.test/new?a=1&ref=abcd#top");
  expect(landingWith("https://shop.test/?ref=x", "ref", "abcd")).toBe("https://shop.test/?ref=abcd");
  expect(landingWith("https://shop.test/?a=1", "ref", undefined)).toBe("https://shop.test/?a=1");
});
