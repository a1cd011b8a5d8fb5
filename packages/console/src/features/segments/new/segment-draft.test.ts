import { expect, test } from "vitest";
import { bodyOf, newDraft, questionOf } from "./segment-draft.ts";

const rule = { tag: "VIP", has: true } as const;

test("a segment is sent as its kind, once it has a name and everything is chosen", () => {
  const draft = newDraft();
  expect(bodyOf({ ...draft, rule })).toBeUndefined();
  expect(bodyOf({ ...draft, name: " VIP ", rule })).toEqual({ name: "VIP", rule });
  expect(bodyOf({ ...draft, name: "VIP", rule: { tag: "", has: true } })).toBeUndefined();
  expect(bodyOf({ ...draft, kind: "list", name: "L", ids: { identity: "email", typed: "a@b.c\na@b.c" } })).toEqual({
    name: "L",
    list: { identity: "email", values: ["a@b.c"] },
  });
  const combination = { op: "except", of: ["1", "2"] } as const;
  expect(bodyOf({ ...draft, kind: "combination", name: "C", combination })).toEqual({ name: "C", combination });
});

test("only what can be evaluated is estimated", () => {
  expect(questionOf(newDraft())).toBeUndefined();
  expect(questionOf({ ...newDraft(), rule })).toEqual({ rule });
  expect(questionOf({ ...newDraft(), kind: "combination", combination: { op: "union", of: ["1"] } })).toBeUndefined();
  expect(questionOf({ ...newDraft(), kind: "list", rule })).toBeUndefined();
});
