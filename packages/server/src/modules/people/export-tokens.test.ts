import { fieldView, type FieldRules, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { expect, test } from "vitest";
import { tokensOf } from "./export-tokens.ts";
import { type ExportedPage } from "./exported-page.ts";
import { WHOLE_PERSON } from "./people-export.ts";
import { type PersonParts } from "./exported-page.ts";

const token = (personalClass: string, letter: string): string => `~${personalClass}.${letter.repeat(22)}`;
const [NAME, PHONE, EMAIL, MARKED, NESTED] = [
  token("name", "a"),
  token("phone", "b"),
  token("email", "c"),
  token("marked", "d"),
  token("ip", "e"),
];
const id = (kind: "user_id" | "phone" | "email", value: string, personalClass: string) =>
  ({ originId: "1", personId: "1", kind, value, class: personalClass }) as const;
const PAGE: ExportedPage = {
  rows: [id("user_id", "u1", ""), id("phone", PHONE, "phone"), id("email", EMAIL, "email")],
  people: [
    {
      head: { personId: "1", identified: true, idsCount: 3, firstSeenMs: 0, lastSeenMs: 0 },
      traits: { name: NAME, phone: PHONE, email: EMAIL, secret: MARKED, seen: { from: [`at ${NESTED}`] }, city: "~ 上海" },
    },
  ],
  said: undefined,
};

function opened(parts: Partial<PersonParts>, rules: Partial<FieldRules> = {}, isClear = false): readonly string[] {
  const plain = fieldView({ ...NO_FIELD_RULES, ...rules }, true);
  const view = isClear ? plain.unmasked() : plain;
  return [...tokensOf(PAGE, { view, facts: false, parts: { ...WHOLE_PERSON, ...parts }, now: new Date(0) })].toSorted();
}

const sorted = (...tokens: readonly string[]): readonly string[] => tokens.toSorted();
const NONE: PersonParts = { name: false, identities: new Set(), tags: false, traits: new Set() };

test("whoever sees everything masked needs all but what is masked whole; in clear that too", () => {
  expect(opened({})).toEqual(sorted(NAME, PHONE, EMAIL, NESTED));
  expect(opened({}, {}, true)).toEqual(sorted(NAME, PHONE, EMAIL, MARKED, NESTED));
});

test("what a role does not see stays sealed, unless the rule of a trait shows it", () => {
  expect(opened({}, { classes: { phone: "hidden", ip: "hidden" } })).toEqual(sorted(NAME, EMAIL));
  expect(opened({}, { classes: { phone: "hidden" }, traits: { phone: "masked" } })).toEqual(sorted(NAME, PHONE, EMAIL, NESTED));
});

test("what no column shows stays sealed", () => {
  expect(opened(NONE)).toEqual([]);
  expect(opened({ ...NONE, traits: new Set(["city", "phone"]) })).toEqual([PHONE]);
  expect(opened({ ...NONE, identities: new Set(["email", "user_id"]) })).toEqual([EMAIL]);
  // Whoever has no name goes by the strongest id.
  expect(opened({ ...NONE, name: true })).toEqual(sorted(NAME, PHONE, EMAIL));
});
