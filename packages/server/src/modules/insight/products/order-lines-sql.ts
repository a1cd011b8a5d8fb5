import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { inside, subcolumn, typedColumn } from "../../../platform/storage/conditions/json-path.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

const LIST = subcolumn("properties", ["products"]);
const DECIMAL = "^-?[0-9]{1,30}(\\.[0-9]{1,30})?$";
const TEXTS = ["product_id", "name", "category"] as const;
const NUMBERS = ["price", "quantity"] as const;
type TextName = (typeof TEXTS)[number];
type NumberName = (typeof NUMBERS)[number];

/**
 * What lines are made of, as columns of a row of `events`; `lineTexts` and `lineNumbers` stand on these, in a statement around this one: the engine
 * reads each path once.
 *
 * Lines are the objects of `products`; an event without such a list has one line of its own properties when it names a `product_id` there, else none. The engine stores
 * a list of nothing but objects as columns, unless lists of other kinds came before it: then, and in a list with something else in it, objects are read as text.
 */
export const LINE_PARTS: ChStatement = ch.join([objects(), ...TEXTS.map(textParts), ...NUMBERS.map(numberParts)], ", ");

/** The condition that an event has a list that lines may be in; without, its line is told by its own properties. */
export const MAY_LIST_LINES: ChStatement = ch`(notEmpty(${inside(LIST, ["product_id"])}) or notEmpty(${typedColumn(LIST, "Array(Dynamic)")}) or notEmpty(${typedColumn(LIST, "Array(Nullable(JSON))")}))`;

/** String: what an event says in its own properties, '' where it does not. */
export function ownText(name: TextName): ChStatement {
  const at = subcolumn("properties", [name]);
  return ch`assumeNotNull(if(${at} is null or startsWith(dynamicType(${at}), 'Array'), '', toString(${at})))`;
}

/** Array(String): one text for each line; '' where it does not say. */
export function lineTexts(name: TextName): ChStatement {
  return ofLines(ch`${word(`texts_${name}`)}`, ch`arrayMap(object -> ${textInside(name)}, objects)`, ch`[${word(`own_${name}`)}]`);
}

/** Array(Nullable(Float64)): one number for each line. */
export function lineNumbers(name: NumberName): ChStatement {
  const listed = ch`arrayMap((float, int, text) -> coalesce(float, toFloat64(int), ${decimal(ch`text`)}), ${word(`floats_${name}`)}, ${word(`ints_${name}`)}, ${word(`texts_${name}`)})`;
  return ofLines(listed, ch`arrayMap(object -> ${decimal(textInside(name))}, objects)`, ch`[${word(`own_${name}`)}]`);
}

function ofLines(listed: ChStatement, fromText: ChStatement, own: ChStatement): ChStatement {
  return ch`multiIf(notEmpty(texts_product_id), ${listed}, notEmpty(objects), ${fromText}, own_product_id != '', ${own}, [])`;
}

/** The objects of a list that is not stored as columns, as JSON text. */
function objects(): ChStatement {
  const among = typedColumn(LIST, "Array(Dynamic)");
  const besideNulls = typedColumn(LIST, "Array(Nullable(JSON))");
  return ch`arrayConcat(arrayMap(object -> assumeNotNull(toJSONString(object)), arrayFilter(object -> dynamicType(object) = 'JSON', ${among})),
    arrayMap(object -> toJSONString(assumeNotNull(object)), arrayFilter(object -> isNotNull(object), ${besideNulls}))) as objects`;
}

function textParts(name: TextName): ChStatement {
  return ch`arrayMap(each -> ifNull(toString(each), ''), ${inside(LIST, [name])}) as ${word(`texts_${name}`)}, ${ownText(name)} as ${word(`own_${name}`)}`;
}

function numberParts(name: NumberName): ChStatement {
  const at = inside(LIST, [name]);
  return ch`${typedColumn(at, "Float64")} as ${word(`floats_${name}`)}, ${typedColumn(at, "Int64")} as ${word(`ints_${name}`)}, ${typedColumn(at, "String")} as ${word(`texts_${name}`)},
    ${propertyNumberSql(name)} as ${word(`own_${name}`)}`;
}

function decimal(text: ChStatement): ChStatement {
  return ch`if(ifNull(match(${text}, ${ch.value("String", DECIMAL)}), 0), toFloat64OrNull(${text}), null)`;
}

/** The text of a value of the object whose text is `object`. */
function textInside(name: TextName | NumberName): ChStatement {
  const key = ch`${ch.value("String", name)}`;
  return ch`multiIf(JSONType(object, ${key}) = 'String', JSONExtractString(object, ${key}), JSONType(object, ${key}) in ('Int64', 'UInt64', 'Double', 'Bool'), JSONExtractRaw(object, ${key}), '')`;
}

/** A name made here, as it is written. */
function word(text: `${string}_${TextName | NumberName}`): ChStatement {
  return { text, params: {} };
}
