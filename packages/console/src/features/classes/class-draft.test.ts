import { putClass } from "@terrace/contract/api/classes";
import { expect, test } from "vitest";
import { bodyOf, canMove, canTakeRest, draftOf, gapOf, moved, newClass, withChanged, withoutValue, withValue } from "./class-draft.ts";

const vip = { tag: "VIP", has: true } as const;
const given = {
  name: "Layer",
  values: [
    { value: "high", name: "High", rule: vip },
    { value: "mid", name: "Middle", rule: { tag: "regular", has: true } as const },
    { value: "low", name: "Low", rule: null },
  ],
};

test("a class that was not changed is sent as it is, and the contract takes it", () => {
  const body = bodyOf(draftOf(given));
  expect(body).toEqual(given);
  expect(putClass.body.safeParse(body).success).toBe(true);
});

test("another value stands before the one that takes the rest, under a key of its own", () => {
  const draft = withValue(draftOf(given));
  expect(draft.values.map(({ value }) => value)).toEqual(["high", "mid", "value_4", "low"]);
  expect(bodyOf(draft)).toBeUndefined();
  const named = withChanged(draft, draft.values[2]?.id ?? -1, { name: "New", rule: vip });
  expect(bodyOf(named)?.values[2]).toEqual({ value: "value_4", name: "New", rule: vip });
  const again = withValue(withoutValue(named, 0));
  expect(new Set(again.values.map(({ value }) => value)).size).toBe(again.values.length);
  expect(new Set(again.values.map(({ id }) => id)).size).toBe(again.values.length);
});

test("values change places, but the one that takes the rest stays last", () => {
  const draft = draftOf(given);
  expect(moved(draft, 0, 1).values.map(({ value }) => value)).toEqual(["mid", "high", "low"]);
  expect(canMove(draft, 1, 1)).toBe(false);
  expect(moved(draft, 2, -1)).toBe(draft);
  expect(canMove(draft, 0, -1)).toBe(false);
  expect([0, 1, 2].map((at) => canTakeRest(draft, at))).toEqual([false, false, true]);
  expect(canTakeRest(newClass(), 0)).toBe(false);
});

test("what is missing of a value is named, and nothing is sent before", () => {
  const draft = draftOf(given);
  const gap = (change: Parameters<typeof withChanged>[2]) => {
    const next = withChanged(draft, 1, change);
    expect(bodyOf(next)).toBeUndefined();
    return next.values.map((each) => gapOf(next, each)).filter((each) => each !== undefined)[0];
  };
  expect(gap({ name: " " })).toBe("name");
  expect(gap({ value: "Mid" })).toBe("key");
  expect(gap({ value: "high" })).toBe("twice");
  expect(gap({ rule: undefined })).toBe("rule");
  expect(gap({ rule: { tag: "", has: true } })).toBe("rule");
  expect(bodyOf({ ...draft, name: " " })).toBeUndefined();
  expect(bodyOf({ name: "x", values: [] })).toBeUndefined();
});
