import { TAKEN_BYTES_MAX } from "@terrace/domain/computed/taken-value";
import { pathOf, TOKEN } from "@terrace/domain/conditions/value-at";
import type { EventContext } from "@terrace/domain/event/feed-event";
import { ch, type ChStatement } from "../clickhouse.ts";
import { CONTEXT_COLUMNS } from "../event-columns.ts";
import { elementOfType, subcolumn } from "./json-path.ts";
import { jsonTextSql } from "./json-value-sql.ts";

/** Where the value of an event stands: a property, or a column of its context. */
export type TakenFromSql = { readonly property: string; readonly column: keyof EventContext | undefined };

/** The engine's half of `foundText`; null where there is none. */
export function foundTextSql({ property, column }: TakenFromSql): ChStatement {
  return column === undefined ? jsonTextSql("properties", property) : columnSql(column);
}

/** The engine's half of `takenText`; null where there is none. */
export function takenTextSql({ property, column }: TakenFromSql): ChStatement {
  const text = column === undefined ? plainTextSql(property) : columnSql(column);
  const isTaken = ch`length(${text}) <= ${ch.value("UInt32", TAKEN_BYTES_MAX)} and not match(${text}, ${ch.value("String", TOKEN)})`;
  return ch`if(ifNull(${isTaken}, 0), ${text}, null)`;
}

function columnSql(column: keyof EventContext): ChStatement {
  return ch`nullIf(toString(${{ text: CONTEXT_COLUMNS[column], params: {} }}), '')`;
}

/** Without numbers that are written with an exponent: there each engine has its own way. */
function plainTextSql(property: string): ChStatement {
  const at = subcolumn("properties", pathOf(property));
  const float = ch`toString(${elementOfType(at, "Float64")})`;
  return ch`coalesce(${elementOfType(at, "String")}, toString(${elementOfType(at, "Int64")}), if(position(${float}, 'e') > 0, null, ${float}), toString(${elementOfType(at, "Bool")}))`;
}
