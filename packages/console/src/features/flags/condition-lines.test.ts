import { meetsCondition } from "@terrace/domain/flags/attribute-condition";
import { problemOfCondition } from "@terrace/domain/flags/check-attribute-condition";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  attributesOf,
  conditionOf,
  isList,
  LINE_OPERATORS,
  linesOf,
  OPERAND_TYPES,
  typeOf,
  type ConditionLine,
} from "./condition-lines.ts";

const VALUES = { text: ["a", "1", "2.0.1"], number: ["-1", "0", "1.5", "2"], boolean: ["true", "false"] } as const;
const line = fc
  .tuple(fc.constantFrom("plan", "age", "app.version"), fc.constantFrom(...LINE_OPERATORS), fc.constantFrom(...OPERAND_TYPES))
  .chain(([attribute, operator, any]) => {
    const type = typeOf(operator) ?? any;
    const value = fc.constantFrom(...VALUES[type]);
    return fc
      .array(value, isList(operator) ? { minLength: 1, maxLength: 3 } : { minLength: 1, maxLength: 1 })
      .map((values): ConditionLine => ({ attribute, operator, type, values }));
  });
const lines = fc.array(line, { maxLength: 4 });
const attributes = fc.record(
  {
    plan: fc.constantFrom("a", "1", 1, true),
    age: fc.constantFrom(-1, 0, 1.5, 2, "2"),
    app: fc.record({ version: fc.constantFrom("2.0.1", "1.5") }),
  },
  { requiredKeys: [] },
);

test("a condition made of lines is read back as the same lines", () => {
  fc.assert(
    fc.property(lines, (asked) => {
      expect(linesOf(conditionOf(asked) ?? {})).toEqual(asked);
    }),
  );
});

test("a condition is met by whoever meets each of its lines, and by nobody else", () => {
  fc.assert(
    fc.property(lines, attributes, (asked, someone) => {
      const whole = conditionOf(asked) ?? {};
      expect(problemOfCondition(whole)).toBeUndefined();
      expect(meetsCondition(someone, whole)).toBe(asked.every((one) => meetsCondition(someone, conditionOf([one]) ?? {})));
    }),
  );
});

test("several comparisons of one attribute are several lines", () => {
  expect(linesOf({ age: { $gte: 18, $lt: 30 } })).toEqual([
    { attribute: "age", operator: "$gte", type: "number", values: ["18"] },
    { attribute: "age", operator: "$lt", type: "number", values: ["30"] },
  ]);
});

test.each([
  { $or: [{ a: 1 }] },
  { a: { $elemMatch: { b: 1 } } },
  { a: { b: 1 } },
  { a: null },
  { a: { $in: [] } },
  { a: { $in: [1, "1"] } },
  { a: {} },
  { $and: [{ $and: [{ a: 1 }] }] },
  { $and: [{ a: 1 }], b: 2 },
  { a: { $exists: 1 } },
])("what no lines can say is left as it is: %j", (condition) => {
  expect(linesOf(condition)).toBeUndefined();
});

test("a line that is not whole makes no condition", () => {
  const whole: ConditionLine = { attribute: "a", operator: "is", type: "number", values: ["1"] };
  expect(conditionOf([whole])).toEqual({ a: 1 });
  for (const part of [{ attribute: " " }, { attribute: "$or" }, { values: ["x"] }, { values: [""] }, { values: [] }])
    expect(conditionOf([{ ...whole, ...part }])).toBeUndefined();
});

test("attributes to try with lie inside one another as clients send them, so that a condition on a path meets them", () => {
  const is = (attribute: string, value: string): ConditionLine => ({ attribute, operator: "is", type: "text", values: [value] });
  const tried = attributesOf([is("plan", "pro"), is("shop.city", "杭州"), is("shop.owner.level", "3"), is("shop.city", "苏州")]);
  expect(tried).toEqual({ plan: "pro", shop: { city: "苏州", owner: { level: "3" } } });
  expect(meetsCondition(tried ?? {}, { "shop.city": "苏州", "shop.owner.level": "3" })).toBe(true);
  expect(attributesOf([is("shop", "x"), is("shop.city", "杭州")])).toEqual({ shop: { city: "杭州" } });
  expect(Object.keys(attributesOf([is("__proto__.polluted", "x")]) ?? {})).toEqual(["__proto__"]);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(attributesOf([is("", "x")])).toBeUndefined();
});
