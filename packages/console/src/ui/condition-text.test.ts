import { explainCondition } from "@terrace/domain/conditions/explain-condition";
import type { Condition } from "@terrace/domain/conditions/condition";
import { createInstance } from "i18next";
import { expect, test } from "vitest";
import { en } from "../app/locale/en.ts";
import { zhCn } from "../app/locale/zh-cn.ts";
import { conditionText } from "./condition-text.ts";

const condition: Condition = {
  all: [
    { trait: "city", is: ["上海", "北京"] },
    { segment: "7", in: false },
    { column: "os", isSet: false },
    { not: { property: "price", between: [1, 2] } },
    { did: { event: "Paid", where: { property: "price", gte: 9 } }, count: { op: "gte", value: 2 }, within: { days: 30 } },
    { did: { event: null }, count: { op: "lt", value: 1 }, within: { from: "2026-07-01", to: "2026-08-01" } },
    {
      did: { event: "Paid" },
      measure: { kind: "sum", property: "price" },
      is: { op: "gte", value: 99.5 },
      within: { hours: 48 },
    },
    { did: { event: null }, measure: { kind: "streak" }, is: { op: "gt", value: 6 } },
    { did: { event: "Paid" }, first: { daysAgo: [30, 60] } },
    { trait: "birthday", anniversary: { withinDays: 7 } },
    { trait: "expires", dateWithin: { fromDays: -1, toDays: 7 } },
    { chance: { percent: [0, 10], seed: "summer" } },
    { sequence: { steps: [{ event: "Seen" }, { event: "Paid" }], withinDays: 3, without: { event: "Refunded" } } },
  ],
};

async function linesIn(language: "en" | "zh-CN"): Promise<readonly string[]> {
  const i18n = createInstance();
  await i18n.init({
    lng: language,
    resources: { "zh-CN": { translation: zhCn }, en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  return explainCondition(condition).map((line) =>
    conditionText(line, { text: (key, values) => i18n.t(key, values ?? {}), language, nameOf: ({ name }) => name }),
  );
}

test("a condition in the words of both languages", async () => {
  expect(await linesIn("en")).toEqual([
    "All of these hold",
    "city is 上海 or 北京",
    "Is not in the segment “7”",
    "Operating system is not known",
    "This does not hold",
    "price is between 1 and 2, both included",
    "Did Paid at least 2 times",
    "In the last 30 days, today included",
    "Counted only where",
    "price is at least 9",
    "Never did anything",
    "From 2026-07-01 up to and without 2026-08-01",
    "The sum of price of Paid is at least 99.5",
    "In the last 48 hours",
    "The longest run of days with anything is more than 6",
    "Did Paid for the first time of all",
    "From 60 to 30 days ago, both included",
    "The day of birthday is within 7 days, today included, in any year",
    "expires is between 1 days ago and 7 days from today",
    "Falls by chance between 0% and 10% of everyone (dealt by “summer”)",
    "Did one after another",
    "1. Seen",
    "2. Paid",
    "Within 3 days from the first to the last",
    "Between these not Refunded",
  ]);
  expect(await linesIn("zh-CN")).toEqual([
    "满足以下全部条件",
    "city 是 上海或北京",
    "不在分群「7」中",
    "操作系统 没有值",
    "不满足以下条件",
    "price 在 1和2 之间（含两端）",
    "做过 Paid 至少 2 次",
    "最近 30 天内（含今天）",
    "仅统计符合以下条件的",
    "price 大于等于 9",
    "没做过 任意事件",
    "2026-07-01 起至 2026-08-01 之前",
    "Paid 的 price 总和 大于等于 99.5",
    "最近 48 小时内",
    "连续做 任意事件 的最长天数 大于 6",
    "首次做 Paid",
    "60 天前至 30 天前（含两端）",
    "birthday 的周年日在 7 天内（含今天）",
    "expires 在 1 天前至 7 天后之间",
    "随机抽取：全体的 0% 至 10%（种子「summer」）",
    "依次做过",
    "第 1 步：Seen",
    "第 2 步：Paid",
    "从第一步到最后一步不超过 3 天",
    "期间没有做过 Refunded",
  ]);
});
