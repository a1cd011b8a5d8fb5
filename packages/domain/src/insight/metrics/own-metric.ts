import type { EventSelector } from "../../conditions/condition.ts";
import { fail, ok, type Result } from "../../result.ts";
import { readFormula } from "../trends/formula.ts";
import type { Measure } from "../trends/trends-plan.ts";
import { bindMetric, single } from "./bind-metric.ts";
import type { BusinessEvents } from "./business-events.ts";
import { catalogueMetric } from "./catalogue.ts";
import { atomsOf, type BoundExpression, type BoundMetric, type MetricUnit, type ParameterValues } from "./metric.ts";

/** How a workspace's own metric is made. Others are named by their ids: those of the catalogue, or `own-` and a number. */
export type OwnDefinition =
  /** One of the catalogue with other choices. The original stays as it is. */
  | { readonly kind: "copy"; readonly basedOn: { readonly id: string; readonly version: number }; readonly parameters: ParameterValues }
  | { readonly kind: "measure"; readonly events: readonly EventSelector[]; readonly measure: Measure }
  | { readonly kind: "ratio"; readonly of: string; readonly per: string }
  | { readonly kind: "formula"; readonly formula: string; readonly metrics: readonly string[] };

export type OwnMetric = { readonly unit: MetricUnit; readonly definition: OwnDefinition };

/** What metrics a workspace has besides the catalogue, and what counts as what in it. */
export type MetricGround = {
  readonly own: ReadonlyMap<string, OwnMetric>;
  readonly business: BusinessEvents;
};

/** Metrics that stand in each other no deeper than this, and read no more than so much. */
const DEPTH_MAX = 8;
const ATOMS_MAX = 40;

/** The ids of the metrics that a definition names. */
export function metricsNamed(definition: OwnDefinition): readonly string[] {
  if (definition.kind === "ratio") return [definition.of, definition.per];
  if (definition.kind === "formula") return definition.metrics;
  return [];
}

/** A metric with everything put in. Faults: `metric.not_found`, `metric.cycle`, `metric.too_deep`, `metric.parameter_invalid`, `insight.formula_invalid`. */
export function bindById(id: string, parameters: ParameterValues, ground: MetricGround): Result<BoundMetric> {
  return bindNamed(id, parameters, ground, []);
}

/** The same of a definition that may not be stored yet; `self` is the id that it has, if any. */
export function bindOwn(metric: OwnMetric, ground: MetricGround, self?: string): Result<BoundMetric> {
  const bound = bindDefinition(metric, ground, self === undefined ? [] : [self]);
  if (bound.ok && atomsOf(bound.value.expression).length > ATOMS_MAX)
    return fail("metric.too_deep", {
      field: "definition",
      mend: `Choose fewer metrics; together they read more than ${ATOMS_MAX} figures`,
    });
  return bound;
}

function bindNamed(id: string, parameters: ParameterValues, ground: MetricGround, within: readonly string[]): Result<BoundMetric> {
  const known = catalogueMetric(id);
  if (known !== undefined) return bindMetric(known, parameters, ground.business);
  const own = ground.own.get(id);
  if (own === undefined)
    return fail("metric.not_found", { field: "metric", mend: `There is no metric ${id}; list the metrics for their ids` });
  if (within.includes(id))
    return fail("metric.cycle", { field: "definition", mend: `${id} would be made of itself; choose another metric` });
  if (within.length >= DEPTH_MAX)
    return fail("metric.too_deep", { field: "definition", mend: `Metrics stand in each other at most ${DEPTH_MAX} deep` });
  if (Object.keys(parameters).length > 0)
    return fail("metric.parameter_invalid", { field: "parameters", mend: `${id} has no parameters; change its definition instead` });
  return bindDefinition(own, ground, [...within, id]);
}

function bindDefinition({ definition, unit }: OwnMetric, ground: MetricGround, within: readonly string[]): Result<BoundMetric> {
  if (definition.kind === "copy") return bindCopy(definition, unit, ground);
  if (definition.kind === "measure") {
    if (definition.events.length === 0)
      return fail("metric.parameter_invalid", { field: "definition.events", mend: "Choose at least one event" });
    const atom = { kind: "events", of: definition.events, measure: definition.measure, isMoney: unit === "money" } as const;
    return ok({ expression: single(atom), unit, needs: [definition.events] });
  }
  const formula = definition.kind === "formula" ? readFormula(definition.formula, definition.metrics.length) : undefined;
  if (formula?.ok === false) return fail("insight.formula_invalid", { ...formula.fault, field: "definition.formula" });
  const parts = bindAll(metricsNamed(definition), ground, within);
  if (!parts.ok) return parts;
  return ok({ expression: joined(definition, parts.value), unit, needs: needsOf(parts.value) });
}

function bindCopy(
  definition: Extract<OwnDefinition, { readonly kind: "copy" }>,
  unit: MetricUnit,
  ground: MetricGround,
): Result<BoundMetric> {
  const base = catalogueMetric(definition.basedOn.id);
  if (base === undefined) return fail("metric.not_found", { field: "definition.basedOn.id", mend: "Name a metric of the catalogue" });
  const bound = bindMetric(base, definition.parameters, ground.business);
  return bound.ok ? ok({ ...bound.value, unit }) : bound;
}

function joined(
  definition: Extract<OwnDefinition, { readonly kind: "ratio" | "formula" }>,
  parts: readonly BoundMetric[],
): BoundExpression {
  const expressions = parts.map(({ expression }) => expression);
  if (definition.kind === "formula") return { formula: definition.formula, parts: expressions };
  const [of, per] = expressions;
  if (of === undefined || per === undefined) throw new TypeError("a ratio has two parts");
  return { ratio: { of, per } };
}

function bindAll(ids: readonly string[], ground: MetricGround, within: readonly string[]): Result<readonly BoundMetric[]> {
  const bound: BoundMetric[] = [];
  for (const id of ids) {
    const one = bindNamed(id, {}, ground, within);
    if (!one.ok) return one;
    bound.push(one.value);
  }
  return ok(bound);
}

function needsOf(parts: readonly BoundMetric[]): BoundMetric["needs"] {
  return [...new Map(parts.flatMap(({ needs }) => needs).map((each) => [JSON.stringify(each), each])).values()];
}
