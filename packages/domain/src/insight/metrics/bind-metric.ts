import type { EventSelector } from "../../conditions/condition.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { BusinessEvents } from "./business-events.ts";
import type {
  BoundAtom,
  BoundExpression,
  BoundMetric,
  Cohort,
  DefinedAtom,
  EventsDefault,
  Expression,
  FromParameter,
  MeasureOf,
  MetricDefinition,
  NumberOfDefinition,
  Parameter,
  ParameterValue,
  ParameterValues,
  PeopleTest,
  Window,
} from "./metric.ts";

/** At most so many events stand in one parameter. */
export const PARAMETER_EVENTS_MAX = 20;

/** A metric of the catalogue with every choice made: those given, else the workspace's, else the metric's own. Faults: `metric.parameter_invalid`. */
export function bindMetric(definition: MetricDefinition, values: ParameterValues, business: BusinessEvents): Result<BoundMetric> {
  const wrong = wrongParameter(definition, values);
  if (wrong !== undefined) return wrong;
  const choices: Choices = {
    events: (name) => eventsOf(definition, name, values, business),
    number: (name) => chosen(definition, name, values, "number"),
    property: (name) => chosen(definition, name, values, "property"),
  };
  return ok({
    expression: mapAtoms(definition.expression, (atom) => boundAtom(atom, choices)),
    unit: definition.unit,
    needs: definition.needs.map((name) => choices.events(name)),
  });
}

/** The value that stands for a parameter of a metric. */
export function effectiveValue(parameter: Parameter, values: ParameterValues, business: BusinessEvents): ParameterValue {
  const given = values[parameter.name];
  if (given !== undefined) return given;
  return parameter.kind === "events" ? defaultEvents(parameter.default, business) : parameter.default;
}

/** An expression with every atom replaced. */
export function mapAtoms<A, B>(expression: Expression<A>, map: (atom: A) => B): Expression<B> {
  if ("atom" in expression) return { atom: map(expression.atom) };
  if ("ratio" in expression) return { ratio: { of: mapAtoms(expression.ratio.of, map), per: mapAtoms(expression.ratio.per, map) } };
  if ("formula" in expression) return { formula: expression.formula, parts: expression.parts.map((part) => mapAtoms(part, map)) };
  return { previous: mapAtoms(expression.previous, map) };
}

type Choices = {
  readonly events: (name: string) => readonly EventSelector[];
  readonly number: (name: string) => number;
  readonly property: (name: string) => string;
};

function wrongParameter({ parameters }: MetricDefinition, values: ParameterValues): Result<never> | undefined {
  for (const [name, value] of Object.entries(values)) {
    const field = `parameters.${name}`;
    const parameter = parameters.find((each) => each.name === name);
    if (parameter === undefined) return invalid(field, `The metric has ${listed(parameters.map((each) => each.name))}`);
    const mend = mendOf(parameter, value);
    if (mend !== undefined) return invalid(field, mend);
  }
  return undefined;
}

function mendOf(parameter: Parameter, value: ParameterValue): string | undefined {
  if (parameter.kind === "events")
    return Array.isArray(value) && value.length > 0 && value.length <= PARAMETER_EVENTS_MAX
      ? undefined
      : `Give 1 to ${PARAMETER_EVENTS_MAX} events`;
  if (parameter.kind === "property") return typeof value === "string" && value !== "" ? undefined : "Give the name of a property";
  const { min, max } = parameter;
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
    ? undefined
    : `Give a whole number from ${min} to ${max}`;
}

function invalid(field: string, mend: string): Result<never> {
  return fail("metric.parameter_invalid", { field, mend });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "no parameters" : `these parameters: ${names.join(", ")}`;
}

function eventsOf(definition: MetricDefinition, name: string, values: ParameterValues, business: BusinessEvents): readonly EventSelector[] {
  const parameter = parameterOf(definition, name);
  const value = effectiveValue(parameter, values, business);
  if (typeof value !== "object") throw new TypeError(`parameter ${name} of ${definition.id} holds no events`);
  return value;
}

function chosen(definition: MetricDefinition, name: string, values: ParameterValues, kind: "number"): number;
function chosen(definition: MetricDefinition, name: string, values: ParameterValues, kind: "property"): string;
function chosen(definition: MetricDefinition, name: string, values: ParameterValues, kind: "number" | "property"): number | string {
  const parameter = parameterOf(definition, name);
  const value = values[name] ?? parameter.default;
  if (parameter.kind !== kind || typeof value === "object") throw new TypeError(`parameter ${name} of ${definition.id} is no ${kind}`);
  return value;
}

function parameterOf(definition: MetricDefinition, name: string): Parameter {
  const found = definition.parameters.find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`${definition.id} has no parameter ${name}`);
  return found;
}

function defaultEvents(given: EventsDefault, business: BusinessEvents): readonly EventSelector[] {
  if ("events" in given) return given.events;
  const all = given.business.flatMap((role) => business[role]);
  // Any event takes in every other one, and what stands twice counts once.
  const any = all.find(({ event, where }) => event === null && where === undefined);
  return any === undefined ? [...new Map(all.map((each) => [JSON.stringify(each), each])).values()] : [any];
}

function boundAtom(atom: DefinedAtom, choices: Choices): BoundAtom {
  const events = ({ param }: FromParameter): readonly EventSelector[] => choices.events(param);
  const number = (value: NumberOfDefinition): number => (typeof value === "number" ? value : choices.number(value.param));
  const eventsOrNone = (of: FromParameter | null): readonly EventSelector[] | null => (of === null ? null : events(of));
  switch (atom.kind) {
    case "events":
      return { ...atom, of: events(atom.of), measure: boundMeasure(atom.measure, choices) };
    case "amount":
      return { kind: "amount", orders: eventsOrNone(atom.orders), refunds: eventsOrNone(atom.refunds) };
    case "people":
      return { kind: "people", where: boundTest(atom.where, events, number) };
    case "person_days":
      return { kind: "person_days", each: atom.each.map(events) };
    case "days":
      return atom;
    case "cohort":
      return { ...atom, cohort: boundCohort(atom.cohort, events, number) };
    case "cohort_amount":
      return {
        kind: "cohort_amount",
        start: events(atom.start),
        orders: events(atom.orders),
        refunds: events(atom.refunds),
        days: number(atom.days),
      };
    case "expected_value":
      return {
        kind: "expected_value",
        start: events(atom.start),
        orders: events(atom.orders),
        refunds: events(atom.refunds),
        months: number(atom.months),
      };
    case "time_spent":
      return { kind: "time_spent", of: events(atom.of), gapMinutes: number(atom.gapMinutes) };
    case "cases":
      return {
        ...atom,
        start: events(atom.start),
        end: events(atom.end),
        key: choices.property(atom.key.param),
        withinMinutes: number(atom.withinMinutes),
      };
    case "channel":
      return { ...atom, tracked: events(atom.tracked) };
  }
}

function boundCohort(
  { start, back, first, last }: Cohort<FromParameter, NumberOfDefinition>,
  events: (of: FromParameter) => readonly EventSelector[],
  number: (value: NumberOfDefinition) => number,
): Cohort<readonly EventSelector[], number> {
  return { start: events(start), back: events(back), first: number(first), last: last === null ? null : number(last) };
}

function boundMeasure(measure: MeasureOf<FromParameter>, { property }: Choices): MeasureOf<string> {
  return "property" in measure ? { ...measure, property: property(measure.property.param) } : measure;
}

function boundTest(
  test: PeopleTest<FromParameter, NumberOfDefinition>,
  events: (of: FromParameter) => readonly EventSelector[],
  number: (value: NumberOfDefinition) => number,
): PeopleTest<readonly EventSelector[], number> {
  const inner = (each: PeopleTest<FromParameter, NumberOfDefinition>) => boundTest(each, events, number);
  if ("all" in test) return { all: test.all.map(inner) };
  if ("any" in test) return { any: test.any.map(inner) };
  if ("not" in test) return { not: inner(test.not) };
  return { of: events(test.of), window: boundWindow(test.window, number), atLeast: number(test.atLeast) };
}

function boundWindow(window: Window<NumberOfDefinition>, number: (value: NumberOfDefinition) => number): Window<number> {
  if (typeof window === "string" || "calendar" in window) return window;
  return "trailing" in window ? { trailing: number(window.trailing) } : { before: number(window.before) };
}

/** Reads like a bound expression of nothing but one atom. */
export function single(atom: BoundAtom): BoundExpression {
  return { atom };
}
