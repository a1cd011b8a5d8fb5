import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { personConditionSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { inPeriod, type Asking } from "../time/asking.ts";

/** A group: people who meet a condition, or those a statement answers as the column `person`. */
export type Group = Meeting | { readonly behind: ChStatement };
type Meeting = { readonly people: PersonCondition };
type Conditions = { readonly group: Meeting; readonly against: "everyone" | "others" | Meeting };
/** Who is compared with whom, among whom. Without a period: everyone ever known. */
export type PortraitSides = {
  readonly group: Group;
  readonly against: "everyone" | "others" | Group;
  readonly period: Period | undefined;
};

/**
 * One row for each person: `person`, whether they are in the group (`a`) and in the comparison (`b`), and whether they are looked at at all (`e`).
 */
export function sidesSql(asking: Asking, { group, against, period }: PortraitSides): ChStatement {
  const everyone = everyoneSql(asking, period);
  const conditions = conditionsOf({ group, against });
  if (conditions !== undefined) return byConditions(asking, conditions, everyone);
  const flags = (people: ChStatement, a: number, b: number, e: number): ChStatement =>
    ch`select person, toUInt8(${ch.value("UInt8", a)}) as a, toUInt8(${ch.value("UInt8", b)}) as b, toUInt8(${ch.value("UInt8", e)}) as e from (${people})`;
  const parts = [
    flags(everyone, 0, against === "everyone" || against === "others" ? 1 : 0, 1),
    flags(peopleOf(asking, group, everyone), 1, 0, 0),
    ...(typeof against === "string" ? [] : [flags(peopleOf(asking, against, everyone), 0, 1, 0)]),
  ];
  const inAgainst = against === "others" ? ch`toUInt8(max(in_b) = 1 and max(in_a) = 0)` : ch`max(in_b)`;
  return ch`select person, max(in_a) as a, ${inAgainst} as b, max(in_e) as e
    from (select person, a as in_a, b as in_b, e as in_e from (${ch.join(parts, " union all ")})) group by person`;
}

function conditionsOf({ group, against }: Pick<PortraitSides, "group" | "against">): Conditions | undefined {
  return "people" in group && (typeof against === "string" || "people" in against) ? { group, against } : undefined;
}

/** The same where conditions alone say who is on which side: everyone is looked at, and read once. */
function byConditions(asking: Asking, conditions: Conditions, everyone: ChStatement): ChStatement {
  return ch`select person, ${flagsOf(asking, conditions)}, toUInt8(1) as e from (select person from (${everyone}) group by person)`;
}

/** On which sides a `person` is, as the columns `a` and `b`. */
function flagsOf({ tools }: Asking, { group, against }: Conditions): ChStatement {
  const meets = ({ people }: Meeting): ChStatement => ch`ifNull(toUInt8(${personConditionSql(people, ch`person`, tools)}), 0)`;
  const b = against === "everyone" ? ch`toUInt8(1)` : against === "others" ? ch`toUInt8(a = 0)` : meets(against);
  return ch`${meets(group)} as a, ${b} as b`;
}

/** Whether `sidesWithTraits` can have everyone besides: who is on which side is told by the person alone, and all that have traits are looked at. */
export function fitsEveryone(sides: PortraitSides): boolean {
  return conditionsOf(sides) !== undefined && sides.period === undefined;
}

/**
 * The traits of the people on either side, with a column made of `traits`: `person`, `a`, `b`, `pairs`. With `everyone`, where that fits, a row for each of the people on either side
 * besides, which has this in its place: so who is on which side is looked up by one reading of what they did.
 */
export function sidesWithTraits(
  asking: Asking,
  sides: PortraitSides,
  { pairs, everyone }: { readonly pairs: ChStatement; readonly everyone: ChStatement | undefined },
): ChStatement {
  const conditions = conditionsOf(sides);
  const withTraits = ch`select person_id as person, ${pairs} as pairs from person_trait final where workspace_id = ${ch.value("UInt32", asking.workspaceId)}`;
  // Without a period everyone with traits is looked at: nobody needs to be looked up.
  if (conditions !== undefined && fitsEveryone(sides)) {
    const known = ch`select person, ${everyone ?? pairs} as pairs from (select person from (${everyoneSql(asking, undefined)}) group by person)`;
    const rows = everyone === undefined ? withTraits : ch`${known} union all ${withTraits}`;
    return ch`select * from (select *, ${flagsOf(asking, conditions)} from (${rows})) where a = 1 or b = 1`;
  }
  return ch`select * from (${withTraits}) as traits global inner join (${comparedSql(asking, sides)}) as sides using (person)`;
}

/** The people looked at, on either side: `person`, `a`, `b`. */
export function comparedSql(asking: Asking, sides: PortraitSides): ChStatement {
  return ch`select person, a, b from (${sidesSql(asking, sides)}) where e = 1 and (a = 1 or b = 1)`;
}

/** Everyone with an event in the period that the filters let through; ever, and those with traits alone too, without a period. People may stand there more than once. */
function everyoneSql(asking: Asking, period: Period | undefined): ChStatement {
  const workspace = ch.value("UInt32", asking.workspaceId);
  const active = ch`select ${PERSON_OF_EVENT} as person from (
    select ${workspace} as workspace_id, origin_id from (select origin_id from events where workspace_id = ${workspace} and ${eventsOf(asking, period)} group by origin_id)) as per_origin`;
  if (period !== undefined) return active;
  return ch`${active} union all select person_id as person from person_trait final where workspace_id = ${workspace}`;
}

/** The condition on the rows of `events` of a workspace whose context is told. */
export function eventsOf({ tools }: Asking, period: Period | undefined): ChStatement {
  const when = period === undefined ? ch`1` : inPeriod(period);
  return ch`origin_id != 0 and ${when} and ${tools.scope}`;
}

function peopleOf(asking: Asking, group: Group, everyone: ChStatement): ChStatement {
  if ("behind" in group) return ch`select person from (${group.behind})`;
  return ch`select person from (${everyone}) where ${personConditionSql(group.people, ch`person`, asking.tools)}`;
}
