import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IDENTITY_KINDS } from "./identity-kinds.ts";
import { normaliseIdentity, personalClassOfIdentity } from "./normalise-identity.ts";

const valueOf = (kind: Parameters<typeof normaliseIdentity>[0], value: unknown) => {
  const result = normaliseIdentity(kind, value);
  return result.ok ? result.value.value : result.fault.code;
};

describe("normaliseIdentity", () => {
  test.each([
    ["user_id", "  U-1 ", "U-1"],
    ["user_id", 17850, "17850"],
    ["anonymous_id", "AbC", "AbC"],
    ["email", " Li.Lei@Example.COM ", "li.lei@example.com"],
    ["phone", "+86 138-1234-2046", "13812342046"],
    ["phone", "008613812342046", "13812342046"],
    ["phone", "１３８１２３４２０４６", "13812342046"],
    ["phone", "+1 (415) 555-2671", "+14155552671"],
  ] as const)("%s %j becomes %s", (kind, value, expected) => {
    expect(valueOf(kind, value)).toBe(expected);
  });

  test.each([
    "",
    "  ",
    "null",
    "NULL",
    "undefined",
    "anonymous",
    "0",
    "-1",
    "00000000-0000-0000-0000-000000000000",
    "[object Object]",
    '"null"',
    "NaN",
    null,
    undefined,
    {},
    [],
    true,
    1.5,
    "a\u0000b",
    "\ud800",
    "x".repeat(256),
  ])("refuses %j for every kind", (value) => {
    for (const kind of IDENTITY_KINDS) expect(valueOf(kind, value)).toBe("event.id_invalid");
  });

  test.each([
    ["email", "not-an-email"],
    ["email", "a@b@c"],
    ["phone", "call me"],
    ["phone", "12"],
  ] as const)("refuses %s %j", (kind, value) => {
    expect(valueOf(kind, value)).toBe("event.id_invalid");
  });

  test("changes nothing when repeated", () => {
    fc.assert(
      fc.property(fc.constantFrom(...IDENTITY_KINDS), fc.string({ unit: "grapheme", maxLength: 40 }), (kind, value) => {
        const once = normaliseIdentity(kind, value);
        if (once.ok) expect(normaliseIdentity(kind, once.value.value)).toEqual(once);
      }),
    );
  });
});

test("an id that looks like a phone, an e-mail or an id card is personal", () => {
  expect(personalClassOfIdentity({ kind: "user_id", value: "13812342046" })).toBe("phone");
  expect(personalClassOfIdentity({ kind: "user_id", value: "+8613812342046" })).toBe("phone");
  expect(personalClassOfIdentity({ kind: "anonymous_id", value: "a@b.cn" })).toBe("email");
  expect(personalClassOfIdentity({ kind: "member_no", value: "11010519491231002X" })).toBe("id_card");
  expect(personalClassOfIdentity({ kind: "user_id", value: "17850" })).toBeUndefined();
  expect(personalClassOfIdentity({ kind: "phone", value: "+14155552671" })).toBe("phone");
});
