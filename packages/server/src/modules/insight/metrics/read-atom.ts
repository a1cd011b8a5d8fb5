import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Period } from "@terrace/domain/insight/time/calendar";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import type { ChStatement } from "../../../platform/storage/clickhouse.ts";
import { amountPeople, amounts } from "./atoms/amount.views.ts";
import type { AtomGround } from "./atoms/atom-ground.ts";
import { caseFigures } from "./atoms/cases.views.ts";
import { channelFigures } from "./atoms/channel-figures.views.ts";
import { beginningOf, cohortFigures, cohortPeople, type CohortAsked, type CohortLines } from "./atoms/cohort.views.ts";
import { eventFigures, eventPeople } from "./atoms/event-figures.views.ts";
import { beginnersOf, expectedValue } from "./atoms/expected-value.ts";
import { countPeople, peopleOfTest } from "./atoms/people.views.ts";
import { daysBegun, personDayPeople, personDays } from "./atoms/person-days.views.ts";
import { countsPeopleOf, timeSpent, type TimeLines } from "./atoms/time-spent.views.ts";

type EventsAtom = Extract<BoundAtom, { readonly kind: "events" }>;
type PeopleAtom = Extract<BoundAtom, { readonly kind: "people" }>;
type TimeAtom = Extract<BoundAtom, { readonly kind: "time_spent" }>;
type CohortAtom = Extract<BoundAtom, { readonly kind: "cohort" | "cohort_amount" }>;

/** Several figures of one reading are read once: `once` keeps readings by what they asked; `beside` are all atoms asked for over the same intervals. */
export type Together = {
  readonly once: <T>(asked: unknown, read: () => Promise<T>) => Promise<T>;
  readonly beside: readonly BoundAtom[];
};

/** Reads what an atom needs. */
export async function readAtom(ground: AtomGround, atom: BoundAtom, intervals: Intervals, together: Together): Promise<MetricLine> {
  const { once } = together;
  switch (atom.kind) {
    case "events":
      return readEvents(ground, atom, intervals, together);
    case "amount":
      return amounts(ground, atom, intervals);
    case "people":
      return readPeople(ground, atom, intervals, together);
    case "person_days":
      return personDays(ground, atom.each, intervals);
    case "days":
      return daysBegun(ground.asking, intervals);
    case "cohort":
    case "cohort_amount": {
      const asked = cohortAsked(atom);
      const lines = await once(["cohort", asked], () => cohortFigures(ground, asked, intervals));
      // Who began has been told with it and need not be asked again.
      await once(["cohort", beginningOf(asked)], () => Promise.resolve(lines));
      return lines[cohortFigure(atom)];
    }
    case "expected_value": {
      const { expected, begun } = await once(["expected", atom], () => expectedValue(ground, atom, intervals));
      await once(["cohort", beginnersOf(atom)], () => Promise.resolve(begun));
      return expected;
    }
    case "time_spent":
      return (await readTime(ground, atom, intervals, together)).seconds;
    case "cases": {
      const lines = await once(["cases", { ...atom, tell: "" }], () => caseFigures(ground, atom, intervals));
      return lines[atom.tell];
    }
    case "channel":
      return channelFigures(ground, atom, intervals);
  }
}

/** People whose time is told beside are read with that. */
async function readEvents(ground: AtomGround, atom: EventsAtom, intervals: Intervals, together: Together): Promise<MetricLine> {
  const time = together.beside.filter((each) => each.kind === "time_spent").find((each) => countsPeopleOf(each, atom, intervals));
  return time === undefined ? eventFigures(ground, atom, intervals) : (await readTime(ground, time, intervals, together)).people;
}

/** Time, with its people where they are asked for beside. */
function readTime(ground: AtomGround, atom: TimeAtom, intervals: Intervals, { once, beside }: Together): Promise<TimeLines> {
  const asksPeople = beside.some((each) => countsPeopleOf(atom, each, intervals));
  return once(["time", atom], () => timeSpent(ground, atom, intervals, asksPeople));
}

/** All tests that are asked beside each other are read at once. */
async function readPeople(
  ground: AtomGround,
  { where }: PeopleAtom,
  intervals: Intervals,
  { once, beside }: Together,
): Promise<MetricLine> {
  const tests = beside.flatMap((each) => (each.kind === "people" ? [each.where] : []));
  const lines = await once(["people"], () => countPeople(ground, tests, intervals));
  return lines[tests.indexOf(where)] ?? { points: [], total: null };
}

/** A statement of the people whom an atom counts in a time, or whose it is; undefined where it is nobody's. */
export function peopleOfAtom(ground: AtomGround, atom: BoundAtom, period: Period): ChStatement | undefined {
  switch (atom.kind) {
    case "events":
      return eventPeople(ground, atom, period);
    case "amount":
      return amountPeople(ground, atom, period);
    case "people":
      return peopleOfTest(ground, atom.where, period);
    case "person_days":
      return personDayPeople(ground, atom.each, period);
    case "cohort":
      return cohortPeople(ground, cohortAsked(atom), { period, returned: atom.tell === "returned", matured: atom.matured });
    case "cohort_amount":
      return cohortPeople(ground, cohortAsked(atom), { period, returned: false, matured: true });
    case "expected_value":
      return cohortPeople(ground, beginnersOf(atom), { period, returned: false, matured: false });
    case "time_spent":
      return eventPeople(ground, { kind: "events", of: atom.of, measure: { kind: "people" } }, period);
    case "days":
    case "cases":
    case "channel":
      return undefined;
  }
}

function cohortAsked(atom: CohortAtom): CohortAsked {
  if (atom.kind === "cohort") return atom.tell === "started" ? beginningOf(atom.cohort) : atom.cohort;
  const { start, orders, refunds, days } = atom;
  // Who comes back is not told of money.
  return { start, back: [], first: 0, last: days, money: { orders, refunds } };
}

function cohortFigure(atom: CohortAtom): keyof CohortLines {
  if (atom.kind === "cohort_amount") return "minor";
  if (atom.tell === "started") return atom.matured ? "matured" : "started";
  return atom.matured ? "returnedMatured" : "returned";
}
