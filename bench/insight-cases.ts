import { DAYS, NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";

/** An analysis, the best query written by hand for the same answer, and what both must come to. */
export type Case = {
  readonly name: string;
  readonly kind: string;
  readonly body: object;
  readonly hand: string;
  /** Numbers that have to be the same: of the answer, and of the rows of the query. */
  readonly told: (answer: never) => readonly number[];
  readonly counted: (rows: readonly Readonly<Record<string, number>>[]) => readonly number[];
};

export const PERSON = "dictGetOrDefault('default.person_of_origin', 'person_id', (toUInt32(1), origin_id), origin_id)";
export const OF = `workspace_id = ${WORKSPACE} and origin_id != 0`;
export const local = (daysAgo: number): string => new Date(NOW_MS + 8 * 3_600_000 - daysAgo * 86_400_000).toISOString().slice(0, 10);
export const within = (from: number, to: number): string =>
  `time >= toDateTime64('${local(from)} 00:00:00', 3, '${ZONE}') and time < toDateTime64('${local(to)} 00:00:00', 3, '${ZONE}')`;
export const days = (last: number) => ({ from: local(last - 1), to: local(-1) });
export const month = within(29, -1);
/** A text counts where it is a plain decimal: neither 1e5 nor inf nor nan is a price. */
const PRICE =
  "coalesce(properties.price.:Float64, toFloat64(properties.price.:Int64), if(match(properties.price.:String, '^-?[0-9]{1,30}([.][0-9]{1,30})?$'), toFloat64OrNull(properties.price.:String), null))";
export const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
type Points = { readonly lines: readonly { readonly points: readonly number[] }[] };

export const CASES: readonly Case[] = [
  {
    name: `DAU over ${DAYS} days, exact`,
    kind: "trends",
    body: { period: days(DAYS), series: [{ event: { event: null }, measure: { kind: "people" } }] },
    // A set of people per day does not fit into memory with 60 million events; days as bits of a number do.
    hand: `select at, count() as people from (
        select arrayJoin(arrayPushFront(arrayMap(bit -> bit + 1, bitPositionsToArray(days)), 0)) as at from (
          select groupBitOr(days) as days from (
            select origin_id, groupBitOr(bitShiftLeft(toUInt256(1), toUInt8(toDate(time, '${ZONE}') - toDate('${local(DAYS - 1)}')))) as days from events where ${OF} and ${within(DAYS - 1, -1)} group by origin_id
          ) group by ${PERSON}
        )
      ) group by at order by at`,
    told: ({ lines }: Points) => lines[0]?.points.filter((point) => point > 0) ?? [],
    counted: (rows) => rows.slice(1).map(({ people = 0 }) => people),
  },
  {
    name: "sum of a mixed-type property by day, 30 days",
    kind: "trends",
    body: { period: days(30), series: [{ event: { event: "Order Completed" }, measure: { kind: "sum", property: "price" } }] },
    hand: `select toDate(time, '${ZONE}') as day, sum(toInt128(round(ifNull(${PRICE}, 0) * 1000000))) / 1000000 as total from events where ${OF} and ${month} and name = 'Order Completed' group by day order by day`,
    told: ({ lines }: Points) => lines[0]?.points.map((point) => Math.round(point)) ?? [],
    counted: (rows) => rows.map(({ total = 0 }) => Math.round(total)),
  },
  {
    name: "events by a property (top 10) and day, 30 days",
    kind: "trends",
    body: {
      period: days(30),
      series: [{ event: { event: "page_view" }, measure: { kind: "events" } }],
      breakdown: { by: { property: "kind" }, top: 10 },
    },
    hand: `with (select groupArray(value) from (select properties.kind.:String as value from events where ${OF} and ${month} and name = 'page_view' group by value order by count() desc, value limit 10)) as top
      select if(has(top, properties.kind.:String), properties.kind.:String, '') as place, toDate(time, '${ZONE}') as day, count() as events from events where ${OF} and ${month} and name = 'page_view' group by place, day`,
    told: ({ lines }: Points) => [sum(lines.flatMap(({ points }) => points))],
    counted: (rows) => [sum(rows.map(({ events = 0 }) => events))],
  },
  {
    name: "funnel of 3 steps with times to convert, window 7 days, 30 days",
    kind: "funnel",
    body: {
      period: days(30),
      window: { value: 7, unit: "day" },
      steps: [{ event: "Product Viewed" }, { event: "Product Added" }, { event: "Order Completed" }],
    },
    // What comes next is carried back from the end of each list; windowFunnel tells no times.
    hand: `with bitNot(toUInt64(0)) as never,
        arrayPopFront(arrayReverseFill((mark, fits) -> fits, arrayPushBack(marks, never), arrayPushBack(arrayMap(mark -> bitAnd(mark, 3) = 2, marks), 1))) as third,
        arrayPopFront(arrayReverseFill((mark, fits) -> fits, arrayPushBack(arrayZip(marks, third), (never, never)), arrayPushBack(arrayMap(mark -> bitAnd(mark, 3) = 1, marks), 1))) as second,
        arrayFilter(way -> bitAnd(way.1, 3) = 0 and way.1 < toUInt64(toUnixTimestamp64Milli(toDateTime64('${local(-1)} 00:00:00', 3, '${ZONE}'))) * 4, arrayZip(marks, second.1, second.2)) as ways,
        arrayMap(way -> (if(bitShiftRight(way.2, 2) <= bitShiftRight(way.1, 2) + 604800000, if(bitShiftRight(way.3, 2) <= bitShiftRight(way.1, 2) + 604800000, 3, 2), 1), toInt64(bitShiftRight(way.1, 2)), toInt64(bitShiftRight(way.2, 2)), toInt64(bitShiftRight(way.3, 2))), ways) as attempts
      select count() as one, countIf(level >= 2) as two, countIf(level >= 3) as three, [sumIf(best.3 - best.2, level >= 2), sumIf(best.4 - best.3, level >= 3), sumIf(best.4 - best.2, level >= 3)] as sums,
        [quantileExactInclusiveIf(0.5)(best.3 - best.2, level >= 2), quantileExactInclusiveIf(0.5)(best.4 - best.3, level >= 3), quantileExactInclusiveIf(0.5)(best.4 - best.2, level >= 3)] as medians
      from (
        select arrayElement(attempts, indexOf(attempts.1, arrayMax(attempts.1))) as best, best.1 as level from (
          select arraySort(groupArray(toUInt64(toUnixTimestamp64Milli(time)) * 4 + multiIf(name = 'Product Viewed', 0, name = 'Product Added', 1, 2))) as marks
          from events where ${OF} and ${within(29, -8)} and name in ('Product Viewed', 'Product Added', 'Order Completed') group by ${PERSON} having countIf(name = 'Product Viewed') > 0
        ) where notEmpty(ways)
      )`,
    told: ({ steps }: { readonly steps: readonly { readonly people: number }[] }) => steps.map(({ people }) => people),
    counted: ([row]) => [row?.["one"] ?? 0, row?.["two"] ?? 0, row?.["three"] ?? 0],
  },
  {
    name: "retention, recurring by day, 30 days",
    kind: "retention",
    body: { period: days(30), start: { event: "login" }, return: { event: null }, kind: "recurring" },
    hand: `select cohort, sumForEach(arrayMap(n -> bitAnd(bitShiftRight(returns, cohort + n), 1), range(30))) as came from (
        select arrayJoin(bitPositionsToArray(starts)) as cohort, returns from (
          select ${PERSON} as person, groupBitOr(starts) as starts, groupBitOr(returns) as returns from (
            select origin_id, groupBitOr(if(name = 'login', bitShiftLeft(toUInt64(1), day), 0)) as starts, groupBitOr(bitShiftLeft(toUInt64(1), day)) as returns
            from (select origin_id, name, toUInt8(toDate(time, '${ZONE}') - toDate('${local(29)}')) as day from events where ${OF} and ${month}) group by origin_id
          ) group by person
        )
      ) group by cohort order by cohort`,
    told: ({ cohorts }: { readonly cohorts: readonly { readonly size: number }[] }) => cohorts.map(({ size }) => size),
    counted: (rows) => rows.map((row) => (row as unknown as { came: number[] }).came[0] ?? 0),
  },
  {
    name: "retention, first ever by day, 30 days",
    kind: "retention",
    body: { period: days(30), start: { event: "Order Completed" }, return: { event: "login" }, kind: "first_time" },
    hand: `select cohort, count() as size, sumForEach(arrayMap(n -> bitAnd(bitShiftRight(returns, cohort + n), 1), range(30))) as came from (
        select toUInt8(toDate(min(first), '${ZONE}') - toDate('${local(29)}')) as cohort, groupBitOr(returns) as returns from (
          select origin_id, minOrNullIf(time, name = 'Order Completed') as first,
            groupBitOr(if(name = 'login' and ${month}, bitShiftLeft(toUInt64(1), toUInt8(toDate(time, '${ZONE}') - toDate('${local(29)}'))), 0)) as returns
          from events where ${OF} and (name = 'Order Completed' or name = 'login' and ${month}) and time < toDateTime64('${local(-1)} 00:00:00', 3, '${ZONE}') group by origin_id
        ) group by ${PERSON} having min(first) >= toDateTime64('${local(29)} 00:00:00', 3, '${ZONE}')
      ) group by cohort order by cohort`,
    told: ({ cohorts }: { readonly cohorts: readonly { readonly size: number }[] }) => cohorts.map(({ size }) => size),
    counted: (rows) => rows.map(({ size = 0 }) => size),
  },
  {
    name: "stickiness by day, 30 days",
    kind: "stickiness",
    body: { period: days(30), event: { event: null } },
    hand: `select bitCount(active) as days, count() as people from (
      select groupBitOr(active) as active from (
        select origin_id, groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(toDate(time, '${ZONE}') - toDate('${local(29)}')))) as active from events where ${OF} and ${month} group by origin_id
      ) group by ${PERSON}) group by days`,
    told: ({ people }: { readonly people: number }) => [people],
    counted: (rows) => [sum(rows.map(({ people = 0 }) => people))],
  },
  {
    name: "lifecycle by day, 30 days",
    kind: "lifecycle",
    body: { period: days(30), event: { event: "login" } },
    hand: `select sumForEach(arrayMap(at -> bitAnd(bitShiftRight(fresh, at), 1), range(1, 31))) as fresh_days, sumForEach(arrayMap(at -> bitAnd(bitShiftRight(bitAnd(active, bitShiftLeft(active, 1)), at), 1), range(1, 31))) as returning_days,
        sumForEach(arrayMap(at -> bitAnd(bitShiftRight(bitAnd(bitShiftLeft(active, 1), bitNot(active)), at), 1), range(1, 31))) as dormant_days from (
        select groupBitOr(active) as active, if(min(first) >= toDateTime64('${local(30)} 00:00:00', 3, '${ZONE}'), bitShiftLeft(toUInt64(1), toUInt8(toDate(min(first), '${ZONE}') - toDate('${local(30)}'))), 0) as fresh from (
          select origin_id, min(time) as first, groupBitOr(if(time >= toDateTime64('${local(30)} 00:00:00', 3, '${ZONE}'), bitShiftLeft(toUInt64(1), toUInt8(toDate(time, '${ZONE}') - toDate('${local(30)}'))), 0)) as active
          from events where ${OF} and name = 'login' and time < toDateTime64('${local(-1)} 00:00:00', 3, '${ZONE}') group by origin_id
        ) group by ${PERSON})`,
    told: ({ states }: { readonly states: { readonly new: readonly number[] } }) => states.new,
    counted: ([row]) => (row as unknown as { fresh_days: number[] }).fresh_days,
  },
  {
    name: "sessions, 30 days",
    kind: "sessions",
    body: { period: days(30) },
    hand: `with 1800000 as gap select count() as people, sum(length(times)) as events, sum(length(lengths)) as sessions, sum(arraySum(lengths)) as spent, quantileExactInclusiveArray(0.5)(lengths) as median, sum(alone) as bounces from (
      select times, arrayPopFront(arrayDifference(times)) as pauses, arrayPushFront(pauses, gap) as before, arrayPushBack(pauses, gap) as after,
        arrayMap((end, begin) -> end - begin, arrayFilter((at, pause) -> pause >= gap, times, after), arrayFilter((at, pause) -> pause >= gap, times, before)) as lengths,
        arrayCount((b, a) -> b >= gap and a >= gap, before, after) as alone
      from (select arraySort(groupArrayArray(times)) as times from (select origin_id, groupArray(toUnixTimestamp64Milli(time)) as times from events where ${OF} and ${month} group by origin_id) group by ${PERSON}))`,
    told: ({ sessions }: { readonly sessions: number }) => [sessions],
    counted: ([row]) => [row?.["sessions"] ?? 0],
  },
  {
    name: "distribution of a summed property, 30 days",
    kind: "distribution",
    body: {
      period: days(30),
      event: { event: "Order Completed" },
      measure: { kind: "sum", property: "price" },
      brackets: [0, 10, 50, 100, 500],
    },
    hand: `select count() as people, sum(value) as total, quantileExactInclusive(0.5)(value), countIf(value < 10), countIf(value >= 10 and value < 50), countIf(value >= 50 and value < 100), countIf(value >= 100 and value < 500), countIf(value >= 500) from (
      select sum(part) / 1000000 as value from (select origin_id, sum(toInt128(round(ifNull(${PRICE}, 0) * 1000000))) as part, countIf(${PRICE} is not null) as numbers from events where ${OF} and ${month} and name = 'Order Completed' group by origin_id having numbers > 0) group by ${PERSON})`,
    told: ({ people }: { readonly people: number }) => [people],
    counted: ([row]) => [row?.["people"] ?? 0],
  },
  {
    name: "events of people in a city who bought, by day, 30 days",
    kind: "trends",
    body: {
      period: days(30),
      series: [{ event: { event: "page_view" }, measure: { kind: "events" } }],
      filters: { people: { all: [{ trait: "city", is: ["city7"] }, { did: { event: "Order Completed" } }] } },
    },
    hand: `select toDate(time, '${ZONE}') as day, count() as events from events where ${OF} and ${month} and name = 'page_view'
      and ${PERSON} in (select person_id from person_trait final where workspace_id = ${WORKSPACE} and traits.city.:String = 'city7')
      and ${PERSON} in (select ${PERSON} from (select origin_id from events where ${OF} and name = 'Order Completed' group by origin_id)) group by day order by day`,
    told: ({ lines }: Points) => lines[0]?.points ?? [],
    counted: (rows) => rows.map(({ events = 0 }) => events),
  },
];
