import { expect, test } from "vitest";
import type { EvidenceClass, EvidenceField } from "./evidence.ts";
import { guardedAfter, withGuards } from "./guarded-fields.ts";

const field = (key: string, personal: EvidenceClass | null): EvidenceField => ({
  key,
  name: { zh: key, en: key },
  type: "text",
  required: false,
  choices: [],
  personal,
});
const classes = (fields: readonly EvidenceField[]) => fields.map(({ key, personal }) => [key, personal]);

test("a field that was personal stays so for what was given, one that was taken away is as a whole", () => {
  const before = [field("holder", "name"), field("school", null), field("about", null)];
  const after = [field("holder", null), field("about", null)];
  const guarded = guardedAfter({}, before, after);
  expect(guarded).toEqual({ holder: "name", school: "marked" });
  const back = [field("holder", null), field("school", null), field("about", null)];
  expect(classes(withGuards(back, guardedAfter(guarded, after, back)))).toEqual([
    ["holder", "name"],
    ["school", "marked"],
    ["about", null],
  ]);
});

test("a stricter word counts from when it is said", () => {
  expect(classes(withGuards([field("holder", "marked")], { holder: "name" }))).toEqual([["holder", "marked"]]);
  expect(guardedAfter({ holder: "name" }, [field("holder", "marked")], [field("holder", null)])).toEqual({ holder: "marked" });
});
