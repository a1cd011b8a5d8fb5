import { describe, expect, test } from "vitest";
import { rulesOf, schemaOf } from "./schema-rules.ts";

describe("the schema editor", () => {
  test("gives back the schema it was opened with", () => {
    const schema = {
      properties: {
        revenue: { type: "number" as const, required: true },
        currency: { type: "string" as const, required: false, oneOf: ["CNY", "USD"] },
      },
      allowOthers: false,
    };
    expect(schemaOf(rulesOf(schema), schema.allowOthers)).toEqual(schema);
  });

  test("asks nothing when there is no rule and other properties are allowed", () => {
    expect(schemaOf([], true)).toBeNull();
    expect(schemaOf([{ name: " ", type: "string", required: false, oneOf: [] }], true)).toBeNull();
  });

  test("keeps a schema without rules when no other property is allowed", () => {
    expect(schemaOf([], false)).toEqual({ properties: {}, allowOthers: false });
  });
});
