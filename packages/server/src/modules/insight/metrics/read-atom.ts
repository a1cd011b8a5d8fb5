import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Period } from "@terrace/domain/insight/time/calendar";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import type { ChStatement } from "../../../platform/storage/clickhouse.ts";
import { amountPeople, amounts } from "./atoms/amount.views.ts";
import type { AtomGround } from "./atoms/atom-ground.ts";
import { caseFigures } from "./atoms/cases.views.ts";
import { channelFigures } from "./atoms/channel-figures.views.ts";
import { cohortFigures, cohortPeople, type CohortAsked, type CohortLines } from "./atoms/cohort.views.ts";
import { eventFigures, eventPeople } from "./atoms/event-figures.views.ts";
import { countPeople, peopleOfTest } from "./atoms/people.views.ts";
import { daysBegun, personDayPeople, personDays } from "./atoms/person-days.views.ts";
import { timeSpent } from "./atoms/time-spent.views.ts";

type CohortAtom = Extract<BoundAtom, { readonly kind: "cohort" | "cohort_amount" }>;

/** Reads what an atom needs; several figures of one reading are read once. `once` keeps readings by what they asked. */
export async function readAtom(
  ground: AtomGround,
  atom: BoundAtom,
  intervals: Intervals,
  once: <T>(asked: unknown, read: () => Promise<T>) => Promise<T>,
): Promise<MetricLine> {
  switch (atom.kind) {
    case "events":
      return eventFigures(ground, atom, intervals);
    case "amount":
      return amounts(ground, atom, intervals);
    case "people":
      return countPeople(ground, atom.where, intervals);
    case "person_days":
      return personDays(ground, atom.each, intervals);
    case "days":
      return daysBegun(ground.asking, intervals);
    case "cohort":
    case "cohort_amount": {
      const asked = cohortAsked(atom);
      const lines = await once(["cohort", asked], () => cohortFigures(ground, asked, intervals));
      return lines[cohortFigure(atom)];
    }
    case "time_spent":
      return timeSpent(ground, atom, intervals);
    case "cases": {
      const lines = await once(["cases", { ...atom, tell: "" }], () => caseFigures(ground, atom, intervals));
      return lines[atom.tell];
    }
    case "channel":
      return channelFigures(ground, atom, intervals);
  }
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
    case "time_spent":
      return eventPeople(ground, { kind: "events", of: atom.of, measure: { kind: "people" } }, period);
    case "days":
    case "cases":
    case "channel":
      return undefined;
  }
}

function cohortAsked(atom: CohortAtom): CohortAsked {
  if (atom.kind === "cohort") return atom.cohort;
  const { start, orders, refunds, days } = atom;
  // Who comes back is not told of money.
  return { start, back: [], first: 0, last: days, money: { orders, refunds } };
}

function cohortFigure(atom: CohortAtom): keyof CohortLines {
  if (atom.kind === "cohort_amount") return "minor";
  if (atom.tell === "started") return atom.matured ? "matured" : "started";
  return atom.matured ? "returnedMatured" : "returned";
}
