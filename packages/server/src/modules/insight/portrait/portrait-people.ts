import type { listPortraitPeople } from "@terrace/contract/api/insight-portrait";
import type { z } from "zod";
import { personConditionSql } from "../../../platform/storage/condition-sql.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { Asking } from "../time/asking.ts";
import { TAGGED_MAX } from "./portrait-dimensions.ts";
import { touchFactsSql, traitFactsSql } from "./portrait-facts.views.ts";
import { comparedSql, type PortraitSides } from "./portrait-sides.views.ts";
import { loadTagged } from "./tags.views.ts";

type Cell = z.output<typeof listPortraitPeople.body>["cell"];

/** A statement of the people of a side with a value, a number in a range, or without any. */
export async function peopleWith(asking: Asking, sides: PortraitSides, cell: Cell): Promise<ChStatement> {
  const side = cell.side === "group" ? ch`a = 1` : ch`b = 1`;
  const people = ch`select person from (${comparedSql(asking, sides)}) where ${side}`;
  if (cell.by !== undefined && "meets" in cell.by) {
    const meets = personConditionSql(cell.by.meets, ch`person`, asking.tools);
    return ch`${people} and ${cell.value === null ? ch`not ${meets}` : meets}`;
  }
  const facts = await factsOf(asking, sides, cell);
  if (facts === undefined) return people;
  if (cell.value === null) return ch`${people} and person global not in (select person from (${facts}))`;
  return ch`${people} and person global in (select person from (${facts}) where ${within(cell)})`;
}

function within({ value, from, to }: Cell): ChStatement {
  if (typeof value === "string") return ch`value = ${ch.value("String", value)}`;
  const range = [
    ...(from === null || from === undefined ? [] : [ch`number >= ${ch.value("Float64", from)}`]),
    ...(to === null || to === undefined ? [] : [ch`number < ${ch.value("Float64", to)}`]),
  ];
  return range.length === 0 ? ch`1` : ch.join([ch`isNotNull(number)`, ...range], " and ");
}

/** What everyone has of a dimension, as the columns `person`, `value`, `number`. */
async function factsOf(asking: Asking, sides: PortraitSides, { by, value }: Cell): Promise<ChStatement | undefined> {
  if (by === undefined) return undefined;
  if ("trait" in by) {
    // Nobody is found by the token of a personal value; who has none has no value of any kind.
    const told = value === null ? ch`1` : ch`not isToken`;
    return ch`select person, value, number from (${traitFactsSql(asking, sides, [by.trait])}) where ${told}`;
  }
  if ("meets" in by) return undefined;
  if ("column" in by)
    return ch`select person, value, toNullable(toFloat64(0)) as number from (${touchFactsSql(asking, [by], sides.period)})`;
  if (typeof value !== "string") throw faultError("insight.no_such_cell", { field: "cell.value", mend: "Name a tag of the answer" });
  const tagged = await loadTagged(asking.db, asking.workspaceId, { now: new Date(asking.nowMs), limit: TAGGED_MAX + 1, tag: value });
  if (tagged.length > TAGGED_MAX)
    throw faultError("insight.no_such_cell", {
      field: "cell.by",
      mend: "More people have the tag than can be looked up here; list people by the tag instead",
    });
  const people = tagged.map(({ person }) => person);
  return ch`select toUInt64(arrayJoin(${ch.value("Array(String)", people)})) as person, ${ch.value("String", value)} as value, toNullable(toFloat64(0)) as number`;
}
