import { expect, test } from "vitest";
import { detailText, mendText } from "./detail-text.ts";

const words = {
  text: (key: string, values: Readonly<Record<string, string | number>> = {}) => `${key} ${JSON.stringify(values)}`,
  textOr: (key: string, fallback: string) => (key === "mend.event.id_missing" ? "give an id" : fallback),
};
const schema = (detail: string) => detailText(words, { code: "event.schema_mismatch", detail });

test("what a schema refuses is told in the language of the console", () => {
  expect(schema("level is required")).toBe('quarantine.says.required {"name":"level"}');
  expect(schema("shop level must be number")).toBe('quarantine.says.type {"name":"shop level","type":"number"}');
  expect(schema("level is not in the schema")).toBe('quarantine.says.unknown {"name":"level"}');
  expect(schema("level is not one of the 12 allowed values")).toBe('quarantine.says.oneOf {"name":"level","count":12}');
});

test("any other detail gives way to how events of that code are mended", () => {
  expect(detailText(words, { code: "event.id_missing", detail: "Send userId or anonymousId" })).toBe("give an id");
  expect(schema("something new")).toBe("quarantine.mendDefault {}");
  expect(mendText(words, "event.unheard_of")).toBe("quarantine.mendDefault {}");
});
