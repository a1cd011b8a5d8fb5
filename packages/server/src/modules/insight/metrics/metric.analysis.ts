import { listMetricPeople, queryMetric, type metricQuerySchema } from "@terrace/contract/api/insight-metric";
import { bindById, bindOwn, type MetricGround } from "@terrace/domain/insight/metrics/own-metric";
import type { BoundMetric } from "@terrace/domain/insight/metrics/metric";
import { intervalLabels, intervalsOf, type Intervals } from "@terrace/domain/insight/time/intervals";
import { previousPeriod } from "@terrace/domain/insight/time/period";
import { alignedTo, changeOf } from "@terrace/domain/insight/trends/trends-answer";
import type { z } from "zod";
import { faultError, faultErrorOf, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { refuseUnseenIn } from "../../../platform/http/refuse-unseen.ts";
import type { AtomGround } from "./atoms/atom-ground.ts";
import { breakdownCases, type BreakdownCase } from "./breakdown.views.ts";
import { evaluate, peopleBehindMetric, periodAt, type Evaluated } from "./evaluate.ts";

type Body = z.output<typeof metricQuerySchema>;
/** A metric as a body asks for it. */
export type AskedMetric = Body["metrics"][number];
type AnsweredLine = z.input<typeof queryMetric.response>["metrics"][number]["lines"][number];
type Plan = {
  readonly metrics: readonly BoundMetric[];
  readonly ground: AtomGround;
  readonly intervals: Intervals;
  readonly previous: Intervals | undefined;
};

/** Metrics over time, and the people behind their points. */
export const metric = analysis({
  kind: "metric",
  route: queryMetric,
  groups: { narrows: "all" },
  answer: async (asking, body) => {
    const plan = await read(asking, body);
    const labels = (intervals: Intervals) => intervalLabels(intervals, asking.calendar, asking.nowMs);
    const metrics: { unit: BoundMetric["unit"]; lines: AnsweredLine[] }[] = [];
    for (const bound of plan.metrics) metrics.push({ unit: bound.unit, lines: await linesOf(plan, { bound, breakdown: body.breakdown }) });
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
      const cases = await casesOf(plan, { bound, breakdown: body.breakdown });
      const found = cases.find(({ value, other }) =>
        cell.other ? other : !other && (body.breakdown === undefined || value === (cell.value ?? null)),
      );
      if (found === undefined)
        throw faultError("insight.no_such_cell", {
          field: "cell.value",
          mend: "Name a value of the breakdown that the answer tells, or other",
        });
      const period = periodAt(intervals, cell.interval);
      return peopleBehindMetric(groundOf(plan, found), bound, { period, part: cell.part });
    },
  },
});

async function read(asking: Asking, body: Body): Promise<Plan> {
  const ground = await asking.metricGround();
  const period = periodOf(asking, body.period);
  const previous = body.compare ? previousPeriod(body.period, period, asking.calendar) : undefined;
  const whole = (of: typeof period): Intervals => valueOrThrow(intervalsOf(of, body.interval, asking.calendar, "whole"));
  const metrics = body.metrics.map((asked, index) => boundMetric(asking, ground, asked, `metrics.${index}`));
  return {
    metrics,
    ground: { asking, filters: body.filters ?? {} },
    intervals: whole(period),
    previous: previous === undefined ? undefined : whole(previous),
  };
}

/** A metric with everything it is made of. Throws its faults under `path`, and `field.hidden`. */
export function boundMetric(asking: Asking, ground: MetricGround, asked: AskedMetric, path: string): BoundMetric {
  const bound =
    "metric" in asked
      ? bindById(asked.metric, asked.parameters ?? {}, ground)
      : bindOwn({ unit: asked.unit, definition: asked.definition }, ground);
  if (!bound.ok) throw faultErrorOf({ ...bound.fault, field: bound.fault.field === undefined ? path : `${path}.${bound.fault.field}` });
  // What is stored was not in the body that was looked through.
  refuseUnseenIn(bound.value.expression, asking.fields, path);
  return bound.value;
}

type OneAsked = { readonly bound: BoundMetric; readonly breakdown: Body["breakdown"] };

async function casesOf(plan: Plan, { bound, breakdown }: OneAsked): Promise<readonly BreakdownCase[]> {
  if (breakdown === undefined) return [{ other: false }];
  return breakdownCases(plan.ground, bound, { ...breakdown, intervals: plan.intervals });
}

function groundOf({ ground }: Plan, { where, asking }: BreakdownCase): AtomGround {
  return asking === undefined ? { ...ground, where } : { ...ground, asking };
}

async function linesOf(plan: Plan, asked: OneAsked): Promise<AnsweredLine[]> {
  const lines: AnsweredLine[] = [];
  for (const each of await casesOf(plan, asked)) {
    const ground = groundOf(plan, each);
    const now = await evaluate(ground, asked.bound, plan.intervals);
    const before = plan.previous === undefined ? undefined : await evaluate(ground, asked.bound, plan.previous);
    lines.push({
      ...(each.value === undefined ? {} : { value: each.value }),
      other: each.other,
      ...answered(now),
      ...compared(now, before),
    });
  }
  return lines;
}

function answered({ points, total, basis, why }: Evaluated): Pick<AnsweredLine, "points" | "total" | "basis" | "why"> {
  const copy = (line: { readonly points: readonly (number | null)[]; readonly total: number | null }) => ({
    points: [...line.points],
    total: line.total,
  });
  return {
    points: [...points],
    total,
    ...(why === undefined ? {} : { why: { points: [...why.points], total: why.total } }),
    ...(basis === undefined ? {} : { basis: { numerator: copy(basis.numerator), denominator: copy(basis.denominator) } }),
  };
}

function compared(now: Evaluated, before: Evaluated | undefined): Pick<AnsweredLine, "previous" | "change"> {
  if (before === undefined) return {};
  const previous = alignedTo(now.points.length, { points: [...before.points], total: before.total });
  return { previous, change: changeOf(now.total, before.total) };
}
