import { createTagRule } from "@terrace/contract/api/tag-rules";
import { expect, test } from "vitest";
import { bodyOf, draftOf, newTagRule } from "./tag-rule-draft.ts";

const rule = { tag: "VIP", has: true } as const;

test("a rule is sent once it has a tag and a whole condition; without a name it is called as its tag", () => {
  expect(bodyOf(newTagRule())).toBeUndefined();
  expect(bodyOf({ ...newTagRule(), tag: "a" })).toBeUndefined();
  expect(bodyOf({ ...newTagRule(), tag: "a", rule: { tag: "", has: true } })).toBeUndefined();
  const body = bodyOf({ ...newTagRule(), tag: " regular ", rule });
  expect(body).toEqual({ tag: "regular", name: "regular", rule, keep: "while" });
  expect(createTagRule.body.safeParse(body).success).toBe(true);
});

test("days are a whole number within what can be kept", () => {
  const draft = { ...newTagRule(), tag: "a", rule, keep: "days" as const };
  expect(bodyOf({ ...draft, days: 7 })?.keep).toEqual({ days: 7 });
  for (const days of [null, 0, 1.5, 3_661]) expect(bodyOf({ ...draft, days })).toBeUndefined();
  expect(bodyOf({ ...draft, keep: "forever", days: null })?.keep).toBe("forever");
});

test("a rule that was not changed is sent as it is", () => {
  for (const keep of ["while", "forever", { days: 90 }] as const)
    expect(bodyOf(draftOf({ tag: "t", name: "n", rule, keep }))).toEqual({ tag: "t", name: "n", rule, keep });
});
