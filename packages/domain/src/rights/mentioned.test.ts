import { expect, test } from "vitest";
import { mentionsIn } from "./mentioned.ts";

const ids = (text: string): ReadonlySet<string> =>
  new Set(
    [...mentionsIn(text)].map((mention) =>
      "id" in mention ? `${mention.id.kind} ${mention.id.value}` : `${mention.class} ${mention.value}`,
    ),
  );

test("finds ids wherever they stand in JSON, also as numbers and inside text", () => {
  const found = ids(
    JSON.stringify({
      type: "track",
      identities: { $identity_login_id: "zhang-san" },
      list: [{ tel: 13800138000 }],
      note: "mail Ann@Example.test",
    }),
  );
  expect(found).toContain("user_id zhang-san");
  expect(found).toContain("phone 13800138000");
  expect(found).toContain("email ann@example.test");
});

test("takes a short value for an id only where the key says so", () => {
  expect(ids('{"quantity":"7","userId":"9"}')).toContain("user_id 9");
  expect(ids('{"quantity":"7","userId":"9"}')).not.toContain("user_id 7");
});

test("reads cut JSON and lines of CSV piece by piece", () => {
  expect(ids('{"userId":"zhang-san","prop')).toContain("user_id zhang-san");
  expect(ids('2026-07-01,zhang-san,"杭州",13800138000')).toContain("user_id zhang-san");
  expect(ids("2026-07-01,zhang-san,13800138000")).toContain("phone 13800138000");
});
