import type { EventSelector } from "../conditions/condition.ts";
import { readFormula, type Formula } from "../insight/trends/formula.ts";
import type { BoundAtom, BoundExpression, BoundMetric, PeopleTest } from "../insight/metrics/metric.ts";
import { fail, ok, type Result } from "../result.ts";

/** One number of a person, read from what they did in a time. */
export type UnitColumn =
  | { readonly kind: "events"; readonly of: readonly EventSelector[] }
  /** The sum of the numbers at a property; in minor units where those are amounts. */
  | { readonly kind: "sum"; readonly of: readonly EventSelector[]; readonly property: string; readonly inMinor: boolean }
  /** Events that have a number at a property. */
  | { readonly kind: "numbers"; readonly of: readonly EventSelector[]; readonly property: string }
  /** What orders brought less what refunds took, in minor units. */
  | { readonly kind: "amount"; readonly orders: readonly EventSelector[] | null; readonly refunds: readonly EventSelector[] | null };

/** What is reckoned from the columns of one person; what holds or not is 1 or 0. */
export type UnitValue =
  | { readonly column: UnitColumn }
  | { readonly atLeast: number; readonly of: UnitColumn }
  | { readonly all: readonly UnitValue[] }
  | { readonly any: readonly UnitValue[] }
  | { readonly not: UnitValue }
  | { readonly sum: readonly { readonly times: number; readonly value: UnitValue }[] };

/** How a metric is told of people: the share of them, the mean of theirs, a quotient of two means, or a quantile of theirs. */
export const UNIT_STATISTICS = ["proportion", "mean", "ratio", "quantile"] as const;
export type UnitStatistic = (typeof UNIT_STATISTICS)[number];
export type UnitMetric =
  | { readonly statistic: "proportion" | "mean"; readonly value: UnitValue }
  | { readonly statistic: "ratio"; readonly value: UnitValue; readonly per: UnitValue }
  | { readonly statistic: "quantile"; readonly value: UnitValue; readonly level: number };

/** What a figure is made of: something of each person, a number, or one over the other. */
type Told = { readonly value: UnitValue; readonly per?: UnitValue } | { readonly constant: number };
/** Why a metric cannot be told of each person of an experiment, with what to do. */
const UNFIT = {
  constant: "It is a number and nothing that people do; choose another metric",
  no_quantile: "Only a sum or a number of events has quantiles; leave the quantile out",
  previous: "It asks for the interval before, and an experiment has none; choose another metric",
  not_linear: "Its formula is more than sums of what people do and one quotient of such sums; choose another metric",
  calendar: "It counts days of the calendar, not what a person does after being exposed; choose another metric",
  cohort: "It is told of people by the day on which they began, not by their exposure; choose another metric",
  sessions: "Time in sessions cannot be told of the time after an exposure; choose another metric",
  nobody: "Its figures belong to no person; choose another metric",
  event_quantile: "It is a quantile of events, and events of one person are not independent; choose a sum, and a quantile of people's sums",
  extreme: "A smallest or largest value has no effect that could be told with an interval; choose another metric",
  other_time: "It asks what people did in another time than the interval; choose a metric of the interval alone",
} as const;
/** The reasons that faults name, for whoever says them in another language. */
export const UNFIT_REASONS: readonly string[] = Object.keys(UNFIT);

class Unfit extends Error {
  readonly reason: keyof typeof UNFIT;
  constructor(reason: keyof typeof UNFIT) {
    super(UNFIT[reason]);
    this.reason = reason;
  }
}

/**
 * A metric as it is told of each person of an experiment: numerators and denominators are sums over people, so that a quotient is one of two means.
 * `quantile`: of the people's values instead of their mean. Faults: `experiment.metric_unfit`.
 */
export function unitMetricOf({ expression }: BoundMetric, quantile: number | undefined, field: string): Result<UnitMetric> {
  try {
    const told = ofExpression(expression);
    if ("constant" in told) throw new Unfit("constant");
    const { value, per } = told;
    if (quantile !== undefined) {
      if (per !== undefined || isTest(value)) throw new Unfit("no_quantile");
      return ok({ statistic: "quantile", value, level: quantile });
    }
    if (per !== undefined) return ok({ statistic: "ratio", value, per });
    return ok({ statistic: isTest(value) ? "proportion" : "mean", value });
  } catch (error) {
    if (error instanceof Unfit) return fail("experiment.metric_unfit", { field, mend: error.message, details: { reason: error.reason } });
    throw error;
  }
}

/** Whether a value is 0 or 1. */
export function isTest(value: UnitValue): boolean {
  return !("column" in value) && !("sum" in value);
}

/** The columns a value is reckoned from. */
export function columnsOf(value: UnitValue): readonly UnitColumn[] {
  if ("column" in value) return [value.column];
  if ("atLeast" in value) return [value.of];
  if ("not" in value) return columnsOf(value.not);
  if ("sum" in value) return value.sum.flatMap((term) => columnsOf(term.value));
  return ("all" in value ? value.all : value.any).flatMap(columnsOf);
}

/** The value of a person whose columns are told. */
export function unitValue(value: UnitValue, columns: (column: UnitColumn) => number): number {
  const of = (each: UnitValue): number => unitValue(each, columns);
  if ("column" in value) return columns(value.column);
  if ("atLeast" in value) return columns(value.of) >= value.atLeast ? 1 : 0;
  if ("not" in value) return 1 - of(value.not);
  if ("sum" in value) return value.sum.reduce((sum, term) => sum + term.times * of(term.value), 0);
  if ("all" in value) return value.all.every((each) => of(each) === 1) ? 1 : 0;
  return value.any.some((each) => of(each) === 1) ? 1 : 0;
}

function ofExpression(expression: BoundExpression): Told {
  if ("atom" in expression) return ofAtom(expression.atom);
  if ("ratio" in expression) return divided(ofExpression(expression.ratio.of), ofExpression(expression.ratio.per));
  if ("previous" in expression) throw new Unfit("previous");
  const formula = readFormula(expression.formula, expression.parts.length);
  if (!formula.ok) throw new TypeError(`a metric holds a formula that cannot be read: ${expression.formula}`);
  const parts = expression.parts.map(ofExpression);
  return ofFormula(formula.value, parts);
}

function ofFormula(formula: Formula, parts: readonly Told[]): Told {
  switch (formula.kind) {
    case "number":
      return { constant: formula.value };
    case "series": {
      const part = parts[formula.index];
      if (part === undefined) throw new TypeError("a formula names a part that there is not");
      return part;
    }
    case "negative":
      return times(ofFormula(formula.of, parts), -1);
    case "operation": {
      const left = ofFormula(formula.left, parts);
      const right = ofFormula(formula.right, parts);
      if (formula.sign === "/") return divided(left, right);
      if (formula.sign === "*") return multiplied(left, right);
      return added(left, formula.sign === "-" ? times(right, -1) : right);
    }
  }
}

function times(told: Told, by: number): Told {
  if ("constant" in told) return { constant: told.constant * by };
  return { ...told, value: { sum: [{ times: by, value: told.value }] } };
}

function multiplied(left: Told, right: Told): Told {
  if ("constant" in right) return times(left, right.constant);
  if ("constant" in left) return times(right, left.constant);
  throw new Unfit("not_linear");
}

function added(left: Told, right: Told): Told {
  if ("constant" in left && "constant" in right) return { constant: left.constant + right.constant };
  if ("constant" in left || "constant" in right || left.per !== undefined || right.per !== undefined) throw new Unfit("not_linear");
  return {
    value: {
      sum: [
        { times: 1, value: left.value },
        { times: 1, value: right.value },
      ],
    },
  };
}

function divided(left: Told, right: Told): Told {
  if ("constant" in right) {
    if (right.constant === 0) throw new Unfit("not_linear");
    return times(left, 1 / right.constant);
  }
  if ("constant" in left || left.per !== undefined || right.per !== undefined) throw new Unfit("not_linear");
  return { value: left.value, per: right.value };
}

function ofAtom(atom: BoundAtom): Told {
  switch (atom.kind) {
    case "events":
      return ofMeasure(atom);
    case "amount":
      return { value: { column: { kind: "amount", orders: atom.orders, refunds: atom.refunds } } };
    case "people":
      return { value: ofTest(atom.where) };
    case "person_days":
    case "days":
      throw new Unfit("calendar");
    case "cohort":
    case "cohort_amount":
    case "expected_value":
      throw new Unfit("cohort");
    case "time_spent":
      throw new Unfit("sessions");
    case "cases":
    case "channel":
      throw new Unfit("nobody");
  }
}

function ofMeasure({ of, measure, isMoney: inMinor = false }: Extract<BoundAtom, { readonly kind: "events" }>): Told {
  const events: UnitColumn = { kind: "events", of };
  const did: UnitValue = { atLeast: 1, of: events };
  switch (measure.kind) {
    case "events":
      return { value: { column: events } };
    case "people":
      return { value: did };
    case "events_per_person":
      return { value: { column: events }, per: did };
    case "sum":
      return { value: sumOf(of, measure.property, inMinor) };
    case "sum_per_person":
      return { value: sumOf(of, measure.property, inMinor), per: did };
    case "average":
      return { value: sumOf(of, measure.property, inMinor), per: { column: { kind: "numbers", of, property: measure.property } } };
    case "median":
    case "percentile":
      throw new Unfit("event_quantile");
    case "min":
    case "max":
      throw new Unfit("extreme");
  }
}

function sumOf(of: readonly EventSelector[], property: string, inMinor: boolean): UnitValue {
  return { column: { kind: "sum", of, property, inMinor } };
}

function ofTest(test: PeopleTest<readonly EventSelector[], number>): UnitValue {
  if ("all" in test) return { all: test.all.map(ofTest) };
  if ("any" in test) return { any: test.any.map(ofTest) };
  if ("not" in test) return { not: ofTest(test.not) };
  if (test.window !== "interval") throw new Unfit("other_time");
  return { atLeast: test.atLeast, of: { kind: "events", of: test.of } };
}
