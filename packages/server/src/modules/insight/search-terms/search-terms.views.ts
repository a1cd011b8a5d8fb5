import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import type { SearchOutcome, TermCounts } from "@terrace/domain/insight/search-terms/search-terms";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { fieldTextShown, personEvents } from "../sequence/person-events.views.ts";
import { readRows, type Asking } from "../time/asking.ts";
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

const SEARCH = 0;
const CLICK = 1;
const ORDER = 2;
const TERM_LENGTH_MAX = 200;

/** Everything the three lists are made of, in one pass over the events. `k`: how much longer the period is than the one before. */
export function readTerms(asking: Asking, plan: SearchPlan, asked: { readonly limit: number; readonly k: number }): Promise<TermRow[]> {
  const limit = ch.value("UInt32", asked.limit);
  const k = ch.value("Float64", asked.k);
  const ranked = (order: ChStatement): ChStatement => ch`row_number() over (partition by term = '' order by ${order}, term)`;
  return readRows<TermRow>(
    asking,
    "insight.search_terms",
    ch`
    select term, searches, people, withoutResult, clicked, ordered, previous, terms from (
      select *, (searches - ${k} * previous) / sqrt(greatest(searches + ${k} * ${k} * previous, 1)) as rise,
        least(${ranked(ch`searches desc`)}, ${ranked(ch`rise desc`)}, ${ranked(ch`withoutResult desc`)}) as place
      from (
        select term, countIf(isNow) as searches, uniqExactIf(person, isNow) as people, countIf(isNow and isNone) as withoutResult,
          countIf(isNow and isClicked) as clicked, countIf(isNow and isOrdered) as ordered, countIf(not isNow) as previous, uniqExactIf(term_of, isNow) as terms
        from (select *, term as term_of from (${searchesSql(asking, plan)})) /* workspace_id is named in the events it reads */
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
  return ch`select person from (${searchesSql(asking, plan)}) where ${cell.previous ? ch`not isNow` : ch`isNow`} and ${which[cell.outcome]} and ${term}`;
}

/**
 * One row for each search with a term, in the period or the one before: `person`, `term`, `isNow`, `isNone`, `isClicked`, `isOrdered`. A person's events are parted at their
 * searches: what follows a search up to the next one is its own, as far as the time allows. Events after the end of the period are read for that.
 */
function searchesSql({ tools }: Asking, plan: SearchPlan): ChStatement {
  const [search, click, order] = [plan.search, plan.click, plan.order].map((selector) => eventSelectorSql(selector, tools)) as [
    ChStatement,
    ChStatement,
    ChStatement,
  ];
  const text = normalised(fieldTextShown(plan.term));
  const isSearch = ch`(${search} and ${text} != '')`;
  const bits = ch`toUInt8(${isSearch} + 2 * ${click} + 4 * ${order})`;
  const none = ch`toUInt8(ifNull(${propertyNumberSql(plan.results.property)} = 0, 0))`;
  const sorted = personEvents({
    tools,
    fromMs: Math.min(plan.before.fromMs, plan.now.fromMs),
    toMs: plan.now.toMs + Math.max(plan.clickWithinMs, plan.orderWithinMs),
    where: ch`(${search} or ${click} or ${order})`,
    keep: [bits, ch`if(${search}, ${text}, '')`, none],
    needs: isSearch,
  });
  const follows = (bit: number, withinMs: number): ChStatement =>
    ch`arrayExists(event -> bitTest(event.5, ${ch.value("UInt8", bit)}) and event.1 <= own[1].1 + ${ch.value("Int64", withinMs)}, arrayPopFront(own))`;
  const within = ({ fromMs, toMs }: Period): ChStatement =>
    ch`(own[1].1 >= ${ch.value("Int64", fromMs)} and own[1].1 < ${ch.value("Int64", toMs)})`;
  return ch`
    select person, own[1].6 as term, ${within(plan.now)} as isNow, own[1].7 = 1 as isNone,
      ${follows(CLICK, plan.clickWithinMs)} as isClicked, ${follows(ORDER, plan.orderWithinMs)} as isOrdered
    from (
      select person, arrayJoin(arraySplit(event -> bitTest(event.5, ${ch.value("UInt8", SEARCH)}), sorted)) as own from (${sorted})
    ) where bitTest(own[1].5, ${ch.value("UInt8", SEARCH)}) and (${within(plan.now)} or ${within(plan.before)})`;
}

/** A term without what makes no difference: case, width (ＡＢＣ is abc), spaces. */
function normalised(text: ChStatement): ChStatement {
  const plain = ch`lowerUTF8(normalizeUTF8NFKC(toValidUTF8(${text})))`;
  return ch`substringUTF8(trimBoth(replaceRegexpAll(${plain}, ${ch.value("String", "\\s+")}, ' ')), 1, ${ch.value("UInt16", TERM_LENGTH_MAX)})`;
}
