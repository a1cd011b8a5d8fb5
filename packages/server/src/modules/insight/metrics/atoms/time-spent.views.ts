import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import { intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT } from "../../../../platform/storage/person-of-event.ts";
import { inPeriod, readRows } from "../../time/asking.ts";
import { bitsOfRows, intervalBits, INTERVAL_BITS_MAX } from "../../time/interval-bits.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { addingLine, anyOfSql, rowsSql, spanOf, workspaceOf, type AtomGround } from "./atom-ground.ts";

type TimeAtom = Extract<BoundAtom, { readonly kind: "time_spent" }>;
/** Seconds in sessions; and the people who have such events, where they were asked for. */
export type TimeLines = { readonly seconds: MetricLine; readonly people: MetricLine };

/** Whether an atom counts the people whose time another one tells, so that one reading answers both. */
export function countsPeopleOf({ of }: TimeAtom, atom: BoundAtom, intervals: Intervals): boolean {
  const isOfThem = atom.kind === "events" && atom.measure.kind === "people" && JSON.stringify(atom.of) === JSON.stringify(of);
  return isOfThem && intervalCount(intervals) <= INTERVAL_BITS_MAX;
}

/**
 * Seconds from the first to the last event of each session, in the interval in which it begins; a pause of the gap or longer begins a new one.
 * Sessions of the analysis of that name, all of them together.
 */
export async function timeSpent(ground: AtomGround, atom: TimeAtom, intervals: Intervals, asksPeople: boolean): Promise<TimeLines> {
  // Step 0 is the whole period.
  const rows = await readRows<{ step: number; ms: string; people: number }>(
    ground.asking,
    "insight.metric_time",
    ch`select part.1 as step, toString(sum(part.2)) as ms, countIf(part.2 = 0) as people
    from (select arrayJoin(${partsSql(atom, intervals, asksPeople)}) as part from (${timesSql(ground, atom, intervals, asksPeople)}))
    group by step order by step limit 10000`,
  );
  const read = new Map(rows.map((row) => [row.step, row]));
  return {
    seconds: addingLine(intervals, new Map(rows.map(({ step, ms }) => [step - 1, Number(ms) / 1_000]))),
    people: {
      points: Array.from({ length: intervalCount(intervals) }, (_, at) => read.get(at + 1)?.people ?? 0),
      total: read.get(0)?.people ?? 0,
    },
  };
}

/** One row per person: `times` (Unix ms) in order, the `pauses` before them, and the intervals of all of them as the bits of `active`. */
function timesSql(ground: AtomGround, { of }: TimeAtom, intervals: Intervals, asksPeople: boolean): ChStatement {
  const active = asksPeople
    ? bitsOfRows(intervalBits(intervalCount(intervals)), ch`1`, intervalNumberSql(intervals, ch`time`))
    : ch`toUInt64(0)`;
  return ch`select times, arrayDifference(times) as pauses, active from (
      select ${PERSON_OF_EVENT} as person, arraySort(groupArray(toUnixTimestamp64Milli(time))) as times, ${active} as active from events
      where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(spanOf(intervals))} and ${anyOfSql(ground, of)}
      group by person
    )`;
}

/** What is added up of a person, as tuples (interval from 1, ms): each pause within a session; and with 0 ms each interval they were active in, and 0 for the whole. */
function partsSql({ gapMinutes }: TimeAtom, intervals: Intervals, asksPeople: boolean): ChStatement {
  const gapMs = ch.value("Int64", gapMinutes * 60_000);
  const begun = ch`arrayFill((at, pause) -> pause >= ${gapMs}, times, pauses)`;
  const within = ch`arrayFilter(each -> each.2 > 0 and each.2 < ${gapMs}, arrayZip(${begun}, pauses))`;
  const interval = intervalNumberSql(intervals, ch`fromUnixTimestamp64Milli(each.1)`);
  const spent = ch`arrayMap(each -> (toUInt16(${interval} + 1), each.2), ${within})`;
  if (!asksPeople) return spent;
  return ch`arrayConcat([(toUInt16(0), toInt64(0))], arrayMap(at -> (toUInt16(at + 1), toInt64(0)), bitPositionsToArray(active)), ${spent})`;
}
