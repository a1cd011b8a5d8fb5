import { JOURNEY_MENDS } from "@terrace/domain/journeys/journey-faults";
import { expect, it } from "vitest";
import { journeyDraw as en } from "../../../app/locale/en/journey-draw.ts";
import { journeyDraw as zh } from "../../../app/locale/zh-cn/journey-draw.ts";

it.each([
  ["English", en],
  ["Chinese", zh],
] as const)("says in %s how each fault of a journey is put right, with values that the fault has", (_, texts) => {
  const told = Object.entries(texts).flatMap(([key, words]) => (key.startsWith("journeys.mend.") ? [[key.slice(14), words] as const] : []));
  expect(told.map(([mend]) => mend).toSorted()).toEqual(Object.keys(JOURNEY_MENDS).toSorted());
  const values = (words: string): readonly string[] => words.match(/\{\{\w+\}\}/g) ?? [];
  const strange = Object.entries(JOURNEY_MENDS).flatMap(([mend, english]) =>
    values(told.find(([key]) => key === mend)?.[1] ?? "").filter((value) => !english.includes(value)),
  );
  expect(strange).toEqual([]);
});
