import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { SessionFigures } from "@terrace/domain/insight/sessions/sessions-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { readRows, type AnalysisTools, type Asking } from "../time/asking.ts";
import { personEvents } from "../sequence/person-events.views.ts";

/** Which events make sessions; `gapMs` is the pause that begins a new one. Times are Unix ms, half-open. */
export type SessionsPlan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly gapMs: number;
  readonly events: readonly EventSelector[] | undefined;
};

/** Some sessions: by number of events, by length (ms, half-open), by when they began (Unix ms, half-open). */
export type SessionCell = {
  readonly bounced: boolean | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly begunFromMs: number;
  readonly begunToMs: number;
};

/** The figures of all sessions, then of each interval in which any began (`startMs`); those of all have `all` = 1. */
export async function sessionFigures(
  asking: Asking,
  plan: SessionsPlan,
  startsMs: readonly number[],
): Promise<readonly (SessionFigures & { readonly startMs: number; readonly all: number })[]> {
  return readRows(
    asking,
    "insight.sessions",
    ch`
    select slot as startMs, grouping(slot) as all, count() as sessions, uniqExact(person) as people, sum(size) as events, countIf(size = 1) as bounces,
      sum(endMs - beginMs) as totalMs, if(sessions = 0, null, quantileExactInclusive(0.5)(endMs - beginMs)) as medianMs
    from (select person, beginMs, endMs, size, roundDown(beginMs, ${ch.value("Array(Int64)", startsMs)}) as slot from (${sessions(plan, asking.tools)})) /* workspace_id is named in the events it reads */
    group by grouping sets ((slot), ()) order by all desc, slot limit 10000`,
  );
}

/** A statement of the people that have a session of a cell, as the column `person`. */
export function sessionPeople(plan: SessionsPlan, tools: AnalysisTools, cell: SessionCell): ChStatement {
  return ch`select person from (${sessions(plan, tools)}) /* workspace_id is named in the events it reads */
    where ${cell.bounced === undefined ? ch`1` : cell.bounced ? ch`size = 1` : ch`size > 1`}
      and endMs - beginMs >= ${ch.value("Int64", cell.fromMs)} and endMs - beginMs < ${ch.value("Int64", cell.toMs)}
      and beginMs >= ${ch.value("Int64", cell.begunFromMs)} and beginMs < ${ch.value("Int64", cell.begunToMs)}`;
}

/**
 * One row for each session: `person`, `beginMs` and `endMs` (its first and last event), `size` (its events). A person's events of the period over all their ids
 * are one line of time; a pause of `gapMs` or longer begins a new session. Events before the period are not looked at: a session that was
 * under way when it began, begins with it. A session belongs to the interval in which it begins, with all of its time.
 */
function sessions(plan: SessionsPlan, tools: AnalysisTools): ChStatement {
  const named = (plan.events ?? []).map((selector) => eventSelectorSql(selector, tools));
  const events = personEvents({
    tools,
    fromMs: plan.fromMs,
    toMs: plan.toMs,
    where: named.length === 0 ? ch`1` : ch`(${ch.join(named, " or ")})`,
    keep: [],
    timesOnly: true,
  });
  return ch`
    select person, session[1] as beginMs, session[-1] as endMs, length(session) as size from (
      select person, arrayJoin(arraySplit((at, begins) -> begins, sorted.1, arrayMap((at, before) -> at - before >= ${ch.value("Int64", plan.gapMs)}, sorted.1, arrayPushFront(arrayPopBack(sorted.1), sorted[1].1)))) as session
      from (${events})
    )`;
}
