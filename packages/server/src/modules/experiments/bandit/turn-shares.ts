import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { PERIODS_MAX } from "@terrace/contract/api/insight-experiment";
import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { metricsOver, type ReadMetric } from "@terrace/domain/experiments/arms-of-moments";
import { movedParts, planShares, seedOfPeriod, type SharesSettings } from "@terrace/domain/experiments/bandit";
import { followedMetric } from "@terrace/domain/experiments/check-bandit";
import { periodArms } from "@terrace/domain/experiments/over-periods";
import type { DrawnPeriod } from "@terrace/domain/statistics/stratified-arms";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import type { Answer } from "../../insight/module.ts";
import type { ExperimentDeps } from "../experiment-deps.ts";
import type { Asked } from "../asked.ts";
import { questionOf, type Question } from "../question.ts";
import { askedOf, requireExperiment } from "../stored-experiment.ts";
import { loadDueShares, savePeriod, type DueShares, type ExperimentId } from "./period.store.ts";

/** What happened before shares are due has arrived so long after it, mostly. */
const SETTLED_MS = 600_000;
const HOUR_MS = 3_600_000;

export type BanditAllocation = Extract<ExperimentDefinition["allocation"], { readonly kind: "bandit" }>;

/** How long shares that could not be reckoned wait until they are tried again. */
const AGAIN_MS = 60_000;

/** Reckons the shares of bandits that are due, again and again. One that cannot be reckoned keeps no other waiting, and is tried again a minute later. */
export function createTurningShares(): (deps: ExperimentDeps, signal: AbortSignal) => Promise<void> {
  const failedMs = new Map<string, number>();
  return async (deps, signal) => {
    for (const [id, at] of failedMs) if (deps.nowMs() - at >= AGAIN_MS) failedMs.delete(id);
    let before: DueShares | undefined;
    while (!signal.aborted) {
      const due = await loadDueShares(deps.db, new Date(deps.nowMs() - SETTLED_MS), before);
      if (due === undefined) return;
      const isTurned = !failedMs.has(due.id) && (await turnOne(deps, due, signal));
      if (!isTurned && !failedMs.has(due.id)) failedMs.set(due.id, deps.nowMs());
      before = isTurned ? undefined : due;
    }
  };
}

async function turnOne(deps: ExperimentDeps, due: DueShares, signal: AbortSignal): Promise<boolean> {
  const { workspaceId, id, dueAt } = due;
  try {
    const asked = await askedOf(deps, await requireExperiment(deps, workspaceId, id));
    const { allocation, variants } = asked.definition;
    const last = asked.periods.at(-1);
    if (allocation.kind !== "bandit" || last === undefined) throw new Error("only a bandit that has begun has shares that are due");
    // The last time that shares were due and all is known of: where several were missed, the first of them would be of long ago.
    const readUntil = new Date(
      sharesDue(asked.startedAt ?? dueAt, allocation, new Date(deps.nowMs() - SETTLED_MS)).getTime() - allocation.everyHours * HOUR_MS,
    );
    const question = questionOfFollowed(asked, readUntil);
    const answer = await deps.insight.run("experiment", question, { workspaceId, fields: DEFAULT_FIELD_VIEW, signal });
    const period = last.period + 1;
    const { parts, arms } = planShares(
      followedArms(answer, 0, asked.periods),
      sharesSettings(due, asked.definition, { allocation, period }),
    );
    return await inTransaction(deps.db, async (tx) => {
      const from = new Date(Math.max(deps.nowMs(), last.from.getTime() + 1));
      const nextDueAt = period + 1 < PERIODS_MAX ? sharesDue(asked.startedAt ?? dueAt, allocation, from) : null;
      const row = { period, from, parts, moved: movedParts(last.parts, parts), readUntil, arms };
      const isSaved = await savePeriod(tx, due, { ...row, variants: variants.map(({ key }) => key), nextDueAt });
      if (isSaved) await deps.flags.changed(tx, workspaceId);
      return isSaved;
    });
  } catch (error) {
    if (!signal.aborted)
      deps.log.warn({ err: error, experiment: id }, "the shares of a bandit could not be reckoned; they are tried again");
    return false;
  }
}

/** When shares are due after an instant: so many hours after the start, once or several times. */
export function sharesDue(startedAt: Date, { everyHours }: BanditAllocation, after: Date): Date {
  const every = everyHours * HOUR_MS;
  const passed = Math.floor((after.getTime() - startedAt.getTime()) / every);
  return new Date(startedAt.getTime() + (passed + 1) * every);
}

/** How shares are reckoned for a period: the same in every process, and every time. */
export function sharesSettings(
  { workspaceId, id }: ExperimentId,
  { metrics }: ExperimentDefinition,
  { allocation, period }: { readonly allocation: BanditAllocation; readonly period: number },
): SharesSettings {
  return {
    exploration: allocation.exploration,
    unitsMin: allocation.unitsMin,
    lowerIsBetter: metrics[followedMetric(metrics)]?.better === "down",
    seed: seedOfPeriod(`${workspaceId}:${id}`, period),
  };
}

/** The arms of a metric of an answer in each period. */
export function followedArms(
  answer: Pick<Answer<"experiment">, "metrics" | "periods">,
  at: number,
  periods: Asked["periods"],
): readonly DrawnPeriod[] {
  const metric: ReadMetric | undefined = metricsOver(answer)[at];
  if (metric === undefined) return [];
  return periodArms(
    metric,
    periods.map(({ parts }) => parts),
  );
}

/** The question of an experiment up to an instant, of the metric alone that shares follow. */
function questionOfFollowed(asked: Asked, until: Date): Question {
  const question = questionOf(asked, { until, nowMs: until.getTime() });
  return { ...question, metrics: question.metrics.filter((_, at) => at === followedMetric(asked.definition.metrics)) };
}
