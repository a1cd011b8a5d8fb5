import type { ExperimentDefinition, ExperimentResults } from "@terrace/contract/api/experiments";
import { BYTE_ORDER_MARK, csvLine, type CellValue } from "@terrace/domain/exports/csv-line";

type Told = ExperimentResults["metrics"][number]["variants"];
/** Figures that belong together: of all people, of a day or of a group. */
export type CsvPart = {
  readonly part: "results" | "day" | "group" | "other_groups";
  readonly until: string;
  readonly group: string | null;
  /** In the order of the definition; null: not told then. */
  readonly metrics: readonly ({ readonly variants: Told } | null)[];
};

/** Columns in both languages, in their order. */
const COLUMNS = [
  ["部分", "part"],
  ["截至", "until"],
  ["分组", "group"],
  ["指标", "metric"],
  ["角色", "role"],
  ["单位", "unit"],
  ["统计量", "statistic"],
  ["版本", "variant"],
  ["人数", "n"],
  ["等待人数", "waiting"],
  ["数值", "value"],
  ["标准差", "deviation"],
  ["效果", "effect"],
  ["下限", "low"],
  ["上限", "high"],
  ["p 值", "p"],
  ["校正后 p 值", "p_adjusted"],
  ["更好的概率", "chance_to_win"],
  ["风险", "risk"],
  ["判断", "call"],
  ["未给出的原因", "untold"],
] as const;

/** Results as a table with a row for each part, metric and variant; what the cells hold has the names of the API, money is in minor units. */
export function resultsCsv(
  { definition, results }: { readonly definition: ExperimentDefinition; readonly results: Pick<ExperimentResults, "metrics"> },
  parts: readonly CsvPart[],
  language: "zh-CN" | "en",
): string {
  const head = csvLine(COLUMNS.map(([zh, en]) => (language === "en" ? en : zh)));
  const rows = parts.flatMap(({ part, until, group, metrics }) =>
    definition.metrics.flatMap((metric, at) =>
      (metrics[at]?.variants ?? []).map((told, variant) =>
        csvLine([
          part,
          until,
          group,
          nameOf(metric),
          metric.role,
          results.metrics[at]?.unit,
          results.metrics[at]?.statistic,
          definition.variants[variant]?.key,
          ...cellsOf(told),
        ]),
      ),
    ),
  );
  return BYTE_ORDER_MARK + head + rows.join("");
}

/** How a metric is called in files. */
export function nameOf({ of, quantile }: ExperimentDefinition["metrics"][number]): string {
  const name = "metric" in of ? of.metric : of.definition.kind;
  return quantile === undefined ? name : `${name} p${Number((quantile * 100).toFixed(4))}`;
}

function cellsOf({ n, waiting, value, deviation, effect, untold }: Told[number]): readonly CellValue[] {
  const { estimate, low, high, p, pAdjusted, chanceToWin, risk, call } = effect ?? {};
  return [n, waiting, value, deviation, estimate, low, high, p, pAdjusted, chanceToWin, risk, call, untold];
}
