import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../json.ts";
import { compilePattern } from "./pattern.ts";
import { readMapping } from "./read-mapping.ts";

const base: JsonObject = { kind: "events", ids: [{ kind: "user_id", column: "user" }], event: { name: "Seen" }, time: { column: "at" } };

function faultOf(source: Json): { readonly field: string | undefined; readonly mend: string | undefined } {
  const read = readMapping(source);
  return read.ok ? { field: undefined, mend: undefined } : { field: read.fault.field, mend: read.fault.mend };
}

describe("readMapping", () => {
  test("takes the smallest mapping", () => {
    expect(readMapping(base).ok).toBe(true);
    expect(readMapping({ kind: "people", ids: [{ kind: "phone", column: "tel" }], traits: { name: { column: "n" } } }).ok).toBe(true);
  });

  test.each([
    [[], ""],
    [{ ...base, kind: "orders" }, "kind"],
    [{ ...base, ids: [] }, "ids"],
    [{ ...base, ids: [{ kind: "passport", column: "x" }] }, "ids[0].kind"],
    [{ ...base, ids: [{ kind: "user_id" }] }, "ids[0].column"],
    [{ ...base, event: {} }, "event.name"],
    [{ ...base, event: { name: "x", rules: [{ matches: "(", name: "y" }], column: "c" } }, "event.rules[0].matches"],
    [{ ...base, time: { column: "at", zone: "Mars/Base" } }, "time.zone"],
    [{ ...base, time: { column: "at", format: "whenever" } }, "time.format"],
    [{ ...base, properties: { total: { column: "t", type: "money" } } }, "properties.total.type"],
    [{ ...base, properties: { total: { column: "t", typ: "number" } } }, "properties.total.typ"],
    [{ ...base, properties: { total: { column: "t", transform: [{ chop: "x" }] } } }, "properties.total.transform[0]"],
    [{ ...base, group: { by: [] } }, "group.by"],
    [{ ...base, group: { by: ["a"], totals: { t: {} } } }, "group.totals.t.sum"],
    [{ ...base, refuse: [{ column: "a", matches: "^A" }] }, "refuse[0].reason"],
    [{ ...base, file: { delimiter: "::" } }, "file.delimiter"],
    [{ ...base, colour: "green" }, "colour"],
    [{ kind: "people", ids: [{ kind: "user_id", column: "u" }] }, "traits"],
    [{ kind: "events", ids: [{ kind: "user_id", column: "u" }], time: { column: "t" } }, "event"],
    [{ kind: "events", ids: [{ kind: "user_id", column: "u" }], event: { name: "x" } }, "time"],
  ] as const)("%j is refused at %s", (source, field) => {
    const fault = faultOf(source);
    expect(fault.field).toBe(field);
    expect(fault.mend).not.toBe("");
  });

  test("counts every fault", () => {
    const read = readMapping({ kind: "x", ids: 1 });
    expect(read.ok ? 0 : read.fault.details?.["faults"]).toBe(5);
  });

  test("answers any JSON without throwing", () => {
    const keys = fc.constantFrom(
      "kind",
      "ids",
      "event",
      "time",
      "properties",
      "traits",
      "group",
      "refuse",
      "file",
      "column",
      "by",
      "items",
      "totals",
      "matches",
      "__proto__",
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.integer(),
        fc.constant("events"),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(keys, tie("any"), { maxKeys: 6 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (source) => {
        readMapping(source as Json);
      }),
      { numRuns: 500 },
    );
  });
});

describe("patterns", () => {
  test.each(["^C", "^(?:a|b)x+$", "[*+]\\*", "\\d{4}-\\d{2}", "退款|取消"])("%s is allowed", (source) => {
    expect(compilePattern(source).ok).toBe(true);
  });
  test.each(["(a+)+$", "(a|a)*", "\\1", "(?=a)b", "(?<!a)b", "a*b*c*d", "x".repeat(201), "[", "(?<n>a)\\k<n>"])(
    "%s is refused",
    (source) => {
      expect(compilePattern(source).ok).toBe(false);
    },
  );
  test("the dearest allowed pattern stays fast on the longest cell", () => {
    const pattern = compilePattern("^a*a*b");
    const cell = "a".repeat(100_000);
    const started = performance.now();
    if (pattern.ok) for (let round = 0; round < 100; round += 1) pattern.value(cell);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
