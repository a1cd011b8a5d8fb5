import { experimentBandit } from "@terrace/contract/api/experiment-bandit";
import { experimentDefinitionSchema } from "@terrace/contract/api/experiments";
import { expect, test } from "vitest";
import { banditCsv } from "./bandit-csv.ts";

const definition = experimentDefinitionSchema.parse({
  variants: [
    { key: "control", name: "旧", weight: 1 },
    { key: "new", name: "新", weight: 1 },
  ],
  metrics: [{ of: { metric: "buyers" }, role: "primary" }],
  allocation: { kind: "bandit" },
});
const arm = { people: 10, expected: 9.5, n: 8, value: 0.2, low: 0.1, high: null, naive: 0.25, best: null, loss: null };
const report = experimentBandit.response.parse({
  metric: 0,
  unit: "people",
  statistic: "proportion",
  from: "2026-03-20T00:00:00Z",
  to: "2026-03-22T00:00:00Z",
  nextAt: null,
  periods: [
    { period: 0, from: "2026-03-20T00:00:00Z", parts: [5_000, 5_000], moved: 0, people: [4, 5], readUntil: null, known: null },
    {
      period: 1,
      from: "2026-03-21T00:00:00Z",
      parts: [1_000, 9_000],
      moved: 4_000,
      people: [6, 5],
      readUntil: "2026-03-21T00:00:00Z",
      known: [
        { n: 4, mean: 0.1, error: 0.01, best: 0.02, loss: 0.3 },
        { n: 5, mean: 0.4, error: 0.01, best: 0.98, loss: 0 },
      ],
    },
  ],
  arms: [
    { ...arm, variant: "control", part: 1_000 },
    { ...arm, variant: "new", part: 9_000 },
  ],
  split: { p: 1, degrees: 1, blocks: false, unplanned: 0 },
  won: { estimate: 1.5, low: -1, high: 4, n: 16 },
  meta: { queryId: "", asOf: "", elapsedMs: 1, rowsRead: 1, bytesRead: 1, memoryBytes: null, cached: false, stale: false },
});

test("a report is a row for what was won, for each variant, and for each variant of each period", () => {
  const lines = (language: "en" | "zh-CN") => banditCsv(definition, report, language).split("\r\n");
  expect(lines("en")).toEqual([
    "\uFEFFpart,period,from,read_until,metric,unit,statistic,variant,share,people,expected,n,value,low,high,naive,best,loss,moved",
    "won,,,2026-03-22T00:00:00Z,buyers,people,proportion,,,,,16,1.5,-1,4,,,,",
    "variant,,,2026-03-22T00:00:00Z,buyers,people,proportion,control,0.1,10,9.5,8,0.2,0.1,,0.25,,,",
    "variant,,,2026-03-22T00:00:00Z,buyers,people,proportion,new,0.9,10,9.5,8,0.2,0.1,,0.25,,,",
    "period,0,2026-03-20T00:00:00Z,,buyers,people,proportion,control,0.5,4,,,,,,,,,0",
    "period,0,2026-03-20T00:00:00Z,,buyers,people,proportion,new,0.5,5,,,,,,,,,0",
    "period,1,2026-03-21T00:00:00Z,2026-03-21T00:00:00Z,buyers,people,proportion,control,0.1,6,,4,0.1,,,,0.02,0.3,0.4",
    "period,1,2026-03-21T00:00:00Z,2026-03-21T00:00:00Z,buyers,people,proportion,new,0.9,5,,5,0.4,,,,0.98,0,0.4",
    "",
  ]);
  expect(lines("zh-CN")[0]).toMatch(/^\uFEFF部分,时段,开始/);
});
