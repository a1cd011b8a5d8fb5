import { CHECKS, OUTCOMES } from "@terrace/contract/api/doctor";
import { expect, test } from "vitest";
import { en } from "../../app/locale/en.ts";
import { zhCn } from "../../app/locale/zh-cn.ts";

test("every check and every outcome has its words in both languages, with the same figures", () => {
  const keys = [
    ...CHECKS.flatMap((check) => ["check", "about"].map((kind) => `doctor.${kind}.${check.replaceAll(" ", "_")}`)),
    ...OUTCOMES.map((outcome) => `doctor.found.${outcome}`),
  ];
  const wordsOf = (texts: object): ReadonlyMap<string, string> => new Map(Object.entries(texts));
  const [english, chinese] = [wordsOf(en), wordsOf(zhCn)];
  const figuresIn = (words: string | undefined) => [...(words ?? "").matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted();
  for (const key of keys) {
    expect(english.get(key), key).toMatch(/\S/);
    expect(chinese.get(key), key).toMatch(/\S/);
    expect(figuresIn(chinese.get(key)), key).toEqual(figuresIn(english.get(key)));
  }
});
