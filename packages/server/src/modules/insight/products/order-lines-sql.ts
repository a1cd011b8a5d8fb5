import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { inside, subcolumn, typedColumn } from "../../../platform/storage/conditions/json-path.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

/** The lines of an event over a row of `events`: arrays of equal length, one element for each line. */
export type OrderLines = {
  /** Array(String); '' where a line does not say. */
  readonly texts: (name: string) => ChStatement;
  /** Array(Nullable(Float64)). */
  readonly numbers: (name: string) => ChStatement;
};

const LIST = ["products"];
const DECIMAL = "^-?[0-9]{1,30}(\\.[0-9]{1,30})?$";

/**
 * Lines are the objects of `products`; an event without such a list has one line of its own properties when it names a `product_id` there, else none. The engine stores
 * a list of nothing but objects as columns, unless lists of other kinds came before it: then, and in a list with something else in it, objects are read as text.
 */
export const ORDER_LINES: OrderLines = { texts, numbers };

const OBJECTS = typedColumn(subcolumn("properties", LIST), "Array(Dynamic)");
const BESIDE_NULLS = typedColumn(subcolumn("properties", LIST), "Array(Nullable(JSON))");
const AS_TEXT = ch`arrayConcat(arrayMap(object -> assumeNotNull(toJSONString(object)), arrayFilter(object -> dynamicType(object) = 'JSON', ${OBJECTS})), arrayMap(object -> toJSONString(assumeNotNull(object)), arrayFilter(object -> isNotNull(object), ${BESIDE_NULLS})))`;

function ofList(name: string): ChStatement {
  return inside(subcolumn("properties", LIST), [name]);
}

function own(name: string): ChStatement {
  const at = subcolumn("properties", [name]);
  return ch`if(${at} is null or startsWith(dynamicType(${at}), 'Array'), '', toString(${at}))`;
}

function lines(asColumns: ChStatement, asText: ChStatement, flat: ChStatement, none: ChStatement): ChStatement {
  return ch`multiIf(notEmpty(${ofList("product_id")}), ${asColumns}, notEmpty(${OBJECTS}) or notEmpty(${BESIDE_NULLS}), ${asText}, ${own("product_id")} != '', ${flat}, ${none})`;
}

function texts(name: string): ChStatement {
  const columns = ch`arrayMap(each -> ifNull(toString(each), ''), ${ofList(name)})`;
  return lines(
    columns,
    ch`arrayMap(object -> ${textInside(name)}, ${AS_TEXT})`,
    ch`[assumeNotNull(${own(name)})]`,
    ch`cast([], 'Array(String)')`,
  );
}

function numbers(name: string): ChStatement {
  const at = ofList(name);
  const columns = ch`arrayMap((float, int, text) -> coalesce(float, toFloat64(int), ${decimal(ch`text`)}), ${typedColumn(at, "Float64")}, ${typedColumn(at, "Int64")}, ${typedColumn(at, "String")})`;
  return lines(
    columns,
    ch`arrayMap(object -> ${decimal(textInside(name))}, ${AS_TEXT})`,
    ch`[${propertyNumberSql(name)}]`,
    ch`cast([], 'Array(Nullable(Float64))')`,
  );
}

function decimal(text: ChStatement): ChStatement {
  return ch`if(ifNull(match(${text}, ${ch.value("String", DECIMAL)}), 0), toFloat64OrNull(${text}), null)`;
}

/** The text of a value of the object whose text is `object`. */
function textInside(name: string): ChStatement {
  const key = ch`${ch.value("String", name)}`;
  return ch`multiIf(JSONType(object, ${key}) = 'String', JSONExtractString(object, ${key}), JSONType(object, ${key}) in ('Int64', 'UInt64', 'Double', 'Bool'), JSONExtractRaw(object, ${key}), '')`;
}
