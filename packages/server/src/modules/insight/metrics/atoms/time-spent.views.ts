import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { ch } from "../../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT } from "../../../../platform/storage/person-of-event.ts";
import { inPeriod, readRows } from "../../time/asking.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { addingLine, anyOfSql, rowsSql, spanOf, workspaceOf, type AtomGround } from "./atom-ground.ts";

type TimeAtom = Extract<BoundAtom, { readonly kind: "time_spent" }>;

/**
 * Seconds from the first to the last event of each session, in the interval in which it begins; a pause of the gap or longer begins a new one.
 * Sessions of the analysis of that name, all of them together.
 */
export async function timeSpent(ground: AtomGround, { of, gapMinutes }: TimeAtom, intervals: Intervals): Promise<MetricLine> {
  const gapMs = ch.value("Int64", gapMinutes * 60_000);
  // Sessions of one event take no time.
  const rows = await readRows<{ step: number; ms: string }>(
    ground.asking,
    "insight.metric_time",
    ch`select ${intervalNumberSql(intervals, ch`fromUnixTimestamp64Milli(session.1)`)} as step, toString(sum(session.2 - session.1)) as ms
    from (
      select arrayJoin(arrayMap(part -> (part[1], part[-1]), arrayFilter(part -> length(part) > 1, arraySplit((at, pause) -> pause >= ${gapMs}, times, arrayDifference(times))))) as session
      from (
        select ${PERSON_OF_EVENT} as person, arraySort(groupArray(toUnixTimestamp64Milli(time))) as times from events
        where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(spanOf(intervals))} and ${anyOfSql(ground, of)}
        group by person having length(times) > 1
      )
    ) group by step order by step limit 10000`,
  );
  return addingLine(intervals, new Map(rows.map(({ step, ms }) => [step, Number(ms) / 1_000])));
}
