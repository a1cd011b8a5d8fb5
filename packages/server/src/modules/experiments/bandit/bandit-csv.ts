import type { ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { BYTE_ORDER_MARK, csvLine, type CellValue } from "@terrace/domain/exports/csv-line";
import { nameOf } from "../results-csv.ts";

/** Columns in both languages, in their order. */
const COLUMNS = [
  ["部分", "part"],
  ["时段", "period"],
  ["开始", "from"],
  ["数据截至", "read_until"],
  ["指标", "metric"],
  ["单位", "unit"],
  ["统计量", "statistic"],
  ["版本", "variant"],
  ["分流比例", "share"],
  ["人数", "people"],
  ["应有人数", "expected"],
  ["计入人数", "n"],
  ["数值", "value"],
  ["下限", "low"],
  ["上限", "high"],
  ["全部人均值", "naive"],
  ["最好的概率", "best"],
  ["平均损失", "loss"],
  ["换版本的比例", "moved"],
] as const;

type Column = (typeof COLUMNS)[number][1];

/**
 * The report of a bandit as one table: what was won, each variant as it stands, and what was known of each variant when each period began. What cells hold has the
 * names of the API; shares are parts of 1.
 */
export function banditCsv(definition: ExperimentDefinition, report: ExperimentBandit, language: "zh-CN" | "en"): string {
  const { unit, statistic, to, won, arms, periods } = report;
  const asked = definition.metrics[report.metric];
  const of = { metric: asked === undefined ? null : nameOf(asked), unit, statistic };
  const rows: readonly Partial<Record<Column, CellValue>>[] = [
    ...(won === null ? [] : [{ ...of, part: "won", read_until: to, n: won.n, value: won.estimate, low: won.low, high: won.high }]),
    ...arms.map(({ part, ...arm }) => ({ ...of, ...arm, part: "variant", read_until: to, share: part / BUCKETS })),
    ...periods.flatMap(({ period, from, parts, moved, people, readUntil, known }) =>
      definition.variants.map(({ key }, at) => {
        const { n, mean, best, loss } = known?.[at] ?? {};
        const shares = { share: (parts[at] ?? 0) / BUCKETS, moved: moved / BUCKETS };
        return {
          ...of,
          part: "period",
          period,
          from,
          read_until: readUntil,
          variant: key,
          ...shares,
          people: people[at],
          n,
          value: mean,
          best,
          loss,
        };
      }),
    ),
  ];
  const head = csvLine(COLUMNS.map(([zh, en]) => (language === "en" ? en : zh)));
  return BYTE_ORDER_MARK + head + rows.map((row) => csvLine(COLUMNS.map(([, column]) => row[column]))).join("");
}
