import type { BreakdownBy, ByPerson } from "@terrace/domain/insight/breakdown";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { segmentPeopleSql } from "../../../platform/storage/conditions/segment-sql.ts";
import { CONTEXT_COLUMNS } from "../../../platform/storage/event-columns.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { breakdownValuesSql, traitValuesSql } from "../trends/breakdown-sql.ts";

type Place = { readonly workspaceId: number; /** Touches end here, Unix ms. */ readonly toMs: number };

/** A statement of people and their values: `person`, `told`, an Array(String); who has none may be missing or have an empty one. */
export function valuesOfPeople(by: ByPerson, { workspaceId, toMs }: Place): ChStatement {
  const workspace = ch`${ch.value("UInt32", workspaceId)}`;
  if ("trait" in by)
    return ch`select person_id as person, arrayMap(each -> assumeNotNull(each), arrayFilter(each -> each is not null, ${traitValuesSql(by.trait)})) as told
      from person_trait final where workspace_id = ${workspace}`;
  if ("segment" in by) {
    const members = by.segment.map(
      (id) =>
        ch`select toUInt64(person) as person, ${ch.value("String", id)} as called from (${segmentPeopleSql(id, workspaceId)}) as members`,
    );
    return ch`select person, groupUniqArray(called) as told from (${ch.join(members, " union all ")}) as every group by person`;
  }
  const column: ChStatement = { text: CONTEXT_COLUMNS[by.column], params: {} };
  // Of several at the same instant the one that came in first (or last) counts, then the lesser (or the greater) text.
  const pick =
    by.touch === "first"
      ? ch`argMin(toString(${column}), (time, received_at, toString(${column})))`
      : ch`argMax(toString(${column}), (time, received_at, toString(${column})))`;
  const at = by.touch === "first" ? ch`min((time, received_at, toString(${column})))` : ch`max((time, received_at, toString(${column})))`;
  const ofPeople = by.touch === "first" ? ch`argMin(touched, at)` : ch`argMax(touched, at)`;
  return ch`select person, [${ofPeople}] as told from (
      select ${PERSON_OF_EVENT} as person, touched, at from (
        select workspace_id, origin_id, ${pick} as touched, ${at} as at from events
        where workspace_id = ${workspace} and origin_id != 0 and ${column} != '' and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})
        group by workspace_id, origin_id
      ) as origins
    ) as people group by person`;
}

/** A statement of the people whose values pass a test, as `person`; `test` is about `told`. */
export function peopleWith(by: ByPerson, place: Place, test: ChStatement): ChStatement {
  return ch`select person from (${valuesOfPeople(by, place)}) as valued where ${test}`;
}

/** The values that a row of `events` has for a breakdown by what is told of events, Array(Nullable(String)), never empty. */
export function valuesOfEvent(by: Exclude<BreakdownBy, ByPerson>): ChStatement {
  return breakdownValuesSql(by);
}
