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

/** Metrics told from a list of events by looping over people, as slowly and obviously as can be. Local days are what the runtime prints. */
export function referenceMetric(metric: string, parameters: Readonly<Record<string, number>>, world: World): number | null {
  const { span } = world;
  const people = [...new Set(world.events.map(({ person }) => person))];
  const times = (person: number, names: readonly string[], fromMs: number, toMs: number): number =>
    world.events.filter((each) => each.person === person && names.includes(each.name) && each.timeMs >= fromMs && each.timeMs < toMs)
      .length;
  const countPeople = (holds: (person: number) => boolean): number => people.filter(holds).length;
  const active = (person: number): boolean => times(person, ACTIVE, span.fromMs, span.toMs) > 0;
  const within = (first: number, last: number) => (person: number) =>
    world.events.some(
      (each) =>
        each.person === person &&
        ACTIVE.includes(each.name) &&
        each.timeMs < span.toMs &&
        isDay(world, each.timeMs, first) &&
        !isDay(world, each.timeMs, last),
    );
  const lastDay = localDay(span.toMs - 1, world.zone);
  const firstDay = localDay(span.fromMs, world.zone);
  const lately = within(lastDay + 1 - (parameters["days"] ?? 0), lastDay + 1);
  const atStart = (person: number): boolean => within(firstDay - (parameters["days"] ?? 0), firstDay)(person);
  switch (metric) {
    case "registrations":
      return countPeople((person) => times(person, SIGN_UP, span.fromMs, span.toMs) > 0 && times(person, SIGN_UP, 0, span.fromMs) === 0);
    case "active_people":
      return countPeople(active);
    case "new_share":
      return quotient(
        countPeople((person) => active(person) && times(person, ACTIVE, 0, span.fromMs) === 0),
        countPeople(active),
      );
    case "dau": {
      const days = range(firstDay, lastDay);
      const daily = days.map((day) => countPeople((person) => [LOGIN, USE].every((names) => doneOn(world, person, names, day))));
      return quotient(sum(daily), days.length);
    }
    case "churn_rate":
      return quotient(
        countPeople((person) => atStart(person) && !lately(person)),
        countPeople(atStart),
      );
    case "active_users":
      return countPeople((person) => {
        const month = localMonthStart(span.toMs - 1, world.zone);
        const inMonth = (names: readonly string[]): number =>
          world.events.filter(
            (each) =>
              each.person === person && names.includes(each.name) && each.timeMs < span.toMs && localDay(each.timeMs, world.zone) >= month,
          ).length;
        return inMonth(LOGIN) >= 3 || inMonth(ORDER) >= 1;
      });
    case "day_1_retention":
      return cohortShare(world, ACTIVE, { first: parameters["day"] ?? 1, last: parameters["day"] ?? 1 });
    case "ltv_observed":
      return lifetimeValue(world, parameters["days"] ?? 0);
    case "repurchase_rate":
      return quotient(
        countPeople((person) => times(person, ORDER, span.fromMs, span.toMs) >= 2),
        countPeople((person) => times(person, ORDER, span.fromMs, span.toMs) >= 1),
      );
    case "net_revenue":
      return sum(world.events.filter(({ timeMs }) => timeMs >= span.fromMs && timeMs < span.toMs).map(minorOf));
    default:
      throw new TypeError(`no reference for ${metric}`);
  }
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

function isDay({ zone }: World, timeMs: number, from: number): boolean {
  return localDay(timeMs, zone) >= from;
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
