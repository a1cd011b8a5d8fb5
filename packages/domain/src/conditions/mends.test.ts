import { expect, test } from "vitest";
import { MENDS, mendOf, type MendKey } from "./mends.ts";
import { readPersonCondition } from "./read-condition.ts";

test("a fault says what to do in words, and by key and values for other languages", () => {
  const read = readPersonCondition({ did: { event: "A" }, count: { op: "gte", value: -1 } }, "rule");
  expect(read).toMatchObject({
    ok: false,
    fault: {
      field: "rule.count.value",
      mend: expect.stringMatching(/^Give a whole number from 0 to \d+$/) as unknown,
      details: { mend: "wholeNumber", min: 0 },
    },
  });
});

test("every value that a sentence asks for is put in", () => {
  const values = { max: 1, min: 0, choices: "a, b", beside: "trait" };
  for (const key of Object.keys(MENDS) as MendKey[]) expect(mendOf(key, values).text, key).not.toContain("{{");
});
