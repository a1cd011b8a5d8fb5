import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import type { SearchOutcome, TermCounts } from "@terrace/domain/insight/search-terms/search-terms";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { EVENT_ORDERS, fieldTextShown } from "../sequence/person-events.views.ts";
import { readInOrder, type Reading } from "../sequence/reading.ts";
import { inPeriod, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

/** What is a search, what follows from one, and when. */
export type SearchPlan = {
  readonly search: EventSelector;
  readonly term: FieldOfEvent;
  readonly results: { readonly property: string };
  readonly click: EventSelector;
  readonly clickWithinMs: number;
  readonly order: EventSelector;
  readonly orderWithinMs: number;
  readonly now: Period;
  readonly before: Period;
};

/** Terms that the lists may need, and the sums over all terms as the one with the name "". */
export type TermRow = TermCounts & { readonly term: string; readonly terms: number };

/** What an event is, as bits of its number. */
const [SEARCH, CLICK, ORDER, NONE] = [ch`1`, ch`2`, ch`4`, ch`8`] as const;
/** So many bits of it. */
const MARKS = ch`4`;
const TERM_LENGTH_MAX = 200;

/** Everything the three lists are made of, in one pass over the events. `k`: how much longer the period is than the one before. */
export function readTerms(
  asking: Asking,
  plan: SearchPlan,
  asked: { readonly limit: number; readonly k: number },
): Promise<readonly TermRow[]> {
  const limit = ch.value("UInt32", asked.limit);
  const k = ch.value("Float64", asked.k);
  const ranked = (order: ChStatement): ChStatement => ch`row_number() over (partition by term = '' order by ${order}, term)`;
  return readInOrder<TermRow>(
    asking,
    "insight.search_terms",
    true,
    (reading) => ch`
    select term, searches, people, withoutResult, clicked, ordered, previous, terms, ties from (
      select *, (searches - ${k} * previous) / sqrt(greatest(searches + ${k} * ${k} * previous, 1)) as rise,
        least(${ranked(ch`searches desc`)}, ${ranked(ch`rise desc`)}, ${ranked(ch`withoutResult desc`)}) as place
      from (
        select term, countIf(isNow) as searches, uniqExactIf(person, isNow) as people, countIf(isNow and isNone) as withoutResult,
          countIf(isNow and isClicked) as clicked, countIf(isNow and isOrdered) as ordered, countIf(not isNow) as previous, uniqExactIf(term_of, isNow) as terms, max(tied) as ties
        from (select *, term as term_of from (${searchesSql(asking, plan, reading)})) /* workspace_id is named in the events it reads */
        group by grouping sets ((term), ())
      )
    ) where place <= ${limit} order by searches desc, term limit 10000`,
  );
}

/** A statement of the people with a search of some outcome. */
export function peopleWhoSearched(
  asking: Asking,
  plan: SearchPlan,
  cell: { readonly term?: string | undefined; readonly outcome: SearchOutcome; readonly previous: boolean },
): ChStatement {
  const which = {
    searched: ch`1`,
    without_result: ch`isNone`,
    clicked: ch`isClicked`,
    not_clicked: ch`not isClicked`,
    ordered: ch`isOrdered`,
  } as const satisfies Record<SearchOutcome, ChStatement>;
  const term = cell.term === undefined ? ch`1` : ch`term = ${normalised(ch`${ch.value("String", cell.term)}`)}`;
  return ch`select person from (${searchesSql(asking, plan, "exact")}) where ${cell.previous ? ch`not isNow` : ch`isNow`} and ${which[cell.outcome]} and ${term}`;
}

/**
 * One row for each search with a term, in the period or the one before: `person`, `term`, `isNow`, `isNone`, `isClicked`, `isOrdered`, `tied`. A person's events are parted at their
 * searches: what follows a search up to the next one is its own, as far as the time allows. Events after the end of the period are read for that.
 */
function searchesSql(asking: Asking, plan: SearchPlan, reading: Reading): ChStatement {
  const { order, timeOf } = EVENT_ORDERS[reading];
  const at = timeOf(ch`bitShiftRight(own[1], ${MARKS})`);
  const follows = (mark: ChStatement, withinMs: number): ChStatement =>
    ch`arrayExists(event -> bitAnd(event, ${mark}) != 0 and ${timeOf(ch`bitShiftRight(event, ${MARKS})`)} <= at + ${ch.value("Int64", withinMs)}, arrayPopFront(own))`;
  const within = ({ fromMs, toMs }: Period): ChStatement => ch`(at >= ${ch.value("Int64", fromMs)} and at < ${ch.value("Int64", toMs)})`;
  return ch`
    select person, tied, way.1 as own, way.2 as term, ${at} as at, ${within(plan.now)} as isNow, bitAnd(own[1], ${NONE}) != 0 as isNone,
      ${follows(CLICK, plan.clickWithinMs)} as isClicked, ${follows(ORDER, plan.orderWithinMs)} as isOrdered
    from (
      select person, tied, arrayJoin(arrayZip(arrayFilter(own -> bitAnd(own[1], ${SEARCH}) != 0, arraySplit(event -> bitAnd(event, ${SEARCH}) != 0, sorted)), terms)) as way
      from (${inOrder(asking, plan, reading, order)})
    ) where ${within(plan.now)} or ${within(plan.before)}`;
}

/** One row for each person who searched: their events in order as numbers (`sorted`), the `terms` of their searches, and `tied`: a search and something else at one instant. */
function inOrder({ tools }: Asking, plan: SearchPlan, reading: Reading, order: ChStatement): ChStatement {
  const [search, click, bought] = [plan.search, plan.click, plan.order].map((selector) => eventSelectorSql(selector, tools)) as [
    ChStatement,
    ChStatement,
    ChStatement,
  ];
  const period = {
    fromMs: Math.min(plan.before.fromMs, plan.now.fromMs),
    toMs: plan.now.toMs + Math.max(plan.clickWithinMs, plan.orderWithinMs),
  };
  const source = ch`from events where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod(period)}`;
  const row = (marks: ChStatement): ChStatement =>
    ch`${PERSON_OF_EVENT} as person, bitShiftLeft(${order}, ${MARKS}) + (${marks} + ${CLICK} * ${click} + ${ORDER} * ${bought}) as place`;
  const isNone = ch`ifNull(${propertyNumberSql(plan.results.property)} = 0, 0)`;
  // A text is put in its plain form once and not for each event. Only searches have one to read.
  const events = ch`
    select ${row(ch`${SEARCH} * (term != '') + ${NONE} * ${isNone}`)}, ${normalised(ch`toLowCardinality(${fieldTextShown(plan.term)})`)} as term ${source} and ${search}
    union all select ${row(ch`0`)}, '' as term ${source} and not ${search} and (${click} or ${bought})`;
  const isSearch = (place: ChStatement): ChStatement => ch`bitAnd(${place}, ${SEARCH}) != 0`;
  const tied =
    reading === "exact"
      ? ch`0`
      : ch`arrayExists((step, each, last) -> step < 16 and (${isSearch(ch`each`)} or ${isSearch(ch`last`)}), arrayPopFront(arrayDifference(sorted)), arrayPopFront(sorted), arrayPopBack(sorted))`;
  return ch`
    select person, arraySort(unsorted) as sorted, ${tied} as tied, arraySort((term, place) -> place, unsorted_terms, arrayFilter(place -> ${isSearch(ch`place`)}, unsorted)) as terms
    from (
      select person, groupArray(place) as unsorted, groupArrayIf(term, ${isSearch(ch`place`)}) as unsorted_terms from (${events})
      group by person having max(${isSearch(ch`place`)}) = 1
    )`;
}

/** A term without what makes no difference: case, width (ＡＢＣ is abc), spaces. */
function normalised(text: ChStatement): ChStatement {
  const plain = ch`lowerUTF8(normalizeUTF8NFKC(toValidUTF8(${text})))`;
  return ch`substringUTF8(trimBoth(replaceRegexpAll(${plain}, ${ch.value("String", "\\s+")}, ' ')), 1, ${ch.value("UInt16", TERM_LENGTH_MAX)})`;
}
