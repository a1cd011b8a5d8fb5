import { expect, test } from "vitest";
import { keptEvidence, problemOfEvidence, type EvidenceField, type EvidenceType, type EvidenceValue } from "./evidence.ts";

const field = (type: EvidenceType, part: Partial<EvidenceField> = {}): EvidenceField => ({
  key: "it",
  name: { zh: "它", en: "It" },
  type,
  required: false,
  choices: [],
  personal: null,
  ...part,
});
const isFine = (asked: EvidenceField, it: EvidenceValue): boolean => problemOfEvidence([asked], { it }) === undefined;

test.each<[EvidenceType, EvidenceValue, boolean]>([
  ["text", "x", true],
  ["text", "x".repeat(301), false],
  ["text", 1, false],
  ["long_text", "x".repeat(4_000), true],
  ["number", 1.5, true],
  ["number", "1.5", false],
  ["number", Number.NaN, false],
  ["date", "2026-02-28", true],
  ["date", "2026-02-30", false],
  ["date", "28.2.2026", false],
  ["link", "https://example.com/a", true],
  ["link", "javascript:alert(1)", false],
  ["link", "example.com", false],
  ["choice", "b", true],
  ["choice", "c", false],
])("of type %s %s is taken: %s", (type, value, taken) => {
  expect(isFine(field(type, { choices: ["a", "b"] }), value)).toBe(taken);
});

test("what must be filled in is asked for first, and what nobody asks for is refused", () => {
  const fields = [field("text", { key: "a" }), field("number", { key: "b", required: true })];
  expect(problemOfEvidence(fields, {})?.key).toBe("b");
  expect(problemOfEvidence(fields, { b: 1, a: " " })).toBeUndefined();
  expect(problemOfEvidence(fields, { b: 1, z: "1", c: "2" })?.key).toBe("c");
  expect(keptEvidence({ a: " x ", b: 0, c: "  " })).toEqual({ a: "x", b: 0 });
});
