import { experimentDefinitionSchema } from "@terrace/contract/api/experiments";
import { expect, test } from "vitest";
import { resultsCsv } from "./results-csv.ts";

const definition = experimentDefinitionSchema.parse({
  variants: [
    { key: "control", name: "旧", weight: 1 },
    { key: "new", name: "新", weight: 1 },
  ],
  metrics: [
    { of: { metric: "buyers" }, role: "primary" },
    { of: { metric: "net_revenue" }, role: "secondary", quantile: 0.9 },
  ],
});
const effect = { estimate: 0.5, low: 0.1, high: null, p: 0.01, pAdjusted: 0.02, chanceToWin: null, risk: null, call: "better" as const };
const variants = [
  { n: 10, waiting: 1, value: 0.2, deviation: 0.4, effect: null, untold: null },
  { n: 9, waiting: 2, value: 0.3, deviation: null, effect, untold: null },
];
const results = {
  metrics: [
    { unit: "people" as const, statistic: "proportion" as const, caps: [null], variants },
    { unit: "money" as const, statistic: "quantile" as const, caps: [null], variants: [] },
  ],
};

test("a table has a row for each part, metric and variant, with names of columns in both languages and no cell that is a formula", () => {
  const parts = [
    { part: "results" as const, until: "2026-03-22T00:00:00Z", group: null, metrics: results.metrics },
    { part: "day" as const, until: "2026-03-21T00:00:00Z", group: null, metrics: [{ variants }, null] },
    { part: "group" as const, until: "2026-03-22T00:00:00Z", group: "=1+1", metrics: [{ variants }, { variants: [] }] },
  ];
  const lines = (language: "en" | "zh-CN") => resultsCsv({ definition, results }, parts, language).split("\r\n");
  expect(lines("en")).toEqual([
    "\uFEFFpart,until,group,metric,role,unit,statistic,variant,n,waiting,value,deviation,effect,low,high,p,p_adjusted,chance_to_win,risk,call,untold",
    "results,2026-03-22T00:00:00Z,,buyers,primary,people,proportion,control,10,1,0.2,0.4,,,,,,,,,",
    "results,2026-03-22T00:00:00Z,,buyers,primary,people,proportion,new,9,2,0.3,,0.5,0.1,,0.01,0.02,,,better,",
    "day,2026-03-21T00:00:00Z,,buyers,primary,people,proportion,control,10,1,0.2,0.4,,,,,,,,,",
    "day,2026-03-21T00:00:00Z,,buyers,primary,people,proportion,new,9,2,0.3,,0.5,0.1,,0.01,0.02,,,better,",
    "group,2026-03-22T00:00:00Z,'=1+1,buyers,primary,people,proportion,control,10,1,0.2,0.4,,,,,,,,,",
    "group,2026-03-22T00:00:00Z,'=1+1,buyers,primary,people,proportion,new,9,2,0.3,,0.5,0.1,,0.01,0.02,,,better,",
    "",
  ]);
  expect(lines("zh-CN")[0]).toMatch(/^\uFEFF部分,截至,分组,指标,.*,判断,未给出的原因$/);
  expect(lines("zh-CN").slice(1)).toEqual(lines("en").slice(1));
});
