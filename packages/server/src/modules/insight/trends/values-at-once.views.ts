import { cellsByPlace, rankValues, type ValueCells } from "@terrace/domain/insight/trends/value-cells";
import { totalOf } from "@terrace/domain/insight/trends/trends-answer";
import type { Breakdown } from "@terrace/domain/insight/trends/trends-plan";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch } from "../../../platform/storage/clickhouse.ts";
import { readRows, type Asking } from "../time/asking.ts";
import { breakdownValuesSql, type ShownValues } from "./breakdown-sql.ts";
import { measureSql, rawOf } from "./measure-sql.ts";
import { matching, rankSql, spanOf, stepSql, topValues, type LinesAsked, type RawLines } from "./trends.views.ts";

/** The values told one by one, and the lines of the series by which they were chosen, where those were read with them. */
export type ValuesRead = { readonly shown: ShownValues; readonly lines: RawLines | undefined };

/** So many lists of values, and so many of them in intervals (cells), are looked at here at most; of more the engine finds the most frequent ones. */
export type AtOnce = { readonly listsMax: number; readonly cellsMax: number };
const AT_ONCE: AtOnce = { listsMax: 5_000, cellsMax: 100_000 };

/**
 * The values of a breakdown with their lines. Where figures add up and values are not too many, all of them are read by value and interval at once, which
 * reads the events once instead of twice.
 */
export async function readValues(
  asking: Asking,
  asked: Pick<LinesAsked, "series" | "intervals">,
  breakdown: { readonly by: Breakdown; readonly top: number },
  atOnce: AtOnce = AT_ONCE,
): Promise<ValuesRead> {
  const all = await readCells(asking, asked, breakdown.by, atOnce);
  if (all === undefined) return { shown: await topValues(asking, asked, breakdown), lines: undefined };
  const ranked = rankValues(all);
  const shown = { values: ranked.slice(0, breakdown.top), isMore: ranked.length > breakdown.top };
  return { shown, lines: linesOf(asked, all, shown) };
}

function linesOf(
  { series, intervals }: Pick<LinesAsked, "series" | "intervals">,
  all: readonly ValueCells[],
  shown: ShownValues,
): RawLines {
  const byPlace = cellsByPlace(all, shown.values);
  const isAverage = series.measure.kind === "average";
  const places = [...shown.values.map((_, index) => index + 1), ...(shown.isMore ? [0] : [])];
  return new Map(
    places.map((place) => {
      const own = byPlace.get(place);
      const points = Array.from({ length: intervalCount(intervals) }, (_, index) => {
        const cell = own?.get(index + 1);
        return cell === undefined
          ? undefined
          : rawOf(series.measure, { figure: String(cell.figure), base: isAverage ? String(cell.base) : "" });
      });
      return [place, { points, total: totalOf(series.measure, points) }] as const;
    }),
  );
}

/** Undefined where figures do not add up, or where values are too many. */
async function readCells(
  asking: Asking,
  { series, intervals }: Pick<LinesAsked, "series" | "intervals">,
  by: Breakdown,
  { listsMax, cellsMax }: AtOnce,
): Promise<readonly ValueCells[] | undefined> {
  const { kind } = series.measure;
  if (kind !== "events" && kind !== "sum" && kind !== "average") return undefined;
  const { figure, base } = measureSql(series.measure);
  // Reading ends soon after there are too many groups.
  const rows = await readRows<{ values: readonly (string | null)[]; ranks: string; cells: readonly (readonly [number, string, string])[] }>(
    asking,
    "insight.trends_cells",
    ch`select values, toString(sum(rank)) as ranks, groupArray((step, figure, base)) as cells from (
      select ${breakdownValuesSql(by)} as values, ${stepSql(intervals)} as step, ${figure} as figure, ${base} as base, ${rankSql(series.measure)} as rank
      from events where ${matching(asking, series, spanOf(intervals))} group by values, step
    ) /* workspace_id is named in the events it reads */ group by values limit ${ch.value("UInt32", listsMax + 1)}
    settings max_rows_to_group_by = ${{ text: String(cellsMax), params: {} }}, group_by_overflow_mode = 'break'`,
  );
  const count = rows.reduce((sum, { cells }) => sum + cells.length, 0);
  if (rows.length > listsMax || count > cellsMax) return undefined;
  return rows.map(({ values, ranks, cells }) => ({
    values,
    rank: BigInt(ranks),
    cells: cells.map(([step, own, divisor]) => ({ step, figure: BigInt(own), base: BigInt(divisor === "" ? "0" : divisor) })),
  }));
}
