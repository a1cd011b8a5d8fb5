import { ch, type ChStatement } from "../clickhouse.ts";

/** The condition that someone is (or is not) among some people, whose ids `people` gives as the column `person`; true or false, never null. */
export type Among = (people: ChStatement, isIn: boolean) => ChStatement;

/** Someone whose id an expression gives. */
export function personAmong(person: ChStatement): Among {
  return (people, isIn) => (isIn ? ch`(${person} global in (${people}))` : ch`(${person} global not in (${people}))`);
}

/**
 * Whoever a row of `events` belongs to. The people are turned into the ids that events came with once for the query, so that a row is looked up
 * in one set, and not in the map of people first.
 */
export function personOfEventAmong(workspaceId: number): Among {
  return (people, isIn) => personAmong(ch`origin_id`)(originsOf(people, ch``, workspaceId), isIn);
}

/** Every id that events of some people came with, as `origin_id`. `people` has the column `person`, and those of `kept` (each after a comma). */
export function originsOf(people: ChStatement, kept: ChStatement, workspaceId: number): ChStatement {
  const workspace = ch`${ch.value("UInt32", workspaceId)}`;
  // A person's own id may have gone to another with a merge.
  const own = ch`if(dictGetOrDefault('person_of_origin', 'person_id', (toUInt32(${workspace}), toUInt64(asked.person)), toUInt64(asked.person)) = asked.person, [toUInt64(asked.person)], emptyArrayUInt64())`;
  return ch`select arrayJoin(arrayConcat(joined.origins, ${own})) as origin_id${kept} from (${people}) as asked
    left join (select person_id, groupArray(origin_id) as origins from dictionary('person_of_origin') where workspace_id = ${workspace} group by person_id) as joined
    on joined.person_id = asked.person`;
}
