import { fieldView, NO_FIELD_RULES, NOTES_TRAIT, type FieldRules } from "@terrace/domain/access/field-view";
import { expect, test } from "vitest";
import { areNotesHidden, noteShown } from "./remark-picture.ts";

const privacy = { decryptPayload: (sealed: Uint8Array) => sealed };
const TEXT = "打 13812342046 找王太太";
const note = { noteId: "1", body: Buffer.from(TEXT), author: "li@example.com", createdAt: new Date(0) };
const seen = (rules: Partial<FieldRules>, mayUnmask = true) => {
  const view = fieldView({ ...NO_FIELD_RULES, ...rules }, mayUnmask);
  const { text, personal } = noteShown(privacy, note, view);
  return [text, personal, noteShown(privacy, note, view.unmasked()).text, areNotesHidden(view)];
};

test("a note follows the rules of a role: of its classes, and of notes as a whole, also after a reason was given", () => {
  expect(seen({})).toEqual(["打 138****2046 找王太太", true, TEXT, false]);
  expect(seen({}, false)).toEqual(["打 138****2046 找王太太", true, "打 138****2046 找王太太", false]);
  expect(seen({ classes: { phone: "hidden" } })).toEqual(["打 *** 找王太太", true, "打 *** 找王太太", false]);
  expect(seen({ classes: { phone: "clear" } })).toEqual([TEXT, false, TEXT, false]);
  expect(seen({ traits: { [NOTES_TRAIT]: "masked" } })).toEqual(["***", false, "***", false]);
  expect(seen({ traits: { [NOTES_TRAIT]: "hidden" } })).toEqual(["***", false, "***", true]);
});

test("whoever may not know names or addresses reads no free text, in which nobody can find them", () => {
  expect(seen({ classes: { name: "hidden" } })).toEqual(["***", false, "***", false]);
  expect(seen({ classes: { address: "hidden" } })).toEqual(["***", false, "***", false]);
});
