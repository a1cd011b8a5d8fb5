import { expect, test } from "vitest";
import { readQuery, sameQuery, writeQuery } from "./query-text.ts";

test("a question survives the address, whatever script it is in, and needs no escaping there", () => {
  const query = {
    series: [{ event: { event: "完成订单 & ?/+" }, measure: { kind: "events" } }],
    period: { last: 7, unit: "day" },
    compare: true,
  };
  const text = writeQuery(query);
  expect(new URLSearchParams({ q: text }).toString()).toBe(`q=${text}`);
  expect(readQuery(text)).toEqual(query);
});

test("an address that is cut off or made up holds no question", () => {
  expect([null, "", "?", writeQuery({ a: 1 }).slice(0, -2)].map(readQuery)).toEqual([undefined, undefined, undefined, undefined]);
});

test("questions are the same whatever the order of their parts, and a part that is undefined is none", () => {
  expect(sameQuery({ a: 1, b: { c: [1, 2], d: undefined } }, { b: { c: [1, 2] }, a: 1 })).toBe(true);
  expect(sameQuery({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
});
