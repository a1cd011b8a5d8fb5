import { putVerificationKind } from "@terrace/contract/api/verifications";
import { expect, test } from "vitest";
import { bodyOf, draftOf, gapsOf, newKind, withChanged, withField, withoutField, type KindDraft } from "./kind-draft.ts";

const filled: KindDraft = withChanged(
  { ...newKind(), name: { zh: "专家", en: "Expert" }, label: { zh: "专", en: "Pro" }, tag: " 专家 " },
  0,
  { name: { zh: "单位", en: "Employer" } },
);

test("a new kind lacks its names and its tag; a filled one is what the server takes", () => {
  expect(gapsOf(newKind())).toEqual(["name", "label", "tag", "field"]);
  const body = bodyOf(filled);
  expect(putVerificationKind.body.safeParse(body).success).toBe(true);
  expect(body).toMatchObject({ tag: "专家", validDays: 365, eligibility: null, fields: [{ key: "field_1", choices: [] }] });
});

test("a choice needs choices, keys differ, days are whole, and a condition is finished", () => {
  expect(gapsOf(withChanged(filled, 0, { type: "choice" }))).toEqual(["choices"]);
  expect(bodyOf(withChanged(filled, 0, { type: "choice", choices: "a\n\n a \nb" }))?.fields[0]?.choices).toEqual(["a", "b"]);
  const two = withChanged(withField(filled), 1, { key: "field_1", name: { zh: "x", en: "x" } });
  expect(gapsOf(two)).toEqual(["keys"]);
  expect(gapsOf(withoutField(two, 1))).toEqual([]);
  expect(gapsOf({ ...filled, days: 0 })).toEqual(["days"]);
  expect(bodyOf({ ...filled, days: 0, ends: false })?.validDays).toBeNull();
  expect(gapsOf({ ...filled, limited: true })).toEqual(["rule"]);
});

test("a kind there is comes back as it was", () => {
  const body = bodyOf(withChanged(filled, 0, { type: "choice", choices: "a\nb", personal: "address" }));
  if (body === undefined) throw new Error("nothing is missing");
  const kind = { ...putVerificationKind.body.parse(body), key: "expert", waiting: 0, verified: 0, createdAt: "", createdBy: "" };
  expect(bodyOf(draftOf(kind))).toEqual(body);
});
