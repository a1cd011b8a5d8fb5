import type { Breakdown } from "@terrace/domain/insight/trends/trends-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { CONTEXT_COLUMNS } from "../../../platform/storage/event-columns.ts";
import { isTokenSql } from "../../../platform/storage/token-sql.ts";
import { propertySql, traitSql } from "./property-values.ts";

/** The values of a breakdown that are told one by one, in their order; null is having none. `isOther`: there are more. */
export type ShownValues = { readonly values: readonly (string | null)[]; readonly isMore: boolean };

/**
 * The values an event has for a breakdown, Array(Nullable(String)), never empty and each once: a list counts as each of its elements. Null is no value: missing,
 * an object, or a personal one.
 */
export function breakdownValuesSql(by: Breakdown): ChStatement {
  if ("column" in by) return ch`[nullIf(toString(${{ text: CONTEXT_COLUMNS[by.column], params: {} }}), '')]`;
  return dynamicValues(propertySql(by.property));
}

/** The same for a row of `person_trait`. */
export function traitValuesSql(trait: string): ChStatement {
  return dynamicValues(traitSql(trait));
}

function dynamicValues(value: ChStatement): ChStatement {
  const list = ch`JSONExtract(assumeNotNull(toJSONString(${value})), 'Array(Nullable(String))')`;
  const elements = ch`arrayDistinct(arrayFilter(each -> each is not null and not ${isTokenSql(ch`assumeNotNull(each)`)}, ${list}))`;
  const text = ch`assumeNotNull(toString(${value}))`;
  const hasNone = ch`${value} is null or startsWith(dynamicType(${value}), 'Array(JSON')`;
  // Nearly every value is a text; the others cost more to look at.
  const plain: ChStatement = { text: `${value.text}.:String`, params: {} };
  return ch`multiIf(isNotNull(${plain}) and not startsWith(assumeNotNull(${plain}), '~'), [${plain}], ${hasNone}, [null], startsWith(dynamicType(${value}), 'Array'), if(empty(${elements}), [null], ${elements}), ${isTokenSql(text)}, [null], [${text}])`;
}

/** The places (from 1) that an event's values have among the shown ones, 0 for all others, each once: Array(UInt16). */
export function breakdownPlacesSql(by: Breakdown, { values }: ShownValues): ChStatement {
  const texts = values.filter((value) => value !== null);
  const places = values.flatMap((value, index) => (value === null ? [] : [index + 1]));
  const nullPlace = ch.value("UInt16", values.indexOf(null) + 1);
  // Places are looked up by the position among the texts; the one before the first is "not found".
  const place = ch`[0, ${ch.join(
    places.map((each) => ch`${ch.value("UInt16", each)}`),
    ", ",
  )}]`;
  const known =
    texts.length === 0 ? ch`toUInt16(0)` : ch`toUInt16(${place}[indexOf(${ch.value("Array(String)", texts)}, assumeNotNull(each)) + 1])`;
  return ch`arrayDistinct(arrayMap(each -> if(each is null, ${nullPlace}, ${known}), ${breakdownValuesSql(by)}))`;
}
