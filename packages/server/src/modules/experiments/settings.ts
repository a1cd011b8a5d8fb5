import type { ReadingSettings } from "@terrace/domain/experiments/tell-results";
import { readUntilMs, type Asked } from "./asked.ts";

/**
 * How an experiment is read at an instant. One that is to be read once tells nothing before its planned end: not when it was stopped before that, and not when no end
 * was planned, because whoever chooses the end by the figures has looked at them more than once.
 */
export function settingsOf({ definition, startedAt, stoppedAt, periods, coverages }: Asked, atMs: number): ReadingSettings {
  const { kind, variants, allocation, metrics, method, level, correction, difference, prior, plannedPeople } = definition;
  return {
    kind,
    // Where shares change weights say nothing: planned people are taken to be shared out evenly.
    weights: variants.map(({ weight }) => (allocation.kind === "bandit" ? 1 : weight)),
    metrics: metrics.map(({ role, better, quantile }) => ({ role, better, quantile })),
    method,
    level,
    correction,
    difference,
    prior,
    plannedPeople,
    coverages,
    ...(periods.length === 0 ? {} : { periods: periods.map(({ parts }) => parts) }),
    isEarly: method === "frequentist" && Math.min(atMs, stoppedAt?.getTime() ?? Infinity) < readUntilMs({ definition, startedAt }),
  };
}
