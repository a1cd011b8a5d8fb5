import type { Counted, Sides } from "@terrace/domain/insight/portrait/portrait-answer";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { personConditionSql } from "../../../platform/storage/condition-sql.ts";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { readRows, type Asking } from "../time/asking.ts";
import { touchFactsSql, traitFactsOfMany, traitFactsSql, type Touch } from "./portrait-facts.views.ts";
import { comparedSql, fitsEveryone, sidesSql, type PortraitSides } from "./portrait-sides.views.ts";

/** The people of each side, where each of them has one row of which this holds. */
function peopleOnce(once: "isFirst" | "isNew"): ChStatement {
  const row: ChStatement = { text: once, params: {} };
  return ch`countIf(${row} and a = 1) as "group", countIf(${row} and b = 1) as "against", countIf(${row} and b = 1 and a = 0) as "rest"`;
}

/** The people of each side, however many rows they have. */
const PEOPLE = ch`uniqExactIf(person, a = 1) as "group", uniqExactIf(person, b = 1) as "against", uniqExactIf(person, b = 1 and a = 0) as "rest"`;

/** How many people are on the sides, and how many of the group are not looked at. */
export type Compared = Sides & { readonly outside: number };

export async function countSides(asking: Asking, sides: PortraitSides): Promise<Compared> {
  const [row] = await readRows<Compared>(
    asking,
    "insight.portrait_sides",
    ch`select countIf(a = 1 and e = 1) as "group", countIf(b = 1 and e = 1) as "against", countIf(b = 1 and a = 0 and e = 1) as "rest", countIf(a = 1 and e = 0) as outside
    from (${sidesSql(asking, sides)}) /* workspace_id is named inside */ limit 1`,
  );
  return row ?? NOBODY;
}

const NOBODY: Compared = { group: 0, against: 0, rest: 0, outside: 0 };

/** What the values at a trait are like: how many people have any, whether they are numbers, and the quintiles and means of those. */
export type TraitLike = Sides & {
  readonly name: string;
  readonly values: number;
  readonly numbers: number;
  readonly distinct: number;
  readonly tokens: number;
  readonly quintiles: readonly number[];
  readonly groupMean: number | null;
  readonly againstMean: number | null;
};

/** Traits told apart at most. */
export const TRAITS_MAX = 300;

/** The most frequent values of a trait, one more than asked for where there are more. */
export type TraitValues = TraitLike & { readonly top: readonly Counted[] };

type TraitsAsked = { readonly traits: readonly string[] | undefined; readonly top: number; readonly least: number };

/**
 * How many people are on the sides, and all their traits with their values, read once; values of fewer people than `least` are not told, nor are tokens. Both are one reading where
 * who is on which side can be told by the person alone.
 */
export async function readCompared(
  asking: Asking,
  sides: PortraitSides,
  asked: TraitsAsked,
): Promise<{ readonly people: Compared; readonly traits: readonly TraitValues[] }> {
  if (!fitsEveryone(sides)) return { people: await countSides(asking, sides), traits: await readTraits(asking, sides, asked, false) };
  const [everyone, ...traits] = await readTraits(asking, sides, asked, true);
  if (everyone === undefined) return { people: NOBODY, traits: [] };
  const { group, against, rest } = everyone;
  return { people: { group, against, rest, outside: 0 }, traits };
}

/** With everyone the first one has no name: it stands for the people, whatever they have. */
async function readTraits(asking: Asking, sides: PortraitSides, asked: TraitsAsked, withEveryone: boolean): Promise<TraitValues[]> {
  const isNumber = ch`isNotNull(number)`;
  const rows = await readRows<TraitLike & { readonly found: readonly (readonly [number, string, number, number, number])[] }>(
    asking,
    "insight.portrait_traits",
    ch`select name, sum(groups) as "group", sum(againsts) as "against", sum(rests) as "rest", sum(count) as values, sum(counted) as numbers, uniqUpTo(50)(value) as distinct, sumIf(count, isToken) as tokens,
      if(numbers = 0, [], quantilesExactInclusiveArray(0, 0.2, 0.4, 0.6, 0.8, 1)(arrayWithConstant(counted, ifNull(figure, 0)))) as quintiles,
      if(sum(countedA) = 0, null, sum(sumA) / sum(countedA)) as groupMean, if(sum(countedB) = 0, null, sum(sumB) / sum(countedB)) as againstMean,
      groupArraySortedIf(${ch.value("UInt32", asked.top + 1)})((-having, value, inGroup, inAgainst, inRest), not isToken and having >= ${ch.value("UInt32", asked.least)}) as found
    from (
      select name, value, isToken, sumIf(people, isFirst and a = 1) as groups, sumIf(people, isFirst and b = 1) as againsts, sumIf(people, isFirst and b = 1 and a = 0) as rests,
        sumIf(people, isNew and a = 1) as inGroup, sumIf(people, isNew and b = 1) as inAgainst, sumIf(people, isNew and b = 1 and a = 0) as inRest, toInt64(sumIf(people, isNew)) as having, sum(people) as count,
        sumIf(people, ${isNumber}) as counted, sumIf(people, ${isNumber} and a = 1) as countedA, sumIf(people, ${isNumber} and b = 1) as countedB, any(number) as figure,
        sumIf(ifNull(number, 0) * people, a = 1) as sumA, sumIf(ifNull(number, 0) * people, b = 1) as sumB
      from (${traitFactsOfMany(asking, sides, { traits: asked.traits, withEveryone })}) /* workspace_id is named inside */
      group by name, value, isToken
    )
    group by name order by name = '' desc, values desc, name limit ${ch.value("UInt32", TRAITS_MAX + (withEveryone ? 1 : 0))}`,
  );
  return rows.map(({ found, ...row }) => ({
    ...row,
    top: found.map(([, value, group, against, rest]) => ({ value, group, against, rest })),
  }));
}

type ValueRow = Sides & { readonly name: string | number; readonly value: string };

/** The most frequent values of some fields of the context, and how many have any (value null). */
export function readTouchValues(
  asking: Asking,
  sides: PortraitSides,
  asked: { readonly touches: readonly Touch[]; readonly top: number; readonly least: number },
): Promise<ValueRow[]> {
  return readValues(asking, joined(touchFactsSql(asking, asked.touches, sides.period), comparedSql(asking, sides)), asked);
}

/** How many people have each of some fields of the context at all. */
export function readTouched(
  asking: Asking,
  sides: PortraitSides,
  touches: readonly Touch[],
): Promise<(Sides & { readonly name: number })[]> {
  return readRows(
    asking,
    "insight.portrait_touched",
    ch`select name, ${peopleOnce("isFirst")} from (${joined(touchFactsSql(asking, touches, sides.period), comparedSql(asking, sides))}) /* workspace_id is named inside */
    group by name order by name limit 100`,
  );
}

/** How many people have a number in each of the ranges of a trait, which begin at `starts`; first those below all. */
export async function readRanges(
  asking: Asking,
  sides: PortraitSides,
  traits: readonly { readonly name: string; readonly starts: readonly number[] }[],
): Promise<ReadonlyMap<string, readonly Counted[]>> {
  if (traits.length === 0) return new Map();
  const names = traits.map(({ name }) => name);
  const startsOf = ch`[${ch.join(
    traits.map(({ starts }) => ch`${ch.value("Array(Float64)", starts)}`),
    ", ",
  )}][indexOf(${ch.value("Array(String)", names)}, name)]`;
  const rows = await readRows<Sides & { name: string; place: number }>(
    asking,
    "insight.portrait_ranges",
    ch`select name, arrayCount(start -> start <= assumeNotNull(number), ${startsOf}) as place, ${PEOPLE}
    from (${traitFactsSql(asking, sides, names)}) /* workspace_id is named inside */
    where isNotNull(number) group by name, place order by name, place limit 10000`,
  );
  return new Map(
    traits.map(({ name, starts }) => [
      name,
      [null, ...starts].flatMap((from, place): Counted[] => {
        const found = rows.find((row) => row.name === name && row.place === place);
        const { group = 0, against = 0, rest = 0 } = found ?? {};
        return [{ from, to: starts[place] ?? null, group, against, rest }];
      }),
    ]),
  );
}

/** How many people of the sides meet each of some conditions. */
export async function readMeeting(asking: Asking, sides: PortraitSides, conditions: readonly PersonCondition[]): Promise<readonly Sides[]> {
  if (conditions.length === 0) return [];
  const counts = conditions.map((condition) => {
    const meets = personConditionSql(condition, ch`person`, asking.tools);
    return ch`tuple(countIf(a = 1 and ${meets}), countIf(b = 1 and ${meets}), countIf(b = 1 and a = 0 and ${meets}))`;
  });
  const [row] = await readRows<{ counts: [number, number, number][] }>(
    asking,
    "insight.portrait_meeting",
    ch`select [${ch.join(counts, ", ")}] as counts from (${comparedSql(asking, sides)}) /* workspace_id is named inside */ limit 1`,
  );
  return (row?.counts ?? []).map(([group, against, rest]) => ({ group, against, rest }));
}

/** How many of some people (of their own making, no more than fit into a statement) are on the sides. */
export function readMembers(
  asking: Asking,
  sides: PortraitSides,
  people: readonly string[],
): Promise<{ id: string; a: number; b: number }[]> {
  return readRows(
    asking,
    "insight.portrait_members",
    ch`select toString(person) as id, a, b from (${comparedSql(asking, sides)}) /* workspace_id is named inside */
    where person in arrayMap(id -> toUInt64(id), ${ch.value("Array(String)", people)}) order by person limit ${ch.value("UInt32", people.length)}`,
  );
}

async function readValues(
  asking: Asking,
  facts: ChStatement,
  { top, least }: { readonly top: number; readonly least: number },
): Promise<ValueRow[]> {
  return readRows<ValueRow>(
    asking,
    "insight.portrait_values",
    ch`select name, value, ${peopleOnce("isNew")} from (${facts}) /* workspace_id is named inside */
    group by name, value having countIf(isNew) >= ${ch.value("UInt32", least)}
    order by name, countIf(isNew) desc, value limit ${ch.value("UInt32", top + 1)} by name limit 100000`,
  );
}

/** Facts of the people on either side, with the sides they are on. */
function joined(facts: ChStatement, compared: ChStatement): ChStatement {
  return ch`select * from (${facts}) as facts global inner join (${compared}) as sides using (person)`;
}
