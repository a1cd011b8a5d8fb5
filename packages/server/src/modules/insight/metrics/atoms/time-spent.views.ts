import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch } from "../../../../platform/storage/clickhouse.ts";
import { personEvents } from "../../sequence/person-events.views.ts";
import { readRows } from "../../time/asking.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { addingLine, anyOfSql, narrowedSql, spanOf, type AtomGround } from "./atom-ground.ts";

type TimeAtom = Extract<BoundAtom, { readonly kind: "time_spent" }>;

/**
 * Seconds from the first to the last event of each session, in the interval in which it begins; a pause of the gap or longer begins a new one.
 * Sessions of the analysis of that name, all of them together.
 */
export async function timeSpent(ground: AtomGround, { of, gapMinutes }: TimeAtom, intervals: Intervals): Promise<MetricLine> {
  const events = personEvents({
    tools: ground.asking.tools,
    ...spanOf(intervals),
    where: ch`${narrowedSql(ground)} and ${anyOfSql(ground, of)}`,
    keep: [],
  });
  const gapMs = ch.value("Int64", gapMinutes * 60_000);
  const rows = await readRows<{ step: number; ms: string }>(
    ground.asking,
    "insight.metric_time",
    ch`select ${intervalNumberSql(intervals, ch`fromUnixTimestamp64Milli(session[1])`)} as step, toString(sum(session[-1] - session[1])) as ms
    from (
      select arrayJoin(arraySplit((at, begins) -> begins, sorted.1, arrayMap((at, before) -> at - before >= ${gapMs}, sorted.1, arrayPushFront(arrayPopBack(sorted.1), sorted[1].1)))) as session
      from (${events})
    ) /* workspace_id is named in the events it reads */ group by step order by step limit 10000`,
  );
  return addingLine(intervals, new Map(rows.map(({ step, ms }) => [step, Number(ms) / 1_000])));
}
