import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { expect, test } from "vitest";
import { displayOf } from "./field-display.ts";

const PHONE = `~phone.${"a".repeat(22)}`;
const EMAIL = `~email.${"b".repeat(22)}`;
const opened = new Map([
  [PHONE, "13800138000"],
  [EMAIL, "li@example.com"],
]);

test("a role sees hidden fields nowhere, masked ones covered, clear ones as they are", () => {
  const view = fieldView(
    {
      classes: { phone: "hidden", email: "clear" },
      traits: { salary: "hidden", city: "masked", hotline: "masked" },
      properties: { salary: "masked" },
    },
    true,
  );
  const { field, text } = displayOf(view, opened);
  expect(field("trait", "mobile", PHONE)).toBeUndefined();
  expect(field("trait", "hotline", PHONE)).toBe("138****8000");
  expect(field("trait", "mail", [EMAIL, { other: `call ${PHONE}` }])).toEqual(["li@example.com", { other: "call ***" }]);
  expect(field("trait", "salary", 9000)).toBeUndefined();
  expect(field("property", "salary", { amount: 9000 })).toBe("***");
  expect(field("trait", "city", "杭州")).toBe("***");
  expect(field("property", "city", "杭州")).toBe("杭州");
  expect([text("phone", PHONE), text("email", EMAIL)]).toEqual(["***", "li@example.com"]);
});

test("without rules personal values are masked, and clear after a reason for who may unmask", () => {
  const shown = (mayUnmask: boolean, unmasked: boolean) => {
    const view = fieldView(NO_FIELD_RULES, mayUnmask);
    return displayOf(unmasked ? view.unmasked() : view, opened).field("trait", "mobile", PHONE);
  };
  expect([shown(true, false), shown(true, true), shown(false, true)]).toEqual(["138****8000", "13800138000", "138****8000"]);
});
