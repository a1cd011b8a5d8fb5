import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { problemOfCondition } from "./check-attribute-condition.ts";
import { problemOfPattern } from "./check-pattern.ts";
import { meetsCondition } from "./attribute-condition.ts";

describe("problemOfCondition", () => {
  test.each<JsonObject>([
    {},
    { country: "CN" },
    { "nested.deep": { $in: ["a"] }, $or: [{ age: { $gte: 18 } }, { vip: true }] },
    { tags: { $elemMatch: { $eq: "a" } }, $not: { version: { $vlt: "2.0.0" } } },
  ])("takes %j", (condition) => {
    expect(problemOfCondition(condition)).toBeUndefined();
  });

  test.each<[JsonObject, string]>([
    [{ country: { $is: "CN" } }, "country.$is"],
    [{ $xor: [] }, "$xor"],
    [{ $or: [] }, "$or"],
    [{ $and: [{ country: { $in: "CN" } }] }, "$and[0].country.$in"],
    [{ country: { $eq: "CN", plain: 1 } }, "country"],
    [{ url: { $regex: "(a+)+$" } }, "url.$regex"],
    [{ $inGroup: "x" }, "$inGroup"],
  ])("refuses %j and says where", (condition, path) => {
    expect(problemOfCondition(condition)?.path).toBe(path);
  });

  test("what comes from outside cannot say how it is read", () => {
    const hostile = JSON.parse('{"country":{"toString":1,"valueOf":1},"__proto__":{"vip":true}}') as JsonObject;
    expect(meetsCondition(hostile, { country: "CN" })).toBe(false);
    expect(meetsCondition(hostile, { country: { $gt: 1 } })).toBe(false);
    expect(meetsCondition(hostile, { constructor: { $exists: true } })).toBe(false);
  });
});

describe("problemOfPattern", () => {
  test.each([
    "^/checkout",
    "(Mobile|Tablet)",
    "^.+@example\\.com$",
    "(?:ab)?c{2,5}",
    "^\\d{4}-\\d{2}-\\d{2}$",
    "^[0-9a-f]{32}$",
    "Chrome/1[0-2]\\d",
    "iPhone.*Safari",
    "^/(?:zh-cn/|en/)?products/[^/]+/.*$",
    "(?:a|b|c|d|e|f|g|h|i|j|k|l|m)x?",
    "[)(]{2,3}\\(",
  ])("takes %s", (pattern) => {
    expect(problemOfPattern(pattern)).toBeUndefined();
  });

  test.each([
    "(a+)+",
    "(a|a)*",
    "(?:a*b?)*",
    "(.*)(.*)(.*)x",
    "(a)\\1",
    "(?=a)",
    "(?<name>a)",
    "[",
    "a".repeat(201),
    "(a?){20}a{20}",
    "a{0,900}a{0,900}a{0,900}b",
    "a*a*b",
    "^a*a*a*b",
    "^a*a*?a*b",
    "^a*|a*a*b",
    `^${"a?".repeat(40)}b`,
    `^${"(?:a|a)".repeat(28)}b`,
    `^(?:a*a*(?:a*))b`,
    `a*${"a{99}".repeat(20)}b`,
    "(?:a{1000}){1000}",
    "^a{99999999999}a*",
  ])("refuses %s", (pattern) => {
    expect(problemOfPattern(pattern)).toEqual(expect.any(String));
  });

  test("no pattern looks through a text that is longer than clients may send", () => {
    expect(meetsCondition({ url: "a".repeat(2_048) }, { url: { $regex: "^a" } })).toBe(true);
    expect(meetsCondition({ url: "a".repeat(2_049) }, { url: { $regex: "^a" } })).toBe(false);
    expect(meetsCondition({ url: Array.from({ length: 2_000 }, () => "a") }, { url: { $regex: "^a" } })).toBe(false);
  });
});
