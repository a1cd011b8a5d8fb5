import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { SessionFigures } from "@terrace/domain/insight/sessions/sessions-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { DONE_BY_SOMEBODY } from "../../../platform/storage/event-names.ts";
import { inPeriod, perPerson, readRows, type AnalysisTools, type Asking } from "../time/asking.ts";

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

/** The figures of all sessions. */
export async function wholeSessionFigures(asking: Asking, plan: SessionsPlan): Promise<SessionFigures | undefined> {
  const gap = ch.value("Int64", plan.gapMs);
  // No session becomes a row of its own: those of a person are reckoned in lists of numbers, event by event with the pause before and after it.
  const [figures] = await readRows<SessionFigures>(
    asking,
    "insight.sessions_whole",
    ch`
    select sum(length(lengths)) as sessions, count() as people, sum(length(times)) as events, sum(alone) as bounces, sum(arraySum(lengths)) as totalMs,
      if(sessions = 0, null, quantileExactInclusiveArray(0.5)(lengths)) as medianMs
    from (
      select times, arrayPopFront(arrayDifference(times)) as pauses, arrayPushFront(pauses, ${gap}) as before, arrayPushBack(pauses, ${gap}) as after,
        arrayMap((end, begin) -> end - begin, arrayFilter((at, pause) -> pause >= ${gap}, times, after), arrayFilter((at, pause) -> pause >= ${gap}, times, before)) as lengths,
        arrayCount((earlier, later) -> earlier >= ${gap} and later >= ${gap}, before, after) as alone
      from (${timesOfPeople(plan, asking.tools)})
    ) /* workspace_id is named in the events it reads */ limit 1`,
  );
  return figures;
}

/** The figures of all sessions, then of each interval in which any began (`startMs`); those of all have `all` = 1. */
export async function sessionFigures(
  asking: Asking,
  plan: SessionsPlan,
  startsMs: readonly number[],
): Promise<readonly (SessionFigures & { readonly startMs: number; readonly all: number })[]> {
  return readRows(
    asking,
    "insight.sessions",
    // A person is counted with the first of their sessions, and in an interval with the first that begins there.
    ch`
    select slot as startMs, grouping(slot) as all, count() as sessions, if(grouping(slot) = 1, countIf(beforeMs = ${NEVER}), countIf(beforeMs = ${NEVER} or beforeSlot != slot)) as people,
      sum(size) as events, countIf(size = 1) as bounces, sum(endMs - beginMs) as totalMs, if(sessions = 0, null, quantileExactInclusive(0.5)(endMs - beginMs)) as medianMs
    from (select beginMs, endMs, size, beforeMs, ${slotOf(ch`beginMs`, startsMs)} as slot, ${slotOf(ch`beforeMs`, startsMs)} as beforeSlot from (${sessions(plan, asking.tools)})) /* workspace_id is named in the events it reads */
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

/** Before all sessions. */
const NEVER = ch`toInt64(-9000000000000000000)`;

function slotOf(ms: ChStatement, startsMs: readonly number[]): ChStatement {
  return ch`roundDown(${ms}, ${ch.value("Array(Int64)", startsMs)})`;
}

/**
 * One row for each session: `person`, `beginMs` and `endMs` (its first and last event), `size` (its events), `beforeMs` (when the person's session before
 * began). A person's events of the period over all their ids are one line of time; a pause of `gapMs` or longer begins a new session. Events
 * before the period are not looked at: a session that was under way when it began, begins with it. A session belongs to the interval in which it
 * begins, with all of its time.
 */
function sessions(plan: SessionsPlan, tools: AnalysisTools): ChStatement {
  return ch`
    select person, session.1 as beginMs, session.2 as endMs, session.3 as size, session.4 as beforeMs from (
      select person, arraySplit((at, pause) -> pause >= ${ch.value("Int64", plan.gapMs)}, times, arrayDifference(times)) as parts, arrayMap(part -> part[1], parts) as begins,
        arrayJoin(arrayMap((part, before) -> (part[1], part[-1], length(part), before), parts, arrayPushFront(arrayPopBack(begins), ${NEVER}))) as session
      from (${timesOfPeople(plan, tools)})
    )`;
}

/** One row for each person: `person`, and `times` of their events (Unix ms, ascending). */
function timesOfPeople(plan: SessionsPlan, tools: AnalysisTools): ChStatement {
  const named = (plan.events ?? []).map((selector) => eventSelectorSql(selector, tools));
  const perOrigin = ch`
    select origin_id, groupArray(toUnixTimestamp64Milli(time)) as times
    from events where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${inPeriod(plan)} and ${tools.scope}
      and ${named.length === 0 ? DONE_BY_SOMEBODY : ch`(${ch.join(named, " or ")})`}
    group by origin_id`;
  return perPerson(tools.workspaceId, perOrigin, ch`arraySort(groupArrayArray(per_origin.times)) as times`);
}
