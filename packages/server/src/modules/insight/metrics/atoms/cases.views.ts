import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch } from "../../../../platform/storage/clickhouse.ts";
import { fieldText } from "../../sequence/person-events.views.ts";
import { readRows } from "../../time/asking.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { addingLine, anyOfSql, instant, rowsSql, workspaceOf, spanOf, type AtomGround } from "./atom-ground.ts";

export type CasesAtom = Extract<BoundAtom, { readonly kind: "cases" }>;
/** Cases by the interval in which they began: all, those that ended by now, those that ended in time, and how long those that ended took. */
export type CaseLines = Readonly<Record<CasesAtom["tell"], MetricLine>>;

/** Cases (tickets, benefits due) told apart by the text of a property. A case begins with its first start; its end is the first one from then on. */
export async function caseFigures(
  ground: AtomGround,
  { start, end, key, withinMinutes }: CasesAtom,
  intervals: Intervals,
): Promise<CaseLines> {
  const { fromMs, toMs } = spanOf(intervals);
  const isStart = anyOfSql(ground, start);
  const isEnd = anyOfSql(ground, end);
  const text = fieldText({ property: key });
  const rows = await readRows<{ step: number; started: number; ended: number; within: number; ms: string }>(
    ground.asking,
    "insight.metric_cases",
    ch`select ${intervalNumberSql(intervals, ch`begun`)} as step, count() as started, countIf(isNotNull(took)) as ended,
      countIf(ifNull(took, 0) <= ${ch.value("Int64", withinMinutes * 60_000)} and isNotNull(took)) as within, toString(sum(ifNull(took, 0))) as ms
    from (
      select begun, if(empty(ends), null, arrayMin(ends) - toUnixTimestamp64Milli(begun)) as took from (
        select ${text} as case_key, minOrNullIf(time, ${isStart}) as first_start, assumeNotNull(first_start) as begun,
          arrayFilter(at -> at >= toUnixTimestamp64Milli(begun), groupArrayIf(toUnixTimestamp64Milli(time), ${isEnd})) as ends
        from events where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and time >= ${instant(fromMs)} and (${isStart} or ${isEnd}) and case_key != ''
        group by case_key having isNotNull(first_start) and begun < ${instant(toMs)}
      )
    ) /* workspace_id is named in the events it reads */ group by step order by step limit 10000`,
  );
  const line = (of: (row: (typeof rows)[number]) => number): MetricLine =>
    addingLine(intervals, new Map(rows.map((row) => [row.step, of(row)])));
  return {
    started: line(({ started }) => started),
    ended: line(({ ended }) => ended),
    ended_within: line(({ within }) => within),
    seconds: line(({ ms }) => Number(ms) / 1_000),
  };
}
