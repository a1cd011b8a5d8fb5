import type { Touch } from "@terrace/domain/insight/commerce/touch";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import type { AnalysisTools } from "../time/asking.ts";
import { EVENT_ORDER, fieldTextShown } from "../sequence/person-events.views.ts";

/** The value of a touch over a row of `events`; '' where it is none. */
export function touchValueSql({ by }: Touch): ChStatement {
  const [first = ch`''`, ...more] = by.map(fieldTextShown);
  if (more.length === 0) return first;
  const rest = ch.join(
    more.map((text) => ch`' / ', if(${text} = '', '-', ${text})`),
    ", ",
  );
  return ch`if(${first} = '', '', concat(${first}, ${rest}))`;
}

/** The condition that a row of `events` may be a touch; it is one when it has a value too. */
export function isAmongTouches({ among }: Touch, tools: ConditionTools): ChStatement {
  if (among.length === 0) return ch`1`;
  return ch`(${ch.join(
    among.map((selector) => eventSelectorSql(selector, tools)),
    " or ",
  )})`;
}

/**
 * Rows per `origin_id` of what touched it first (`first_touch`), or last (`last_touch`), before an instant: tuples of when (a number that also puts events of
 * the same instant in the order in which they came in) and the value. `value` is '' for what is no touch.
 * Where an event came from is long to read, so it is asked of the events of that one instant alone.
 */
export function touchesPerOrigin(
  touch: Touch,
  tools: AnalysisTools,
  { value, toMs, which }: { readonly value: ChStatement; readonly toMs: number; readonly which: "first" | "last" },
): ChStatement {
  const matching = ch`workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope} and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})
        and ${isAmongTouches(touch, tools)}`;
  const isFirst = which === "first";
  const instants = ch`select origin_id, ${isFirst ? ch`min` : ch`max`}(time) from events where ${matching} and ${value} != '' group by origin_id`;
  const found = isFirst ? ch`(min(when), argMin(value, when)) as first_touch` : ch`(max(when), argMax(value, when)) as last_touch`;
  return ch`select origin_id, ${found}
    from (select origin_id, ${EVENT_ORDER} as when, ${value} as value from events where ${matching} and value != '' and (origin_id, time) global in (${instants})) group by origin_id`;
}
