import type { EventSelector } from "@terrace/domain/conditions/condition";
import { isByPerson, type BreakdownBy } from "@terrace/domain/insight/breakdown";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { Among } from "../../../platform/storage/conditions/among.ts";
import { anyEventSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { peopleWith, valuesOfEvent, valuesOfPeople } from "./whose.views.ts";

/** A breakdown asked for: by what, of which events in which period. */
export type GroupsAsked = {
  readonly by: BreakdownBy;
  readonly top: number;
  readonly events: readonly EventSelector[];
  readonly period: Period;
};
/** Values told one by one, null being none, and how many more there are. */
export type GroupValues = { readonly values: readonly (string | null)[]; readonly more: number };
/** One group: a value, or all that are not told one by one. */
export type Group = { readonly value: string | null } | { readonly otherThan: readonly (string | null)[] };

/** The values that most people have who have such an event in the period. */
export async function topGroups(asking: Asking, asked: GroupsAsked): Promise<GroupValues> {
  const { workspaceId, tools } = asking;
  const { by, top, period } = asked;
  const workspace = ch`${ch.value("UInt32", workspaceId)}`;
  const events = asked.events.length === 0 ? ch`1` : anyEventSql(asked.events, tools);
  const where = ch`workspace_id = ${workspace} and origin_id != 0 and ${tools.scope} and ${inPeriod(period)} and ${events}`;
  const limit = ch`order by people desc, value nulls last limit ${ch.value("UInt16", top)}`;
  const rows = await readRows<{ value: string | null; people: number; known: number }>(
    asking,
    "insight.groups",
    isByPerson(by)
      ? ch`select arrayJoin(if(empty(told), [null], arrayMap(each -> toNullable(each), told))) as value, uniqExact(seen.person) as people, toUInt32(count() over ()) as known
          from (select ${PERSON_OF_EVENT} as person from (select workspace_id, origin_id from events where ${where} group by workspace_id, origin_id) as origins) as seen
          left any join (${valuesOfPeople(by, { workspaceId, toMs: period.toMs })}) as valued on valued.person = seen.person group by value ${limit}`
      : ch`select value, uniqExact(person) as people, toUInt32(count() over ()) as known from (
          select value, ${PERSON_OF_EVENT} as person from (
            select workspace_id, origin_id, arrayJoin(${valuesOfEvent(by)}) as value from events where ${where} group by workspace_id, origin_id, value) as origins
        ) as valued group by value ${limit}`,
  );
  return { values: rows.map(({ value }) => value), more: (rows[0]?.known ?? 0) - rows.length };
}

/** The condition on a row of `events` that it, or its person, belongs to a group; `anyOf` tells whose row it is. */
export function groupSql(asking: Asking, { by, period }: Pick<GroupsAsked, "by" | "period">, group: Group, anyOf: Among): ChStatement {
  if (!isByPerson(by)) return ofEvent(valuesOfEvent(by), group);
  const place = { workspaceId: asking.workspaceId, toMs: period.toMs };
  const among = (test: ChStatement): ChStatement => anyOf.isIn(peopleWith(by, place, test), true);
  const hasNone = anyOf.isIn(peopleWith(by, place, ch`notEmpty(told)`), false);
  if ("value" in group) return group.value === null ? hasNone : among(ch`has(told, ${ch.value("String", group.value)})`);
  const hasAnother = among(ch`arrayExists(each -> not has(${texts(group.otherThan)}, each), told)`);
  return group.otherThan.includes(null) ? hasAnother : ch`(${hasAnother} or ${hasNone})`;
}

function ofEvent(values: ChStatement, group: Group): ChStatement {
  if ("value" in group)
    return group.value === null
      ? ch`arrayExists(each -> each is null, ${values})`
      : ch`arrayExists(each -> ifNull(each = ${ch.value("String", group.value)}, 0), ${values})`;
  const isNullOther = ch`${ch.value("UInt8", group.otherThan.includes(null) ? 0 : 1)}`;
  return ch`arrayExists(each -> if(each is null, ${isNullOther}, not has(${texts(group.otherThan)}, assumeNotNull(each))), ${values})`;
}

function texts(values: readonly (string | null)[]): ChStatement {
  return ch`${ch.value(
    "Array(String)",
    values.filter((value) => value !== null),
  )}`;
}
