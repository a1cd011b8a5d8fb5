import { expect, test } from "vitest";
import type { Json } from "../json.ts";
import { jsonWithout, textWithout, type Naming } from "./without-mentions.ts";

/** One person: their id, phone number and name. */
const naming: Naming = {
  mentions: (text) => /zhang-san-1|13800138000/.test(text),
  isValue: (value) => ["张三", "欧阳修文", "13800138000", "Ann"].includes(value),
};

test.each([
  ["请联系张三，电话 13800138000，其他照旧", "请联系***，电话 ***，其他照旧"],
  ["欧阳修文不满意；李四满意", "***不满意；李四满意"],
  ["call zhang-san-1, not zhang-wu-2", "call ***, not zhang-wu-2"],
  ["Ann", "***"],
  ["told Ann and Annabel", "told *** and Annabel"],
  ["(+86)139 0013 9000 打不通", "(+86)139 0013 9000 打不通"],
  ["", ""],
])("of %j stays %j", (text, kept) => {
  expect(textWithout(text, naming)).toBe(kept);
});

test("a question keeps its shape, and values of others stay", () => {
  const question = {
    kind: "trends",
    series: [{ event: { event: "张三", where: { all: [{ property: "phone", is: ["13800138000", 13800138000, "x"] }] } } }],
    limit: 13800138000,
  };
  expect(jsonWithout(question, naming)).toEqual({
    ...question,
    series: [{ event: { event: "张三", where: { all: [{ property: "phone", is: ["***", "***", "x"] }] } } }],
  });
  const others: Json = { is: ["13900139000"], names: [{ text: "李四" }] };
  expect(jsonWithout(others, naming)).toBe(others);
});
