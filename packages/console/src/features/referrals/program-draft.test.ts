import { expect, test } from "vitest";
import { bodyOf, draftOf, newProgram } from "./program-draft.ts";

const whole = { ...newProgram(), name: " Friends ", landing: "https://shop.test/new" };

test("a program is sent once its name, landing page and conversion are there", () => {
  expect(bodyOf(newProgram())).toBeUndefined();
  expect(bodyOf(whole)).toMatchObject({ name: "Friends", whoInvites: "everyone", conversion: { event: "Order Completed" }, bindBy: null });
  for (const gap of [
    { landing: "shop.test" },
    { landing: "javascript:alert(1)" },
    { event: "" },
    { who: "segment" as const },
    { bindWithinDays: null },
    { bindEvent: "Signed Up" },
  ])
    expect(bodyOf({ ...whole, ...gap })).toBeUndefined();
});

test("what was sent is what is shown to be changed", () => {
  const draft = { ...whole, name: "Friends", who: "segment" as const, segment: "7", bindEvent: "Signed Up", bindProperty: "by" };
  const body = bodyOf(draft);
  const program = {
    ...newProgram(),
    ...body,
    id: "1",
    archivedAt: null,
    createdAt: "",
    createdBy: "",
    codes: 0,
    bound: 0,
    converted: 0,
  };
  expect(draftOf(program as Parameters<typeof draftOf>[0])).toEqual(draft);
});
