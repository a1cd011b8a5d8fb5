import { days, local, month, OF, PERSON, sum, within, type Case } from "./insight-cases.ts";
import { EVENT_PLACE } from "@terrace/server/modules/insight/sequence/person-events.views";
import { NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";

const MS = "toUnixTimestamp64Milli(time)";
/** Three numbers that put events of the same instant in the order in which they came in, as the answers have them. */
const PLACE = EVENT_PLACE.text;
/** A value is read once, whatever its type; of texts plain decimals count, as in every answer. */
const element = (name: string, type: string): string => `dynamicElement(properties.${name}, '${type}')`;
const number = (name: string): string =>
  `toFloat64(${element(name, "Int64")}), ${element(name, "Float64")}, if(match(${element(name, "String")}, '^-?[0-9]{1,30}([.][0-9]{1,30})?$'), toFloat64OrNull(${element(name, "String")}), null)`;
const minor = (...numbers: readonly string[]): string => `toInt64(round(coalesce(${numbers.join(", ")}, 0) * 100))`;
/** Money in another currency does not count, and a refund may say what it takes as its amount. */
const IS_OWN = "upper(ifNull(toString(properties.currency), '')) in ('', 'CNY')";
const AMOUNT = `if(${IS_OWN}, ${minor(number("revenue"), number("total"))}, 0)`;
const IS_ORDER = "name = 'Order Completed'";
export const NET = `if(${IS_OWN}, ${minor(number("revenue"), number("total"), `if(${IS_ORDER}, null, coalesce(${number("amount")}))`)} as units, 0) * if(${IS_ORDER}, 1, -sign(units))`;
const TRADE = "name in ('Order Completed', 'Order Refunded')";
const NOW = `fromUnixTimestamp64Milli(${NOW_MS})`;
const MONTH_BEGINS = `toDateTime64('${local(29)} 00:00:00', 3, '${ZONE}')`;
/** Beginnings of calendar months in which people of the LTV case start. */
const [FIRST_MONTH, LAST_MONTH] = ["2026-03-01", "2026-07-01"];
const AGE = "(toInt16(bitAnd(bitShiftRight(trade, 1), 255)) - cohort)";

export const MORE_CASES: readonly Case[] = [
  {
    name: "paths of 5 steps, 30 days",
    kind: "paths",
    body: { period: days(30) },
    hand: `select edge.1 as step, edge.2 as source, edge.3 as target, count() as sessions, uniqExact(person) as people from (
        select person, arrayJoin(arrayMap((step, node, next) -> (step, node, next), arrayEnumerate(path), path, if(length(nodes) > 5, arraySlice(nodes, 2, 4), arrayPushBack(arrayPopFront(path), '')))) as edge from (
          select person, arrayJoin(arraySplit((node, pause) -> pause >= 1800000, sorted.5, arrayDifference(sorted.1))) as nodes, arraySlice(nodes, 1, if(length(nodes) > 5, 4, 5)) as path
          from (select ${PERSON} as person, arraySort(groupArray((${MS}, ${PLACE}, toString(name)))) as sorted from events where ${OF} and ${month} group by person)
        )
      ) group by step, source, target order by sessions desc`,
    told: ({ sessions }: { readonly sessions: number }) => [sessions],
    counted: (rows) => [sum(rows.filter(({ step }) => step === 1).map(({ sessions = 0 }) => sessions))],
  },
  {
    name: "interval from a view to the next order, 30 days",
    kind: "interval",
    body: { period: days(30), start: { event: "Product Viewed" }, end: { event: "Order Completed" } },
    hand: `select sum(length(waits)) as intervals, countIf(notEmpty(waits)) as people, quantilesExactInclusiveArray(0.05, 0.25, 0.5, 0.75, 0.9, 0.95)(waits) as percentiles, stddevPopArray(waits) as deviation from (
        select arrayFilter(took -> took >= 0, arrayMap((at, next, kind, ends) -> if(not kind and ends, next - at, -1), arrayPopBack(marks.1), arrayPopFront(marks.1), arrayPopBack(marks.5), arrayPopFront(marks.5))) as waits from (
          select arraySort(groupArrayArray(marks)) as marks from (
            select origin_id, groupArray((${MS}, ${PLACE}, name = 'Order Completed')) as marks from events where ${OF} and name in ('Product Viewed', 'Order Completed') and ${month} group by origin_id
          ) group by ${PERSON}))`,
    told: ({ intervals, people }: { readonly intervals: number; readonly people: number }) => [intervals, people],
    counted: ([row]) => [row?.["intervals"] ?? 0, row?.["people"] ?? 0],
  },
  {
    name: "RFM, quintiles of 180 days",
    kind: "rfm",
    body: { at: local(0), lookbackDays: 180 },
    hand: `select r, f, m, count() as people, sum(orders) as bought, sum(minor) as money from (
        select orders, minor, intDiv((rank() over (order by day) - 1) * 5, count() over ()) as r, intDiv((rank() over (order by orders) - 1) * 5, count() over ()) as f, intDiv((rank() over (order by minor) - 1) * 5, count() over ()) as m from (
          select max(last) as day, sum(bought) as orders, sum(net) as minor from (
            select origin_id, toDate(maxIf(time, name = 'Order Completed'), '${ZONE}') as last, countIf(name = 'Order Completed') as bought, sum(${NET}) as net
            from events where ${OF} and ${TRADE} and ${within(180, 0)} group by origin_id
          ) group by ${PERSON} having orders > 0
        )
      ) group by r, f, m`,
    told: ({ people, orders }: { readonly people: number; readonly orders: number }) => [people, orders],
    counted: (rows) => [sum(rows.map(({ people = 0 }) => people)), sum(rows.map(({ bought = 0 }) => bought))],
  },
  {
    name: "LTV by month of the first order",
    kind: "ltv",
    body: { period: { from: FIRST_MONTH, to: LAST_MONTH }, interval: "month", cohortBy: "first_order" },
    // Few ids have several orders: bringing them together by id first costs more than it saves. An order is one number: its money, its month, and that it is one.
    hand: `select cohort, age, countIf(nth = 1) as size, sumIf(bitShiftRight(trade, 9), bitTest(trade, 0)) as gross, sumIf(bitShiftRight(trade, 9), not bitTest(trade, 0)) as refunds from (
        select cohort, trade, nth, ${AGE} as age from (
          select dateDiff('month', toDate('${FIRST_MONTH}'), toDate(minOrNullIf(time, is_order), '${ZONE}')) as cohort,
            arrayFilter(trade -> ${AGE} >= 0, groupArrayIf(bitShiftLeft(minor, 9) + month * 2 + is_order, month >= 0)) as trades
          from (select ${PERSON} as person, time, ${IS_ORDER} as is_order, dateDiff('month', toDate('${FIRST_MONTH}'), toDate(time, '${ZONE}')) as month, ${NET} as minor from events where ${OF} and ${TRADE})
          group by person having cohort >= 0
        ) array join trades as trade, arrayEnumerate(trades) as nth
      ) group by cohort, age order by cohort, age`,
    told: ({ groups }: { readonly groups: readonly { readonly cohorts: readonly { readonly size: number }[] }[] }) =>
      groups[0]?.cohorts.map(({ size }) => size) ?? [],
    counted: (rows) =>
      rows.flatMap(({ cohort, age }) =>
        age === 0 ? [sum(rows.filter((row) => row["cohort"] === cohort).map(({ size = 0 }) => size))] : [],
      ),
  },
  {
    name: "attribution of orders to channels, last touch, 30 days",
    kind: "attribution",
    body: { period: days(30) },
    hand: `select value, count() as conversions, countIf(texts[-1] = value) as direct, uniqExact(person) as people, sumIf(worth, texts[-1] = value) as credited from (
        select person, worth, texts, arrayJoin(if(empty(texts), [''], arrayDistinct(texts))) as value from (
          select person, sorted[place].7 as worth, arrayMap(each -> each.5, arrayFilter(each -> each.5 != '' and each.1 >= sorted[place].1 - 2592000000, arraySlice(sorted, 1, place))) as texts from (
            select person, sorted, arrayJoin(arrayFilter((place, each) -> each.6 = 1 and each.1 >= toUnixTimestamp64Milli(toDateTime64('${local(29)} 00:00:00', 3, '${ZONE}')), arrayEnumerate(sorted), sorted)) as place from (
              select ${PERSON} as person, arraySort(groupArray((${MS}, ${PLACE}, toString(channel), name = 'Order Completed', if(name = 'Order Completed', ${AMOUNT}, 0)))) as sorted
              from events where ${OF} and ${within(59, -1)} and (channel != '' or name = 'Order Completed') group by person having countIf(name = 'Order Completed') > 0
            )))) group by value order by direct desc`,
    told: ({ total }: { readonly total: { readonly conversions: number } }) => [total.conversions],
    counted: (rows) => [sum(rows.map(({ direct = 0, conversions = 0, value }) => (String(value) === "" ? conversions : direct)))],
  },
  {
    name: "channels of people first seen in 30 days",
    kind: "channels",
    body: { period: days(30), by: [{ column: "channel" }], registration: { event: "login" } },
    // Who was seen before is left out first: of everything else only what happened since is read.
    hand: `select channel, count() as people, countIf(logins > 0) as registered, countIf(orders > 0) as customers, countIf(orders > 1) as repeaters, sum(orders) as bought, sum(minor) as money from (
        select argMinIf(touch.2, touch.1, touch.2 != '') as channel, sum(logged) as logins, sum(ordered) as orders, sum(net) as minor from (
          select origin_id, (minIf(time, channel != ''), argMinIf(toString(channel), time, channel != '')) as touch, countIf(name = 'login') as logged, countIf(${IS_ORDER}) as ordered, sumIf(${NET}, ${TRADE}) as net
          from events where ${OF} and time >= ${MONTH_BEGINS} and time < ${NOW} group by origin_id
        ) group by ${PERSON} as person having person not in (select ${PERSON} from (select origin_id from events where ${OF} and time < ${MONTH_BEGINS} group by origin_id))
      ) group by channel order by people desc`,
    told: ({ total }: { readonly total: { readonly people: number } }) => [total.people],
    counted: (rows) => [sum(rows.map(({ people = 0 }) => people))],
  },
  {
    // The events name no items: every order is one of none, and what costs is reading their lines.
    name: "products, 30 days (orders without lines)",
    kind: "products",
    body: { period: days(30) },
    hand: `select item, sum(viewed) as views, countIf(viewed > 0) as viewers, sum(added) as carts, sum(ordered) as orders, countIf(ordered > 0) as buyers, countIf(ordered > 1) as repeaters, sum(minor) as net from (
        select item, sum(viewed) as viewed, sum(added) as added, sum(ordered) as ordered, sum(minor) as minor from (
          select origin_id, item, countIf(name = 'Product Viewed') as viewed, countIf(name = 'Product Added') as added, countIf(name = 'Order Completed') as ordered, sumIf(amount, ${TRADE}) as minor
          from (select origin_id, name, ${NET} as amount, arrayJoin(if(empty(properties.products.:\`Array(JSON)\`), [ifNull(toString(properties.product_id), '')], arrayMap(line -> ifNull(toString(line.product_id), ''), properties.products.:\`Array(JSON)\`))) as item
            from events where ${OF} and ${month} and name in ('Product Viewed', 'Product Added', 'Order Completed', 'Order Refunded')) group by origin_id, item
        ) group by ${PERSON}, item
      ) group by item`,
    told: ({ rows }: { readonly rows: readonly { readonly orders: number }[] }) => [sum(rows.map(({ orders }) => orders))],
    counted: (rows) => [sum(rows.map(({ orders = 0 }) => orders))],
  },
  {
    name: "search terms with clicks and orders, 30 days and the 30 before",
    kind: "search-terms",
    body: { period: days(30), search: { event: "search" }, term: { property: "kind" }, results: { property: "results" } },
    hand: `select term, countIf(is_now) as searches, uniqExactIf(person, is_now) as people, countIf(is_now and clicked) as clicks, countIf(is_now and bought) as orders, countIf(not is_now) as before from (
        select person, own[1].6 as term, own[1].1 >= toUnixTimestamp64Milli(toDateTime64('${local(29)} 00:00:00', 3, '${ZONE}')) as is_now,
          arrayExists(each -> each.5 = 2 and each.1 <= own[1].1 + 1800000, own) as clicked, arrayExists(each -> each.5 = 3 and each.1 <= own[1].1 + 86400000, own) as bought
        from (select person, arrayJoin(arraySplit(each -> each.5 = 1, sorted)) as own from (
          select ${PERSON} as person, arraySort(groupArray((${MS}, ${PLACE}, multiIf(name = 'search', 1, name = 'Product Viewed', 2, 3), if(name = 'search', lower(ifNull(properties.kind.:String, '')), '')))) as sorted
          from events where ${OF} and name in ('search', 'Product Viewed', 'Order Completed') and ${within(59, -1)} group by person having countIf(name = 'search') > 0))
        where own[1].5 = 1
      ) group by term order by searches desc`,
    told: ({ total }: { readonly total: { readonly searches: number } }) => [total.searches],
    counted: (rows) => [sum(rows.map(({ searches = 0 }) => searches))],
  },
  {
    name: "portrait of buyers by two traits",
    kind: "portrait",
    body: { group: { people: { did: { event: "Order Completed" } } }, by: [{ trait: "city" }, { trait: "level" }] },
    // What an answer says of everyone counts people without traits, too: the last row is of them all.
    hand: `with buyers as (select ${PERSON} as buyer from (select origin_id from events where ${OF} and name = 'Order Completed' group by origin_id))
      select * from (
        select name, value, countIf(is_buyer) as buyers, count() as everyone from (
          select person_id in (select buyer from buyers) as is_buyer, arrayJoin([('city', toString(traits.city)), ('level', toString(traits.level))]) as fact, fact.1 as name, fact.2 as value
          from person_trait final where workspace_id = ${WORKSPACE}
        ) group by name, value order by name, everyone desc
      ) union all select '~', '', countIf(person in (select buyer from buyers)), count() from (
        select person from (select ${PERSON} as person from (select origin_id from events where ${OF} group by origin_id) union all select person_id from person_trait final where workspace_id = ${WORKSPACE}) group by person)`,
    told: ({ group, against }: { readonly group: number; readonly against: number }) => [group, against],
    counted: (rows) => ["buyers", "everyone"].map((column) => rows.find(({ name }) => String(name) === "~")?.[column] ?? 0),
  },
];
