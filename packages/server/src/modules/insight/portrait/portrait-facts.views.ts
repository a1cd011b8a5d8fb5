import type { EventContext } from "@terrace/domain/event/feed-event";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { CONTEXT_COLUMNS } from "../../../platform/storage/event-columns.ts";
import { isTokenSql } from "../../../platform/storage/token-sql.ts";
import { traitSql } from "../trends/property-values.ts";
import { perPerson, type Asking } from "../time/asking.ts";
import { eventsOf, sidesWithTraits, type PortraitSides } from "./portrait-sides.views.ts";

/** A field of the context, as a person had it at first or at last. */
export type Touch = { readonly column: keyof EventContext; readonly touch: "first" | "last" };

/** What is told of everyone where nothing else is asked for: where they came from, and what they use now. */
export const USUAL_TOUCHES: readonly Touch[] = [
  { column: "channel", touch: "first" },
  { column: "channel", touch: "last" },
  { column: "utmSource", touch: "first" },
  { column: "utmCampaign", touch: "first" },
  { column: "referrerHost", touch: "first" },
  { column: "deviceType", touch: "last" },
  { column: "os", touch: "last" },
  { column: "browser", touch: "last" },
  { column: "appVersion", touch: "last" },
  { column: "locale", touch: "last" },
];

/**
 * One row for each value at each trait of the people on either side: `person`, `a`, `b`, `name`, `value` (its text), `number` (null of what is none), `isToken`. A list counts as
 * each of its elements, once; objects have no value. `isFirst` says of one of a person's rows of a trait that it is the first, `isNew` that no row before it has its value: people are
 * counted by them. `traits`: only these.
 */
export function traitFactsSql(asking: Asking, sides: PortraitSides, traits: readonly string[] | undefined): ChStatement {
  return factsSql(ch`person`, traitsSql(asking, sides, { traits, withEveryone: false }));
}

/**
 * The same for all people at once who are on the same sides and have the same at a trait: `people` is how many. With everyone (see `fitsEveryone`) there are rows with the `name` '' besides,
 * which count the people on either side, whatever they have; a trait that has no name cannot be asked for, and is left out.
 */
export function traitFactsOfMany(
  asking: Asking,
  sides: PortraitSides,
  asked: { readonly traits: readonly string[] | undefined; readonly withEveryone: boolean },
): ChStatement {
  return factsSql(
    ch`people`,
    ch`select count() as people, a, b, pair from (${traitsSql(asking, sides, asked)}) where pair.1 != '' or pair.2 = '' group by a, b, pair`,
  );
}

/** What stands in the place of the traits of a person who is counted, whatever they have: no value is written in no characters. */
const COUNTED = ch`[('', '')]::Array(Tuple(String, String))`;

/** One row for each trait of the people on either side: `person`, `a`, `b`, `pair` (its name, and its value as JSON); with everyone one besides for each of them. */
function traitsSql(
  asking: Asking,
  sides: PortraitSides,
  { traits, withEveryone }: { readonly traits: readonly string[] | undefined; readonly withEveryone: boolean },
): ChStatement {
  const told = ch`${traits === undefined ? ch`1` : ch`pair.1 in ${ch.value("Array(String)", traits)}`} and pair.2 not in ('null', '')`;
  const pairs = sidesWithTraits(asking, sides, { pairs: pairsSql(traits), everyone: withEveryone ? COUNTED : undefined });
  return ch`select person, a, b, pair from (select person, a, b, arrayJoin(pairs) as pair from (${pairs})) where ${withEveryone ? ch`(${told} or pair = ('', ''))` : told}`;
}

function factsSql(whose: ChStatement, traits: ChStatement): ChStatement {
  const elements = ch`arrayFilter(raw -> raw != 'null' and not startsWith(raw, '{') and not startsWith(raw, '['), if(startsWith(pair.2, '['), arrayDistinct(JSONExtractArrayRaw(pair.2)), [pair.2]))`;
  return ch`
    select ${whose}, a, b, name, value, if(match(raw, '^-?[0-9]'), toFloat64OrNull(raw), null) as number, ${isTokenSql(ch`value`)} as isToken, isFirst, isNew
    from (
      select ${whose}, a, b, name, fact.1 as raw, fact.2 as value, fact.3 = 1 as isFirst, fact.4 = 1 as isNew from (
        select ${whose}, a, b, name, arrayJoin(arrayZip(raws, texts, arrayEnumerate(raws), arrayEnumerateUniq(texts))) as fact from (
          select ${whose}, a, b, name, raws, arrayMap(raw -> if(startsWith(raw, '"'), JSONExtractString(raw), raw), raws) as texts
          from (select ${whose}, a, b, pair.1 as name, ${elements} as raws from (${traits}))
        )
      )
    )`;
}

/** Names and JSON texts of traits: those that are asked for are read by themselves, where no name leads into an object. */
function pairsSql(traits: readonly string[] | undefined): ChStatement {
  if (traits === undefined || traits.length === 0 || traits.some((name) => name.includes(".")))
    return ch`JSONExtractKeysAndValuesRaw(assumeNotNull(toJSONString(traits)))`;
  const pairs = traits.map((name) => ch`(${ch.value("String", name)}, assumeNotNull(toJSONString(${traitSql(name)})))`);
  return ch`[${ch.join(pairs, ", ")}]`;
}

/** One row for each of some fields of the context that a person has: `person`, `name` (its place among `touches`), `value`, `isFirst` and `isNew` (always). Of several at one instant the first by text counts. */
export function touchFactsSql(asking: Asking, touches: readonly Touch[], period: Period | undefined): ChStatement {
  const { workspaceId } = asking;
  const column = ({ column: field }: Touch): ChStatement => ({ text: `toString(${CONTEXT_COLUMNS[field]})`, params: {} });
  const name = (index: number): ChStatement => ({ text: `t${index}`, params: {} });
  // The time of a last touch runs backwards, so that "the first by text" holds for both.
  const found = touches.map((each, index) => {
    const at = each.touch === "first" ? ch`toUnixTimestamp64Milli(time)` : ch`-toUnixTimestamp64Milli(time)`;
    return ch`minIf((${at}, ${column(each)}), ${column(each)} != '') as ${name(index)}`;
  });
  const perOrigin = ch`select origin_id, ${ch.join(found, ", ")} from events where workspace_id = ${ch.value("UInt32", workspaceId)} and ${eventsOf(asking, period)} group by origin_id`;
  const own = touches.map((_, index) => ch`minIf(${name(index)}, ${name(index)}.2 != '').2`);
  const each = perPerson(workspaceId, perOrigin, ch`[${ch.join(own, ", ")}] as touched`);
  return ch`select person, name, value, 1 as isFirst, 1 as isNew from (
      select person, arrayJoin(arrayZip(arrayMap(at -> toUInt16(at - 1), arrayEnumerate(touched)), touched)) as fact, fact.1 as name, fact.2 as value from (${each})
    ) where value != ''`;
}
