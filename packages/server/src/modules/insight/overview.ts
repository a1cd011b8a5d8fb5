import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { dayAt, dayOfIso, isoDay, startOfDay, zoneClock, type ZoneClock } from "@terrace/domain/time/zoned-time";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { decideLastDay, FEW_EVENTS, RECENT_DAYS, silentSince, type DayCount, type PeriodEnd } from "./overview-period.ts";
import {
  countFew,
  countPeople,
  daysWithEvents,
  eventsPerDay,
  newPeoplePerDay,
  ordersPerDay,
  peoplePerPeriod,
  topEvents,
  type Periods,
} from "./overview.views.ts";

export type OverviewDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  /** Between which times the workspace has events, Unix ms. */
  readonly eventSpan: (workspaceId: number) => Promise<{ readonly firstMs: number; readonly lastMs: number } | undefined>;
  /** The names that operators gave to captured clicks. */
  readonly virtualEvents: (workspaceId: number) => Promise<readonly VirtualEvent[]>;
  readonly nowMs: () => number;
};

type FigureId = "events" | "active_people" | "new_people" | "orders" | "revenue_minor";
export type Figure = {
  readonly id: FigureId;
  readonly value: number;
  readonly previous: number;
  readonly series: { readonly day: string; readonly value: number }[];
};
export type Overview = {
  readonly from: string;
  readonly to: string;
  readonly toReason: PeriodEnd;
  readonly dataFrom: string | null;
  readonly dataTo: string | null;
  readonly people: number;
  readonly figures: Figure[];
  readonly topEvents: { name: string; events: number; people: number }[];
  readonly currency: string;
  /** Orders of the period that count while their amount does not: it is in another currency. */
  readonly ordersInOtherCurrency: number;
};
export type OverviewQuery = { readonly days: number; readonly until: string | undefined; readonly zone: string; readonly currency: string };

const TOP_EVENTS = 10;

/** The figures of the home page: a period of whole local days ending with `until` (default: see `decideLastDay`), and the period of equal length before it. */
export async function loadOverview(deps: OverviewDeps, workspaceId: number, query: OverviewQuery): Promise<Overview> {
  const clock = zoneClock(query.zone);
  const span = await deps.eventSpan(workspaceId);
  const asked = query.until === undefined ? undefined : dayOfIso(query.until);
  const { lastDay, end } =
    asked === undefined ? await chooseLastDay(deps, workspaceId, { span, zone: query.zone }) : { lastDay: asked, end: "asked" as const };
  const firstDay = lastDay - query.days + 1;
  const periods = periodsOf(firstDay, query, clock);
  const virtual = await deps.virtualEvents(workspaceId);
  const [perDay, perPeriod, orders, fresh, top, people] = await Promise.all([
    eventsPerDay(deps.warehouse, workspaceId, periods),
    peoplePerPeriod(deps.warehouse, workspaceId, periods),
    ordersPerDay(deps.warehouse, workspaceId, periods, { currency: query.currency, digits: minorDigits(query.currency) }),
    newPeoplePerDay(deps.db, workspaceId, periods),
    topEvents(deps.warehouse, workspaceId, periods, { limit: TOP_EVENTS, virtual }),
    countPeople(deps.db, workspaceId),
  ]);
  const figure = createFigure(firstDay, query.days);
  const active = figure(
    "active_people",
    perDay.map(({ day, people: count }) => ({ day, value: count })),
  );
  return {
    from: isoDay(firstDay),
    to: isoDay(lastDay),
    toReason: end,
    dataFrom: span === undefined ? null : new Date(span.firstMs).toISOString(),
    dataTo: span === undefined ? null : new Date(span.lastMs).toISOString(),
    people,
    figures: [
      figure(
        "events",
        perDay.map(({ day, events }) => ({ day, value: events })),
      ),
      // People of a period are counted once, however many days they came.
      {
        ...active,
        value: perPeriod.find(({ current }) => current)?.people ?? 0,
        previous: perPeriod.find(({ current }) => !current)?.people ?? 0,
      },
      figure(
        "new_people",
        fresh.map(({ day, people: count }) => ({ day, value: count })),
      ),
      figure(
        "orders",
        orders.map(({ day, orders: count }) => ({ day, value: count })),
      ),
      figure(
        "revenue_minor",
        orders.map(({ day, revenueMinor }) => ({ day, value: revenueMinor })),
      ),
    ],
    ordersInOtherCurrency: orders.reduce((sum, { day, otherCurrency }) => sum + (day < isoDay(firstDay) ? 0 : otherCurrency), 0),
    topEvents: top,
    currency: query.currency,
  };
}

function periodsOf(firstDay: number, { days, zone }: OverviewQuery, clock: ZoneClock): Periods {
  return {
    previousMs: startOfDay(firstDay - days, clock),
    fromMs: startOfDay(firstDay, clock),
    toMs: startOfDay(firstDay + days, clock),
    zone,
  };
}

type EventSpan = Awaited<ReturnType<OverviewDeps["eventSpan"]>>;

/** Asks the event engine only where there are data of long ago, and for their days only when few events came since. */
async function chooseLastDay(
  deps: OverviewDeps,
  workspaceId: number,
  { span, zone }: { readonly span: EventSpan; readonly zone: string },
): Promise<ReturnType<typeof decideLastDay>> {
  const clock = zoneClock(zone);
  const today = dayAt(deps.nowMs(), clock);
  if (span === undefined) return decideLastDay({ today, newest: undefined, days: [] });
  const newest = dayAt(span.lastMs, clock);
  const lastDay = Math.min(today, newest);
  const isLong = dayAt(span.firstMs, clock) < silentSince(lastDay);
  return decideLastDay({ today, newest, days: isLong ? await daysUnlessBusy(deps.warehouse, workspaceId, { lastDay, zone }) : [] });
}

/** The days with events up to `lastDay`, newest first; none when the last month alone has enough events to show. */
async function daysUnlessBusy(
  warehouse: Warehouse,
  workspaceId: number,
  { lastDay, zone }: { readonly lastDay: number; readonly zone: string },
): Promise<readonly DayCount[]> {
  const clock = zoneClock(zone);
  const toMs = startOfDay(lastDay + 1, clock);
  const recent = await countFew(warehouse, workspaceId, {
    fromMs: startOfDay(lastDay - RECENT_DAYS + 1, clock),
    toMs,
    atMost: FEW_EVENTS + 1,
  });
  if (recent > FEW_EVENTS) return [];
  const days = await daysWithEvents(warehouse, workspaceId, { toMs, zone });
  return days.flatMap(({ day, events }) => {
    const number = dayOfIso(day);
    return number === undefined ? [] : [{ day: number, events }];
  });
}

/** Makes figures out of values per day: the sum of each period, and a series without gaps for the period shown. */
export function createFigure(
  firstDay: number,
  days: number,
): (id: FigureId, values: readonly { readonly day: string; readonly value: number }[]) => Figure {
  const current = Array.from({ length: days }, (_, index) => isoDay(firstDay + index));
  const from = isoDay(firstDay);
  return (id, values) => {
    const byDay = new Map(values.map(({ day, value }) => [day, value]));
    const series = current.map((day) => ({ day, value: byDay.get(day) ?? 0 }));
    return {
      id,
      value: series.reduce((sum, { value }) => sum + value, 0),
      previous: values.reduce((sum, { day, value }) => sum + (day < from ? value : 0), 0),
      series,
    };
  };
}

/** Digits after the point of a currency's major unit: 2 for GBP, 0 for JPY. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
