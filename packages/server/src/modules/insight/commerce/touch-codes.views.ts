import type { Touch } from "@terrace/domain/insight/commerce/touch";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { isTokenSql } from "../../../platform/storage/token-sql.ts";
import { fieldText } from "../sequence/person-events.views.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { isAmongTouches, touchValueSql } from "./touches.views.ts";

/** So many values have a number of 16 bits. */
export const TOUCH_VALUES_MAX = 20_000;

/**
 * The values of all touches of a period, in order of their text, `max` at most: a value is carried about as its place from 1, which costs a fraction of its text.
 * `text` is what `touchCodeSql` will look up.
 */
export async function readTouchValues(
  asking: Asking,
  feature: string,
  touch: Touch,
  { text, period, max }: { readonly text: ChStatement; readonly period: Period; readonly max: number },
): Promise<readonly string[]> {
  const { tools } = asking;
  const rows = await readRows<{ value: string }>(
    asking,
    feature,
    ch`
    select value from (
      select ${text} as value from events
      where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod(period)} and ${isAmongTouches(touch, tools)} group by value
    ) where value != '' and not ${isTokenSql(ch`value`)} order by value limit ${ch.value("UInt32", Math.min(max, TOUCH_VALUES_MAX))}`,
  );
  return rows.map(({ value }) => value);
}

/**
 * The value of a touch for looking it up: that of a single field as it is stored, so that the engine looks it up once for each text and not for each event. Among the values
 * there is no personal one.
 */
export function touchTextSql(touch: Touch): ChStatement {
  const [only, ...more] = touch.by;
  return only === undefined || more.length > 0 ? touchValueSql(touch) : fieldText(only);
}

/** The place of a row's value among the values, from 1, UInt16; 0 where it is none of them. */
export function touchCodeSql(value: ChStatement, values: readonly string[]): ChStatement {
  if (values.length === 0) return ch`toUInt16(0)`;
  const places = values.map((_, index) => index + 1);
  return ch`transform(${value}, ${ch.value("Array(String)", values)}, ${ch.value("Array(UInt16)", places)}, toUInt16(0))`;
}
