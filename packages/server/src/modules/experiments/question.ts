import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { createHash } from "node:crypto";
import { faultError } from "../../platform/http/fault-error.ts";
import type { AskedBody } from "../insight/module.ts";
import { readUntilMs, type Asked, type Started } from "./asked.ts";

/** What an experiment asks, as the analysis takes it. */
export type Question = AskedBody<"experiment">;

/** The question of an experiment from its start (of a draft: from now on) up to an instant (now unless said), or up to its stop. What is read once ends with its planned end: later figures are another look. */
export function questionOf(
  { key, definition, startedAt, stoppedAt, periods }: Asked,
  { until, nowMs }: { readonly until?: Date; readonly nowMs: number },
): Question {
  const { exposure, variants, people, metrics, covariateDays, conflicts, unfinished } = definition;
  const endMs = Math.min((until ?? stoppedAt)?.getTime() ?? Infinity, readUntilMs({ definition, startedAt }));
  const to = until !== undefined || stoppedAt !== null || endMs <= nowMs ? new Date(endMs) : null;
  return {
    exposure: exposure.kind === "assignment" ? { kind: "assignment", key } : exposure,
    variants: variants.map((variant) => variant.key),
    from: (startedAt ?? new Date(nowMs)).toISOString(),
    ...(to === null ? {} : { to: to.toISOString() }),
    metrics: metrics.map(({ role: _role, better: _better, ...metric }) => metric),
    covariateDays,
    conflicts,
    unfinished,
    ...overPeriods(definition, periods),
    ...(people === null ? {} : { filters: { people } }),
  };
}

/** Where shares change, people are told by the period they came in; sums over periods leave no room for what was before. */
function overPeriods({ allocation }: ExperimentDefinition, periods: Asked["periods"]): Partial<Question> {
  return allocation.kind === "bandit" ? { covariateDays: null, periods: periods.slice(1).map(({ from }) => from.toISOString()) } : {};
}

/** What it asks day by day; `places` are those of its metrics in the definition. Throws `experiment.metric_unfit` where days can be told of none. */
export function noveltyQuestion(asked: Started, days: number, nowMs: number) {
  const { covariateDays: _before, unfinished: _waits, metrics, breakdown: _groups, ...question } = questionOf(asked, { nowMs });
  const told = metrics.flatMap(({ of, winsorise, quantile }, place) =>
    quantile === undefined ? [{ place, metric: { of, winsorise } }] : [],
  );
  if (told.length === 0)
    throw faultError("experiment.metric_unfit", {
      field: "definition.metrics",
      mend: "A quantile has no effect by day; add a guardrail that is a mean or a share",
      details: { reason: "by_day" },
    });
  return {
    question: { ...question, metrics: told.map(({ metric }) => ({ ...metric, winsorise: metric.winsorise ?? null })), days },
    places: told.map(({ place }) => place),
  };
}

/** What is asked of people who are in another experiment as well; conditions on people are those of both. */
export function pairQuestion(asked: Started, other: Started, nowMs: number): AskedBody<"experiment-pair"> {
  const { breakdown: _groups, ...question } = questionOf(asked, { nowMs });
  const { exposure, variants, from, to } = questionOf(other, { nowMs });
  const people = [asked, other].flatMap(({ definition }) => definition.people ?? []);
  const [first, ...more] = people;
  return {
    ...question,
    ...(first === undefined ? {} : { filters: { people: more.length === 0 ? first : { all: people } } }),
    other: { exposure, variants, from, ...(to === undefined ? {} : { to }) },
  };
}

/** What tells the metrics of a definition apart, in their order. Conditions in them can name personal values, so it is not the metrics themselves. */
export function metricMarks({ metrics }: ExperimentDefinition): readonly string[] {
  return metrics.map(({ role: _role, better: _better, ...metric }) =>
    createHash("sha256").update(JSON.stringify(metric)).digest("hex").slice(0, 32),
  );
}
