import type { Test } from "@terrace/domain/conditions/condition";
import { pathOf } from "@terrace/domain/conditions/value-at";
import { ch, type ChStatement } from "../clickhouse.ts";
import { elementOfType, inside, subcolumn, typedColumn, underneath, type JsonColumn } from "./json-path.ts";
import { SCALAR_TYPES, scalarAsks, type DayAsked, type ScalarAsks, type ScalarTest, type ScalarType } from "./scalar-sql.ts";

const FALSE = ch`0`;
/** Names what an `arrayExists` looks at. */
const EACH = ch`each`;

/** The condition that what is at a path of a JSON column stands the test; never null. The engine's half of `passesTest(test, valuesAt(…))`. */
export function jsonTestSql(column: JsonColumn, name: string, test: Test | DayAsked): ChStatement {
  const path = pathOf(name);
  if ("isSet" in test) return test.isSet ? isSetSql(column, path) : ch`not ${isSetSql(column, path)}`;
  if ("isNot" in test) return ch`not ${holdsSql(column, path, { is: test.isNot })}`;
  if ("containsNot" in test) return ch`not ${holdsSql(column, path, { contains: test.containsNot })}`;
  return holdsSql(column, path, test);
}

function holdsSql(column: JsonColumn, path: readonly string[], test: ScalarTest): ChStatement {
  const asks = scalarAsks(test);
  const here = holdsAt(subcolumn(column, path), asks);
  const inLists = listsOn(path).flatMap(({ list, rest }) => [
    ...holdsInObjects(subcolumn(column, list), rest, asks),
    ...holdsInMixedList(subcolumn(column, list), rest, asks),
  ]);
  return anyOf([...here, ...inLists]);
}

/**
 * What a value is asked by its type: a single one, or a list by the types it is stored as, of one type or of several (`Dynamic`). The value is read once as a whole,
 * and lists are looked into only where there is no single value: each type as a column of its own takes half as long again, and twice where text is searched.
 */
function holdsAt(at: ChStatement, asks: ScalarAsks): readonly ChStatement[] {
  const types = askedTypes(asks);
  if (types.length === 0) return [];
  const singles = types.flatMap(({ type, ask }) => [ch`isNotNull(${elementOfType(at, type)})`, truth(ask(elementOfType(at, type)))]);
  const lists = types.map(
    ({ type, ask }) => ch`arrayExists(each -> ${truth(ask(EACH))}, ${elementOfType(at, `Array(Nullable(${type}))`)})`,
  );
  const mixed = ch`arrayExists(each -> ${dynamicHolds(asks)}, ${elementOfType(at, "Array(Dynamic)")})`;
  return [ch`multiIf(${ch.join([...singles, anyOf([...lists, mixed])], ", ")})`];
}

function dynamicHolds(asks: ScalarAsks): ChStatement {
  return anyOf(askedTypes(asks).map(({ type, ask }) => truth(ask(elementOfType(EACH, type)))));
}

/** Lists of nothing but objects are columns of their own. */
function holdsInObjects(list: ChStatement, rest: readonly string[], asks: ScalarAsks): readonly ChStatement[] {
  const inner = inside(list, rest);
  const types = askedTypes(asks);
  if (types.length === 0) return [];
  return [
    ...types.flatMap(({ type, ask }) => [
      ch`arrayExists(each -> ${truth(ask(EACH))}, ${typedColumn(inner, type)})`,
      ch`arrayExists(each -> ${truth(ask(EACH))}, arrayFlatten(${typedColumn(inner, `Array(Nullable(${type}))`)}))`,
    ]),
    ch`arrayExists(each -> ${dynamicHolds(asks)}, arrayFlatten(${typedColumn(inner, "Array(Dynamic)")}))`,
  ];
}

/** In lists of several types, or with nulls, an object can only be read as text. */
function holdsInMixedList(list: ChStatement, rest: readonly string[], asks: ScalarAsks): readonly ChStatement[] {
  if (askedTypes(asks).length === 0) return [];
  return [ch`arrayExists(each -> ${textHolds(rest, asks)}, ${objectTexts(list)})`];
}

function objectTexts(list: ChStatement): ChStatement {
  const among = ch`arrayMap(object -> assumeNotNull(toJSONString(object)), arrayFilter(object -> dynamicType(object) = 'JSON', ${typedColumn(list, "Array(Dynamic)")}))`;
  const besideNulls = ch`arrayMap(object -> ifNull(toJSONString(object), ''), ${typedColumn(list, "Array(Nullable(JSON))")})`;
  return ch`arrayConcat(${among}, ${besideNulls})`;
}

/** What JSON text calls the types. */
const JSON_TYPES: { readonly [Type in ScalarType]: ChStatement } = {
  String: ch`'String'`,
  Int64: ch`'Int64', 'UInt64'`,
  Float64: ch`'Double'`,
  Bool: ch`'Bool'`,
};

function textHolds(rest: readonly string[], asks: ScalarAsks): ChStatement {
  const keys = ch.join(
    rest.map((key) => ch`${ch.value("String", key)}`),
    ", ",
  );
  const single = anyOf(
    askedTypes(asks).map(
      ({ type, ask }) =>
        ch`(JSONType(each, ${keys}) in (${JSON_TYPES[type]}) and ${truth(ask(ch`JSONExtract(each, ${keys}, ${literal(type)})`))})`,
    ),
  );
  const element = anyOf(
    askedTypes(asks).map(
      ({ type, ask }) => ch`(JSONType(element) in (${JSON_TYPES[type]}) and ${truth(ask(ch`JSONExtract(element, ${literal(type)})`))})`,
    ),
  );
  return ch`(${single} or arrayExists(element -> ${element}, JSONExtractArrayRaw(each, ${keys})))`;
}

/** A value is there, or something under the path is; null and empty objects are not stored. */
function isSetSql(column: JsonColumn, path: readonly string[]): ChStatement {
  const own = ch`(${subcolumn(column, path)} is not null)`;
  const under = ch`notEmpty(${underneath(column, path)})`;
  return anyOf([own, under, ...listsOn(path).flatMap(({ list, rest }) => setInList(subcolumn(column, list), rest))]);
}

/** The text of an object may have nulls where other events have values. */
function setInList(list: ChStatement, rest: readonly string[]): readonly ChStatement[] {
  const keys = ch.join(
    rest.map((key) => ch`${ch.value("String", key)}`),
    ", ",
  );
  const isThere = ch`(JSONType(each, ${keys}) not in ('Null', 'Object') or match(JSONExtractRaw(each, ${keys}), '":[^n{]'))`;
  const objects = ch`arrayMap(object -> toJSONString(object), ${typedColumn(list, "Array(JSON)")})`;
  return [ch`arrayExists(each -> ${isThere}, ${objects})`, ch`arrayExists(each -> ${isThere}, ${objectTexts(list)})`];
}

/** The ways to cut a path in two where a list may stand. */
function listsOn(path: readonly string[]): readonly { readonly list: readonly string[]; readonly rest: readonly string[] }[] {
  return path.slice(1).map((_, index) => ({ list: path.slice(0, index + 1), rest: path.slice(index + 1) }));
}

function askedTypes(asks: ScalarAsks) {
  return SCALAR_TYPES.flatMap((type) => {
    const ask = asks[type];
    return ask === undefined ? [] : [{ type, ask }];
  });
}

function truth(condition: ChStatement): ChStatement {
  return ch`ifNull(${condition}, 0)`;
}

function anyOf(conditions: readonly ChStatement[]): ChStatement {
  return conditions.length === 0 ? FALSE : ch`(${ch.join(conditions, " or ")})`;
}

function literal(type: string): ChStatement {
  return { text: `'${type}'`, params: {} };
}
