import { expect, test } from "vitest";
import { ch } from "./clickhouse.ts";
import { withSharedParams } from "./shared-params.ts";

test("values are bound, never written into the text", () => {
  const statement = ch`select 1 where name = ${ch.value("String", "'; drop table events --")}`;
  expect(statement.text).toBe("select 1 where name = {p0:String}");
  expect(statement.params).toEqual({ p0: "'; drop table events --" });
});

test("nested and joined statements keep their parameters apart", () => {
  const one = ch`a = ${ch.value("UInt8", 1)}`;
  const two = ch`b = ${ch.value("UInt8", 2)}`;
  const whole = ch`select * where ${ch.join([one, two], " and ")} limit ${ch.value("UInt8", 3)}`;
  const names = [...whole.text.matchAll(/\{(\w+):/g)].map((match) => match[1] ?? "");
  expect(new Set(names).size).toBe(3);
  expect(names.map((name) => whole.params[name])).toEqual([1, 2, 3]);
});

test("a value that is asked for in many places is bound once for each of its types", () => {
  const one = ch`a = ${ch.value("String", "1")} or b = ${ch.value("String", "1")} or c = ${ch.value("UInt8", 1)}`;
  expect(withSharedParams(ch`${one} or d in ${ch.value("Array(String)", ["1"])} or e = ${ch.value("String", "1")}`)).toEqual({
    text: "a = {p0:String} or b = {p0:String} or c = {p1:UInt8} or d in {p2:Array(String)} or e = {p0:String}",
    params: { p0: "1", p1: 1, p2: ["1"] },
  });
});
