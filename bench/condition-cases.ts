import { local, OF, PERSON } from "./insight-cases.ts";
import { ZONE } from "./insight-fill.ts";

/** A condition, and the best query written by hand for the people who meet it, one row each. */
export type ConditionCase = { readonly name: string; readonly condition: object; readonly hand: string };

const since = (daysAgo: number): string => `time >= toDateTime64('${local(daysAgo)} 00:00:00', 3, '${ZONE}')`;
const until = `time < toDateTime64('${local(-1)} 00:00:00', 3, '${ZONE}')`;
const PRICE = "coalesce(properties.price.:Float64, toFloat64(properties.price.:Int64), toFloat64OrNull(properties.price.:String))";
const did = (event: string | null) => ({ did: { event } });
const [order, viewed] = [did("Order Completed"), did("Product Viewed")];

export const CONDITION_CASES: readonly ConditionCase[] = [
  {
    name: "five conditions on what people did",
    condition: {
      all: [
        { ...order, count: { op: "gte", value: 2 }, within: { days: 90 } },
        { ...order, measure: { kind: "sum", property: "price" }, is: { op: "gt", value: 150 }, within: { days: 90 } },
        { ...viewed, count: { op: "gte", value: 3 }, within: { days: 30 } },
        { ...did("login"), measure: { kind: "days" }, is: { op: "gte", value: 2 }, within: { days: 30 } },
        { not: { ...did("Checkout"), within: { days: 7 } } },
      ],
    },
    hand: `select person from (
        select ${PERSON} as person, * from (
          select origin_id, countIf(name = 'Order Completed') as orders, sumIf(${PRICE}, name = 'Order Completed') as spent,
            countIf(name = 'Product Viewed') as viewed, groupBitOrIf(bitShiftLeft(toUInt32(1), toUInt8(toDate(time, '${ZONE}') - toDate('${local(29)}'))), name = 'login') as days, countIf(name = 'Checkout') as checkouts
          from events where ${OF} and ${until} and (name = 'Order Completed' and ${since(89)} or name in ('Product Viewed', 'login') and ${since(29)} or name = 'Checkout' and ${since(6)})
          group by origin_id))
      group by person having sum(orders) >= 2 and sum(spent) > 150 and sum(viewed) >= 3 and bitCount(groupBitOr(days)) >= 2 and sum(checkouts) = 0`,
  },
  {
    name: "bought three times and gone for 60 days",
    condition: { all: [{ ...order, count: { op: "gte", value: 3 } }, { not: { ...did(null), within: { days: 60 } } }] },
    hand: `select person from (
        select ${PERSON} as person, * from (
          select origin_id, countIf(name = 'Order Completed') as orders, max(time) as last from events where ${OF} and (name = 'Order Completed' or ${since(59)} and ${until}) group by origin_id))
      group by person having sum(orders) >= 3 and max(last) < toDateTime64('${local(59)} 00:00:00', 3, '${ZONE}')`,
  },
  {
    name: "bought in the last 30 days",
    condition: { ...order, within: { days: 30 } },
    hand: `select distinct ${PERSON} as person from (select distinct origin_id from events where ${OF} and name = 'Order Completed' and ${since(29)} and ${until})`,
  },
  {
    name: "viewed, then bought within 3 days, in 90 days",
    condition: { sequence: { steps: [viewed.did, order.did], withinDays: 3, within: { days: 90 } } },
    hand: `select person from (
        select ${PERSON} as person, groupArrayArray(marks) as marks from (
          select origin_id, groupArray(toUInt64(toUnixTimestamp64Milli(time)) * 2 + (name = 'Product Viewed')) as marks from events
          where ${OF} and name in ('Product Viewed', 'Order Completed') and ${since(89)} and ${until} group by origin_id)
        group by person having length(marks) > 1)
      where arrayExists((mark, next) -> bitAnd(mark, 1) = 1 and bitAnd(next, 1) = 0 and intDiv(next, 2) - intDiv(mark, 2) <= 259200000, arrayPopBack(arraySort(marks) as sorted), arrayPopFront(sorted))`,
  },
  {
    name: "last seen 30 to 60 days ago",
    condition: { ...did(null), last: { daysAgo: [30, 60] } },
    hand: `select person from (select origin_id, max(time) as last from events where ${OF} and ${since(60)} group by origin_id)
      group by ${PERSON} as person having max(last) >= toDateTime64('${local(60)} 00:00:00', 3, '${ZONE}') and max(last) < toDateTime64('${local(29)} 00:00:00', 3, '${ZONE}')`,
  },
];
