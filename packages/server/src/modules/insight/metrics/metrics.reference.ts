import { referenceNumber } from "../time/local-interval.reference.ts";

/** An event of a random world, already with the person it belongs to. */
export type RandomEvent = {
  readonly person: number;
  readonly name: string;
  readonly timeMs: number;
  readonly properties: Readonly<Record<string, unknown>>;
};
type Span = { readonly fromMs: number; readonly toMs: number };
type World = { readonly events: readonly RandomEvent[]; readonly span: Span; readonly zone: string; readonly nowMs: number };

const LOGIN = ["Signed In"];
const USE = ["Page Viewed", "Order Completed"];
const ACTIVE = [...LOGIN, ...USE];
const ORDER = ["Order Completed"];
const SIGN_UP = ["Signed Up"];

type Choices = Readonly<Record<string, number>>;

/** Of these there is nothing to tell until anyone has ever ordered. */
const NEEDS_ORDERS: ReadonlySet<string> = new Set(["ltv_observed", "repurchasing_people", "repurchase_rate", "net_revenue"]);

/** Metrics told from a list of events by looping over people, as slowly and obviously as can be. Local days are what the runtime prints. */
export function referenceMetric(metric: string, parameters: Choices, world: World): number | null {
  const tell = METRICS[metric];
  if (tell === undefined) throw new TypeError(`no reference for ${metric}`);
  const isUnknown = NEEDS_ORDERS.has(metric) && !world.events.some(({ name }) => ORDER.includes(name));
  return isUnknown ? null : tell(world, parameters);
}

const METRICS: Readonly<Record<string, (world: World, parameters: Choices) => number | null>> = {
  registrations: (world) => countPeople(world, (person) => times(world, person, SIGN_UP) > 0 && timesBefore(world, person, SIGN_UP) === 0),
  active_people: (world) => countPeople(world, (person) => times(world, person, ACTIVE) > 0),
  new_share: (world) =>
    quotient(
      countPeople(world, (person) => times(world, person, ACTIVE) > 0 && timesBefore(world, person, ACTIVE) === 0),
      countPeople(world, (person) => times(world, person, ACTIVE) > 0),
    ),
  dau: (world) => {
    const days = range(localDay(world.span.fromMs, world.zone), localDay(world.span.toMs - 1, world.zone));
    const daily = days.map((day) => countPeople(world, (person) => [LOGIN, USE].every((names) => doneOn(world, person, names, day))));
    return quotient(sum(daily), days.length);
  },
  churn_rate: (world, { days = 0 }) => {
    const { atStart, lately } = aroundSpan(world, days);
    return quotient(
      countPeople(world, (person) => atStart(person) && !lately(person)),
      countPeople(world, atStart),
    );
  },
  kept_people: (world, { days = 0 }) => {
    const { atStart, lately } = aroundSpan(world, days);
    return countPeople(world, (person) => atStart(person) && lately(person));
  },
  active_users: (world) => countPeople(world, (person) => inMonth(world, person, LOGIN) >= 3 || inMonth(world, person, ORDER) >= 1),
  monthly_active_rate: (world) =>
    quotient(
      countPeople(world, (person) => inMonth(world, person, LOGIN) >= 1),
      countPeople(world, (person) => times(world, person, SIGN_UP) + timesBefore(world, person, SIGN_UP) > 0),
    ),
  day_1_retention: (world, { day = 1 }) => cohortShare(world, ACTIVE, { first: day, last: day }),
  day_1_login_retention: (world, { day = 1 }) => cohortShare(world, LOGIN, { first: day, last: day }),
  ltv_observed: (world, { days = 0 }) => lifetimeValue(world, days),
  repurchasing_people: (world) => countPeople(world, (person) => times(world, person, ORDER) >= 2),
  repurchase_rate: (world) =>
    quotient(
      countPeople(world, (person) => times(world, person, ORDER) >= 2),
      countPeople(world, (person) => times(world, person, ORDER) >= 1),
    ),
  net_revenue: ({ events, span }) => sum(events.filter(({ timeMs }) => timeMs >= span.fromMs && timeMs < span.toMs).map(minorOf)),
};

function countPeople({ events }: World, holds: (person: number) => boolean): number {
  return [...new Set(events.map(({ person }) => person))].filter(holds).length;
}

function times({ events, span }: World, person: number, names: readonly string[]): number {
  return events.filter(
    (each) => each.person === person && names.includes(each.name) && each.timeMs >= span.fromMs && each.timeMs < span.toMs,
  ).length;
}

function timesBefore({ events, span }: World, person: number, names: readonly string[]): number {
  return events.filter((each) => each.person === person && names.includes(each.name) && each.timeMs < span.fromMs).length;
}

/** How often someone did this in the local month in which the span ends, up to its end. */
function inMonth({ events, span, zone }: World, person: number, names: readonly string[]): number {
  const month = localMonthStart(span.toMs - 1, zone);
  return events.filter(
    (each) => each.person === person && names.includes(each.name) && each.timeMs < span.toMs && localDay(each.timeMs, zone) >= month,
  ).length;
}

/** Whether someone was active in so many local days before the span, and in as many up to its end. */
function aroundSpan(world: World, days: number): Readonly<Record<"atStart" | "lately", (person: number) => boolean>> {
  const first = localDay(world.span.fromMs, world.zone);
  const last = localDay(world.span.toMs - 1, world.zone);
  const on = (person: number, from: number, to: number): boolean => range(from, to).some((day) => doneOn(world, person, ACTIVE, day));
  return { atStart: (person) => on(person, first - days, first - 1), lately: (person) => on(person, last + 1 - days, last) };
}

function cohortShare(world: World, names: readonly string[], days: { readonly first: number; readonly last: number }): number | null {
  const cohort = begunIn(world).filter(({ day }) => day + days.last < localDay(world.nowMs, world.zone));
  const back = cohort.filter(({ person, day }) =>
    range(day + days.first, day + days.last).some((each) => doneOn(world, person, names, each)),
  );
  return quotient(back.length, cohort.length);
}

function lifetimeValue(world: World, days: number): number | null {
  const cohort = begunIn(world).filter(({ day }) => day + days < localDay(world.nowMs, world.zone));
  const brought = cohort.flatMap(({ person, day }) =>
    world.events
      .filter((each) => each.person === person && range(day, day + days).includes(localDay(each.timeMs, world.zone)))
      .map(minorOf),
  );
  return quotient(sum(brought), cohort.length);
}

/** People whose first registration ever lies in the span, with its local day. */
function begunIn({ events, span, zone }: World): readonly { readonly person: number; readonly day: number }[] {
  const first = new Map<number, number>();
  for (const { person, name, timeMs } of events)
    if (SIGN_UP.includes(name)) first.set(person, Math.min(first.get(person) ?? Number.POSITIVE_INFINITY, timeMs));
  return [...first].flatMap(([person, timeMs]) =>
    timeMs >= span.fromMs && timeMs < span.toMs ? [{ person, day: localDay(timeMs, zone) }] : [],
  );
}

function minorOf({ name, properties }: RandomEvent): number {
  const minor = Math.round((referenceNumber(properties["revenue"]) ?? referenceNumber(properties["total"]) ?? 0) * 100);
  if (name === "Order Completed") return minor;
  return name === "Order Refunded" ? -Math.abs(minor) : 0;
}

function doneOn({ events, zone }: World, person: number, names: readonly string[], day: number): boolean {
  return events.some((each) => each.person === person && names.includes(each.name) && localDay(each.timeMs, zone) === day);
}

function localDay(timeMs: number, zone: string): number {
  return Date.parse(new Date(timeMs).toLocaleDateString("sv", { timeZone: zone })) / 86_400_000;
}

function localMonthStart(timeMs: number, zone: string): number {
  return Date.parse(`${new Date(timeMs).toLocaleDateString("sv", { timeZone: zone }).slice(0, 7)}-01`) / 86_400_000;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}

function quotient(of: number, per: number): number | null {
  return per === 0 ? null : of / per;
}
