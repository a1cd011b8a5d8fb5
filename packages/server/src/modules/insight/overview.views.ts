import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { DONE_BY_SOMEBODY, namesOfEvent } from "../../platform/storage/event-names.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { isOwnCurrencySql, netMinorSql } from "./commerce/net-amount-sql.ts";

/** Two periods of equal length side by side: the one shown and the one before it. Unix ms, half-open; days are local to `zone`. */
export type Periods = { readonly previousMs: number; readonly fromMs: number; readonly toMs: number; readonly zone: string };

export type DayFigures = { readonly day: string; readonly events: number; readonly people: number };
export type PeriodFigures = { readonly current: boolean; readonly people: number };
export type OrderDay = { readonly day: string; readonly orders: number; readonly revenueMinor: number; readonly otherCurrency: number };

/** Events and distinct people per local day of both periods. */
export async function eventsPerDay(warehouse: Warehouse, workspaceId: number, periods: Periods): Promise<readonly DayFigures[]> {
  return warehouse.rows<DayFigures>(
    workspaceId,
    "overview.days",
    ch`
    select toString(toDate(time, ${ch.value("String", periods.zone)})) as day, count() as events, uniqExactIf(${PERSON}, origin_id != 0) as people
    from events where ${within(workspaceId, periods)} group by day order by day limit 1000`,
  );
}

/** Distinct people of each period as a whole (they do not add up over days). */
export async function peoplePerPeriod(warehouse: Warehouse, workspaceId: number, periods: Periods): Promise<readonly PeriodFigures[]> {
  const rows = await warehouse.rows<{ current: number; people: number }>(
    workspaceId,
    "overview.people",
    ch`
    select time >= fromUnixTimestamp64Milli(${ch.value("Int64", periods.fromMs)}) as current, uniqExactIf(${PERSON}, origin_id != 0) as people
    from events where ${within(workspaceId, periods)} group by current limit 2`,
  );
  return rows.map(({ current, people }) => ({ current: current === 1, people }));
}

/**
 * Orders and revenue per local day: `Order Completed` less `Order Refunded`. Amounts are `revenue`, else `total`, in major units, an integer, a float
 * or a number written as text; each order is rounded to minor units before it is added. Orders in another currency count, their
 * amounts do not; `otherCurrency` says how many completed orders that are.
 */
export async function ordersPerDay(
  warehouse: Warehouse,
  workspaceId: number,
  periods: Periods,
  money: { readonly currency: string; readonly digits: number },
): Promise<readonly OrderDay[]> {
  const isOwnCurrency = isOwnCurrencySql(money);
  const rows = await warehouse.rows<{ day: string; orders: number; revenue: number; otherCurrency: number }>(
    workspaceId,
    "overview.orders",
    ch`
    select toString(toDate(time, ${ch.value("String", periods.zone)})) as day, countIf(name = 'Order Completed') as orders,
      sum(${netMinorSql(ch`name = 'Order Completed'`, { mayRefund: true }, money)}) as revenue,
      countIf(name = 'Order Completed' and not (${isOwnCurrency})) as otherCurrency
    from events where ${within(workspaceId, periods)} and name in ('Order Completed', 'Order Refunded') group by day order by day limit 1000`,
  );
  return rows.map(({ day, orders, revenue, otherCurrency }) => ({ day, orders, revenueMinor: revenue, otherCurrency }));
}

/** The most frequent events of the period shown; a click counts under its own name and under those of the virtual events it stands for. */
export async function topEvents(
  warehouse: Warehouse,
  workspaceId: number,
  periods: Periods,
  named: { readonly limit: number; readonly virtual: readonly VirtualEvent[] },
): Promise<{ name: string; events: number; people: number }[]> {
  const rows = await warehouse.rows<{ called: string; events: number; people: number }>(
    workspaceId,
    "overview.top",
    ch`
    select arrayJoin(${namesOfEvent(named.virtual)}) as called, count() as events, uniqExactIf(${PERSON}, origin_id != 0) as people
    from events where ${within(workspaceId, { ...periods, previousMs: periods.fromMs })} group by called order by events desc, called limit ${ch.value("UInt32", named.limit)}`,
  );
  return rows.map(({ called, events, people }) => ({ name: called, events, people }));
}

/** People first seen per local day of both periods. */
export async function newPeoplePerDay(
  db: Db,
  workspaceId: number,
  periods: Periods,
): Promise<readonly { readonly day: string; readonly people: number }[]> {
  return db<{ day: string; people: number }[]>`
    select to_char(to_timestamp(first_seen_ms / 1000.0) at time zone ${periods.zone}, 'YYYY-MM-DD') as day, count(*)::int as people from (
      select first_seen_ms from person where workspace_id = ${workspaceId} and identified and first_seen_ms >= ${periods.previousMs} and first_seen_ms < ${periods.toMs}
      union all select first_seen_ms from person where workspace_id = ${workspaceId} and not identified and first_seen_ms >= ${periods.previousMs} and first_seen_ms < ${periods.toMs}
    ) fresh
    group by 1 order by 1 limit 1000`;
}

/** Events of a time, counted no further than `atMost`. */
export async function countFew(
  warehouse: Warehouse,
  workspaceId: number,
  within: { readonly fromMs: number; readonly toMs: number; readonly atMost: number },
): Promise<number> {
  const [row] = await warehouse.rows<{ events: number }>(
    workspaceId,
    "overview.recent",
    ch`
    select count() as events from (
      select 1 from events where workspace_id = ${ch.value("UInt32", workspaceId)} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", within.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", within.toMs)})
      limit ${ch.value("UInt32", within.atMost)}
    )`,
  );
  return row?.events ?? 0;
}

/** Events per local day before an instant (Unix ms), newest day first: the newest `DAYS_MAX` days that have any. */
export async function daysWithEvents(
  warehouse: Warehouse,
  workspaceId: number,
  { toMs, zone }: { readonly toMs: number; readonly zone: string },
): Promise<readonly { readonly day: string; readonly events: number }[]> {
  return warehouse.rows<{ day: string; events: number }>(
    workspaceId,
    "overview.past_days",
    ch`
    select toString(toDate(time, ${ch.value("String", zone)})) as day, count() as events
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})
    group by day order by day desc limit ${ch.value("UInt32", DAYS_MAX)}`,
  );
}

/** All people of the workspace. */
export async function countPeople(db: Db, workspaceId: number): Promise<number> {
  const [row] = await db<{ people: number }[]>`select count(*)::int as people from person where workspace_id = ${workspaceId}`;
  return row?.people ?? 0;
}

/** Days looked at for where past data end; more than a decade. */
const DAYS_MAX = 5_000;

const PERSON = ch`dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)`;

/** What somebody did in the time; what is only told of people is no activity. */
function within(workspaceId: number, { previousMs, toMs }: Pick<Periods, "previousMs" | "toMs">): ReturnType<typeof ch> {
  return ch`workspace_id = ${ch.value("UInt32", workspaceId)} and ${DONE_BY_SOMEBODY} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", previousMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`;
}
