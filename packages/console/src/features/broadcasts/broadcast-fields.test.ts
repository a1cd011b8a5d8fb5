import { broadcastDefinitionSchema } from "@terrace/contract/api/broadcasts";
import { expect, test } from "vitest";
import { definitionOf, fieldsOf, NEW_BROADCAST } from "./broadcast-fields.ts";

test("what is read into the form is what it says again", () => {
  const plain = broadcastDefinitionSchema.parse({
    segment: "7",
    channel: "sms",
    purpose: "service",
    variants: [{ key: "a", template: "3" }],
  });
  const full = broadcastDefinitionSchema.parse({
    ...plain,
    without: "8",
    tags: ["sale"],
    variants: ["3", "4", "5"].map((template, at) => ({ key: "abc".charAt(at), template })),
    test: { share: 1_250, by: "clicked", afterMinutes: 90 },
    begins: "2026-07-01T09:00",
    window: { from: "10:00", to: "19:30", weekdays: [1, 5] },
    perMinute: 600,
    expiresAfterHours: 24,
  });
  for (const definition of [plain, full]) expect(definitionOf(fieldsOf("n", definition), definition.tags)).toEqual(definition);
});

test("a new one says what the contract takes once segment and template are chosen", () => {
  const fields = { ...NEW_BROADCAST, segment: "7", templates: ["3"] };
  expect(broadcastDefinitionSchema.parse(definitionOf(fields))).toMatchObject({ test: null, window: null, begins: null, perMinute: null });
  expect(broadcastDefinitionSchema.parse(definitionOf({ ...fields, templates: ["3", "4"] })).test).toEqual({
    share: 2_000,
    by: "opened",
    afterMinutes: 240,
  });
});
