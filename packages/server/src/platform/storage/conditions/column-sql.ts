import type { Test } from "@terrace/domain/conditions/condition";
import type { EventContext } from "@terrace/domain/event/feed-event";
import { ch, type ChStatement } from "../clickhouse.ts";
import { CONTEXT_COLUMNS } from "../event-columns.ts";
import { scalarAsks, type ScalarTest } from "./scalar-sql.ts";

/** The condition that a column of an event's context stands the test; "" is unknown, and stands none. */
export function columnTestSql(column: keyof EventContext, test: Test): ChStatement {
  const value: ChStatement = { text: CONTEXT_COLUMNS[column], params: {} };
  if ("isSet" in test) return test.isSet ? ch`(${value} != '')` : ch`(${value} = '')`;
  if ("isNot" in test) return ch`not ${holds(value, { is: test.isNot })}`;
  if ("containsNot" in test) return ch`not ${holds(value, { contains: test.containsNot })}`;
  return holds(value, test);
}

function holds(value: ChStatement, test: ScalarTest): ChStatement {
  const known = "is" in test ? { is: test.is.filter((each) => each !== "") } : test;
  const ask = scalarAsks(known).String;
  return ask === undefined ? ch`(0)` : ch`ifNull(${ask(value)}, 0)`;
}
