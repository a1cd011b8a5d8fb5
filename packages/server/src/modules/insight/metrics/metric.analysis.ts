import { listMetricPeople, queryMetric, type metricQuerySchema } from "@terrace/contract/api/insight-metric";
import type { Condition } from "@terrace/domain/conditions/condition";
import { readCondition, readPersonCondition } from "@terrace/domain/conditions/read-condition";
import { bindById, bindOwn, type MetricGround } from "@terrace/domain/insight/metrics/own-metric";
import { atomsOf, type BoundAtom, type BoundMetric } from "@terrace/domain/insight/metrics/metric";
import { intervalLabels, intervalsOf, type Intervals } from "@terrace/domain/insight/time/intervals";
import { previousPeriod } from "@terrace/domain/insight/time/period";
import { alignedTo, changeOf } from "@terrace/domain/insight/trends/trends-answer";
import type { z } from "zod";
import { faultError, faultErrorOf, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, refuseUnseen, type Asking } from "../time/asking.ts";
import type { MetricFilters } from "./atoms/atom-ground.ts";
import { breakdownCases, filtersOf, type BreakdownCase } from "./breakdown.ts";
import { evaluate, peopleBehindMetric, periodAt, type Evaluated } from "./evaluate.ts";
import { readDefinition, readValues } from "./stored-definition.ts";

type Body = z.output<typeof metricQuerySchema>;
type AnsweredLine = z.input<typeof queryMetric.response>["metrics"][number]["lines"][number];
type Plan = {
  readonly metrics: readonly BoundMetric[];
  readonly filters: MetricFilters;
  readonly intervals: Intervals;
  readonly previous: Intervals | undefined;
};

/** Metrics over time, and the people behind their points. */
export const metric = analysis({
  kind: "metric",
  route: queryMetric,
  answer: async (asking, body) => {
    const plan = await read(asking, body);
    const labels = (intervals: Intervals) => intervalLabels(intervals, asking.calendar, asking.nowMs);
    const metrics: { unit: BoundMetric["unit"]; lines: AnsweredLine[] }[] = [];
    for (const bound of plan.metrics)
      metrics.push({ unit: bound.unit, lines: await linesOf(asking, plan, { bound, breakdown: body.breakdown }) });
    return {
      zone: asking.calendar.zone,
      currency: asking.currency,
      intervals: labels(plan.intervals),
      ...(plan.previous === undefined ? {} : { previousIntervals: labels(plan.previous) }),
      metrics,
    };
  },
  people: {
    route: listMetricPeople,
    behind: async (asking, body) => {
      const plan = await read(asking, body);
      const { cell } = body;
      const bound = plan.metrics[cell.metric];
      const intervals = cell.previous ? plan.previous : plan.intervals;
      if (bound === undefined || intervals === undefined)
        throw faultError("insight.no_such_cell", {
          field: "cell",
          mend: "Name a metric of the answer, counted from 0; previous only with compare",
        });
      const cases = await casesOf(asking, plan, { bound, breakdown: body.breakdown });
      const found = cases.find(({ value, other }) =>
        cell.other ? other : !other && (body.breakdown === undefined || value === (cell.value ?? null)),
      );
      if (found === undefined)
        throw faultError("insight.no_such_cell", {
          field: "cell.value",
          mend: "Name a value of the breakdown that the answer tells, or other",
        });
      const period = periodAt(intervals, cell.interval);
      return peopleBehindMetric(asking, bound, { filters: filtersOf(plan.filters, found), period, part: cell.part });
    },
  },
});

async function read(asking: Asking, body: Body): Promise<Plan> {
  const ground = await asking.metricGround();
  const period = periodOf(asking, body.period);
  const previous = body.compare ? previousPeriod(body.period, period, asking.calendar) : undefined;
  const whole = (of: typeof period): Intervals => valueOrThrow(intervalsOf(of, body.interval, asking.calendar, "whole"));
  const metrics = body.metrics.map((asked, index) => boundMetric(asking, ground, asked, `metrics.${index}`));
  const by = body.breakdown?.by;
  refuseUnseen(asking.fields, by !== undefined && "property" in by ? by.property : undefined, "breakdown.by.property");
  if (by !== undefined && "trait" in by && asking.fields.trait(by.trait, "") !== "clear")
    throw faultError("field.hidden", { field: "breakdown.by.trait", mend: "Choose another trait; your role does not see this one" });
  return {
    metrics,
    filters: readFilters(body.filters),
    intervals: whole(period),
    previous: previous === undefined ? undefined : whole(previous),
  };
}

function boundMetric(asking: Asking, ground: MetricGround, asked: Body["metrics"][number], path: string): BoundMetric {
  const bound =
    "metric" in asked
      ? bindById(asked.metric, readValues(asked.parameters ?? {}, `${path}.parameters`), ground)
      : bindOwn({ unit: asked.unit, definition: readDefinition(asked.definition, `${path}.definition`) }, ground);
  if (!bound.ok) throw faultErrorOf({ ...bound.fault, field: bound.fault.field === undefined ? path : `${path}.${bound.fault.field}` });
  for (const atom of atomsOf(bound.value.expression)) refuseUnseen(asking.fields, measuredProperty(atom), path);
  return bound.value;
}

function measuredProperty(atom: BoundAtom): string | undefined {
  return atom.kind === "events" && "property" in atom.measure ? atom.measure.property : undefined;
}

function readFilters(filters: Body["filters"]): MetricFilters {
  const condition = (json: unknown, path: string, of: "events" | "people"): Condition | undefined => {
    if (json === undefined) return undefined;
    return valueOrThrow(of === "events" ? readCondition(json, path) : readPersonCondition(json, path));
  };
  return {
    events: condition(filters?.events, "filters.events", "events"),
    people: condition(filters?.people, "filters.people", "people"),
  };
}

type OneAsked = { readonly bound: BoundMetric; readonly breakdown: Body["breakdown"] };

async function casesOf(asking: Asking, plan: Plan, { bound, breakdown }: OneAsked): Promise<readonly BreakdownCase[]> {
  if (breakdown === undefined) return [{ other: false }];
  return breakdownCases({ asking, filters: plan.filters }, bound, { ...breakdown, intervals: plan.intervals });
}

async function linesOf(asking: Asking, plan: Plan, asked: OneAsked): Promise<AnsweredLine[]> {
  const lines: AnsweredLine[] = [];
  for (const each of await casesOf(asking, plan, asked)) {
    const filters = filtersOf(plan.filters, each);
    const now = await evaluate(asking, asked.bound, filters, plan.intervals);
    const before = plan.previous === undefined ? undefined : await evaluate(asking, asked.bound, filters, plan.previous);
    lines.push({
      ...(each.value === undefined ? {} : { value: each.value }),
      other: each.other,
      ...answered(now),
      ...compared(now, before),
    });
  }
  return lines;
}

function answered({ points, total, basis }: Evaluated): Pick<AnsweredLine, "points" | "total" | "basis"> {
  const copy = (line: { readonly points: readonly (number | null)[]; readonly total: number | null }) => ({
    points: [...line.points],
    total: line.total,
  });
  return {
    points: [...points],
    total,
    ...(basis === undefined ? {} : { basis: { numerator: copy(basis.numerator), denominator: copy(basis.denominator) } }),
  };
}

function compared(now: Evaluated, before: Evaluated | undefined): Pick<AnsweredLine, "previous" | "change"> {
  if (before === undefined) return {};
  const previous = alignedTo(now.points.length, { points: [...before.points], total: before.total });
  return { previous, change: changeOf(now.total, before.total) };
}
