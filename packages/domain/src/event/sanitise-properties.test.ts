import fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { sanitiseProperties } from "./sanitise-properties.ts";

function clean(input: JsonObject) {
  const result = sanitiseProperties(input);
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}

test("dots leave keys; of two keys that become the same the first stays, and both facts are told", () => {
  expect(clean({ "a.b": 1, a: { b: 2 }, a_b: 3 })).toEqual({
    properties: { a_b: 1, a: { b: 2 } },
    notes: ["renamed:a_b", "dropped_repeat:a_b"],
  });
});

test("names that objects treat specially are ordinary properties", () => {
  const { properties, notes } = clean(
    JSON.parse('{"__proto__":{"x":1},"constructor":"c","toString":2,"hasOwnProperty":3,"":4}') as JsonObject,
  );
  expect(JSON.stringify(properties)).toBe('{"_proto_":{"x":1},"constructor":"c","toString":2,"hasOwnProperty":3,"_":4}');
  expect(notes).toEqual(["renamed:_proto_", "renamed:_"]);
});

test("broken Unicode and NUL are mended, long text is cut between characters, and each is told", () => {
  const { properties, notes } = clean({ lone: "a\ud800b", nul: "a\u0000b", long: `${"x".repeat(8_191)}😀` });
  expect(properties).toMatchObject({ lone: "a\ufffdb", nul: "a\ufffdb" });
  expect(String(properties["long"])).toHaveLength(8_192);
  expect(String(properties["long"]).isWellFormed()).toBe(true);
  expect(notes).toEqual(["mended:lone", "mended:nul", "cut:long"]);
});

test("numbers that cannot be kept exactly become text, and those that are none are dropped", () => {
  expect(clean({ big: 2 ** 53, huge: JSON.parse("1e400") as number, tiny: 1e-400, fine: -1.5 })).toEqual({
    properties: { big: "9007199254740992", tiny: 0, fine: -1.5 },
    notes: ["number_as_text:big", "dropped_number:huge"],
  });
});

test("nulls go, except in lists where they hold a place", () => {
  expect(clean({ a: null, b: [1, null, "x", { c: null }] })).toEqual({ properties: { b: [1, null, "x", {}] }, notes: [] });
});

test("eight levels are kept and nine refused", () => {
  const nested = (levels: number): JsonObject => (levels === 1 ? { leaf: 1 } : { inner: nested(levels - 1) });
  expect(clean(nested(8)).properties).toEqual(nested(8));
  expect(sanitiseProperties(nested(9))).toMatchObject({ ok: false, fault: { code: "event.too_deep" } });
});

test("255 properties are kept and 256 refused; members of listed objects do not count", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, at]));
  expect(Object.keys(clean(many(255)).properties)).toHaveLength(255);
  expect(sanitiseProperties(many(256))).toMatchObject({ ok: false, fault: { code: "event.too_many_properties" } });
  expect(clean({ products: Array.from({ length: 100 }, () => many(9)) }).notes).toEqual([]);
});

/** Every rule storage relies on. */
function assertStorable(value: Json): void {
  if (typeof value === "string") expect(value.isWellFormed() && !value.includes("\u0000") && value.length <= 8_192).toBe(true);
  else if (typeof value === "number")
    expect(Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))).toBe(true);
  else if (Array.isArray(value)) value.forEach((inner: Json) => assertStorable(inner));
  else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      expect(key !== "" && !key.includes(".") && key.length <= 255 && key.isWellFormed() && key !== "__proto__").toBe(true);
      assertStorable(inner);
    }
  }
}

test("whatever comes in, what goes out can be stored, and doing it twice changes nothing", () => {
  const leaf = fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.bigInt().map(Number));
  const key = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a.b", "a_b", "a", "__proto__", "", ".", "constructor"));
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 6, noNullPrototype: false }),
    ) as fc.Arbitrary<Json>,
  }));
  fc.assert(
    fc.property(fc.dictionary(key, tree, { maxKeys: 8 }), (input) => {
      const result = sanitiseProperties(input);
      if (!result.ok) return;
      assertStorable(result.value.properties);
      expect(clean(result.value.properties)).toEqual({ properties: result.value.properties, notes: [] });
    }),
    { numRuns: 200 },
  );
});
