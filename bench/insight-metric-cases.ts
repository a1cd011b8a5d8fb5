import { local, month, OF, PERSON, sum, within, type Case } from "./insight-cases.ts";
import { DAYS, ZONE } from "./insight-fill.ts";
import { NET } from "./insight-more-cases.ts";

type Line = { readonly points: readonly (number | null)[]; readonly total: number | null };
type Told = { readonly metrics: readonly { readonly lines: readonly (Line & { readonly basis?: Readonly<Record<Side, Line>> })[] }[] };
type Side = "numerator" | "denominator";
type Rows = Parameters<Case["counted"]>[0];

const LOGIN = [{ event: "login" }];
const ORDER = [{ event: "Order Completed" }];
const USE = [{ event: "page_view" }];
const LAST_30 = Array.from({ length: 30 }, (_, at) => local(29 - at));
const of30 = { period: { from: local(29), to: local(-1) }, interval: "day" };

/** Points, then the total. */
const lineOf = ({ metrics }: Told): readonly number[] => {
  const line = metrics[0]?.lines[0];
  return [...(line?.points ?? []), line?.total ?? null].map((value) => value ?? 0);
};
const basisOf = ({ metrics }: Told, side: Side): Line => metrics[0]?.lines[0]?.basis?.[side] ?? { points: [], total: null };

/** People by month and the day of it from which they count: how many count at the end of each day. */
function untilDays(rows: Rows): readonly number[] {
  const at = (day: string): number =>
    sum(
      rows.filter((row) => String(row["month"]) === `${day.slice(0, 7)}-01` && String(row["day"]) <= day).map(({ people = 0 }) => people),
    );
  return [...LAST_30.map(at), at(local(0))];
}

const sinceMonth = `time >= toDateTime64('${local(29).slice(0, 7)}-01 00:00:00', 3, '${ZONE}') and time < toDateTime64('${local(-1)} 00:00:00', 3, '${ZONE}')`;
const DAY = `toDate(time, '${ZONE}')`;

export const METRIC_CASES: readonly Case[] = [
  {
    name: "metric: active users of the month (3 logins or an order), 30 daily points",
    kind: "metric",
    body: { ...of30, metrics: [{ metric: "active_users", parameters: { login: LOGIN, order: ORDER } }] },
    hand: `select month, multiIf(third = toDate(0), bought, bought = toDate(0), third, least(third, bought)) as day, count() as people from (
        select person, month, arraySort(groupArrayArray(logins))[3] as third, minIf(first_bought, first_bought != toDate(0)) as bought from (
          select ${PERSON} as person, month, logins, first_bought from (
            select origin_id, toStartOfMonth(${DAY}) as month, groupArrayIf(${DAY}, name = 'login') as logins, minIf(${DAY}, name = 'Order Completed') as first_bought
            from events where ${OF} and name in ('login', 'Order Completed') and ${sinceMonth} group by origin_id, month
          )
        ) group by person, month
      ) where third != toDate(0) or bought != toDate(0) group by month, day`,
    told: lineOf,
    counted: untilDays,
  },
  {
    name: "metric: MAU, 30 daily points",
    kind: "metric",
    body: { ...of30, metrics: [{ metric: "mau", parameters: { login: LOGIN } }] },
    hand: `select month, first as day, count() as people from (
        select month, min(day) as first from (select origin_id, toStartOfMonth(${DAY}) as month, min(${DAY}) as day from events where ${OF} and name = 'login' and ${sinceMonth} group by origin_id, month)
        group by ${PERSON}, month
      ) group by month, day`,
    told: lineOf,
    counted: untilDays,
  },
  {
    name: `metric: churn rate (30 days of silence), ${DAYS} daily points`,
    kind: "metric",
    body: {
      period: { from: local(DAYS - 1), to: local(-1) },
      interval: "day",
      metrics: [{ metric: "churn_rate", parameters: { active: LOGIN, days: 30 } }],
    },
    // A person is at the start of the days from one after an active day to 30 after it; lost 30 days after one that none follows until then.
    hand: `select change.1 as day, sum(change.2) as comes, sum(change.3) as goes from (
        select arrayJoin(arrayConcat(arrayMap(at -> (at + 1, 1, 0), active), arrayMap((at, next) -> (least(at + 30, next) + 1, -1, next > at + 30), active, arrayPushBack(arrayPopFront(active), 1000000)))) as change
        from (select arraySort(groupUniqArrayArray(days)) as active from (
          select origin_id, groupUniqArray(toInt32(${DAY})) as days from events where ${OF} and name = 'login' and ${within(DAYS + 1, -1)} group by origin_id) group by ${PERSON})
      ) group by day order by day`,
    told: (answer: Told) => [...basisOf(answer, "numerator").points, ...basisOf(answer, "denominator").points].map((value) => value ?? 0),
    counted: (rows) => {
      const days = Array.from({ length: DAYS }, (_, at) => Date.parse(local(DAYS - 1 - at)) / 86_400_000);
      const lost = days.map((day) => rows.find((row) => row["day"] === day + 1)?.["goes"] ?? 0);
      const atStart = days.map((day) => sum(rows.filter((row) => (row["day"] ?? 0) <= day).map(({ comes = 0 }) => comes)));
      return [...lost, ...atStart];
    },
  },
  {
    name: "metric: lifetime value after 30 days, registered in 30 days",
    kind: "metric",
    body: {
      period: { from: local(90), to: local(60) },
      interval: "day",
      metrics: [
        { metric: "ltv_observed", parameters: { registration: LOGIN, order: ORDER, refund: [{ event: "Order Refunded" }], days: 30 } },
      ],
    },
    hand: `select toDate(assumeNotNull(first), '${ZONE}') as day, count() as people, sum(arraySum((on, minor) -> if(on >= day and on <= day + 30, minor, 0), bought, amounts)) as total from (
        select min(started) as first, groupArrayArray(days) as bought, groupArrayArray(minors) as amounts from (
          select origin_id, minOrNullIf(time, name = 'login' and time < toDateTime64('${local(60)} 00:00:00', 3, '${ZONE}')) as started, groupArrayIf(${DAY}, name != 'login') as days,
            groupArrayIf(${NET}, name != 'login') as minors
          from events where ${OF} and name in ('login', 'Order Completed', 'Order Refunded') and time < toDateTime64('${local(29)} 00:00:00', 3, '${ZONE}') group by origin_id
        ) group by ${PERSON}
      ) where first >= toDateTime64('${local(90)} 00:00:00', 3, '${ZONE}') and first < toDateTime64('${local(60)} 00:00:00', 3, '${ZONE}') group by day order by day`,
    told: (answer: Told) => basisOf(answer, "denominator").points.map((value) => value ?? 0),
    counted: (rows) => rows.map(({ people = 0 }) => people),
  },
  {
    name: "metric: average time per active user, 30 daily points",
    kind: "metric",
    body: { ...of30, metrics: [{ metric: "average_time_active", parameters: { use: USE } }] },
    hand: `select toDate(fromUnixTimestamp64Milli(part.1), '${ZONE}') as day, sum(part.2 - part.1) as ms, uniqExactIf(person, part.3 = 0) as people from (
        select person, arrayJoin(arrayConcat(arrayMap(cut -> (cut[1], cut[-1], 1), arrayFilter(cut -> length(cut) > 1, arraySplit((at, pause) -> pause >= 1800000, times, arrayDifference(times)))), arrayMap(at -> (at, at, 0), times))) as part
        from (select ${PERSON} as person, arraySort(groupArray(toUnixTimestamp64Milli(time))) as times from events where ${OF} and name = 'page_view' and ${month} group by person)
      ) group by day order by day`,
    told: (answer: Told) => [
      ...basisOf(answer, "numerator").points.map((value) => Math.round(value ?? 0)),
      ...basisOf(answer, "denominator").points.map((value) => value ?? 0),
    ],
    counted: (rows) => [...rows.map(({ ms = 0 }) => Math.round(ms / 1_000)), ...rows.map(({ people = 0 }) => people)],
  },
];
