import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadDueDay, saveDay, type DueDay } from "./experiment-day.store.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { endOfDay } from "./move.commands.ts";
import { metricMarks, questionOf } from "./question.ts";
import { askedOf, requireExperiment } from "./stored-experiment.ts";

/** What happened on a day has arrived so long after it, mostly. */
const SETTLED_MS = 600_000;

/** Keeps what experiments tell at the end of each local day, and at their stop; days that were missed one after the other. */
export async function keepDays(deps: ExperimentDeps, signal: AbortSignal): Promise<void> {
  let before: DueDay | undefined;
  while (!signal.aborted) {
    const due = await loadDueDay(deps.db, new Date(deps.nowMs() - SETTLED_MS), before);
    if (due === undefined) return;
    // One that cannot be told must not keep the others waiting; it is due again at the next time.
    before = (await keepDay(deps, due, signal)) ? undefined : due;
  }
}

async function keepDay(deps: ExperimentDeps, due: DueDay, signal: AbortSignal): Promise<boolean> {
  const { workspaceId, id, dueAt } = due;
  try {
    const asked = await askedOf(deps, await requireExperiment(deps, workspaceId, id));
    const question = questionOf(asked, { until: dueAt, nowMs: dueAt.getTime() });
    const { variants, metrics, periods } = await deps.insight.run("experiment", question, {
      workspaceId,
      fields: DEFAULT_FIELD_VIEW,
      signal,
    });
    const day = {
      until: dueAt,
      metrics: metricMarks(asked.definition),
      answer: { variants, metrics, ...(periods === undefined ? {} : { periods }) },
    };
    const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
    // It may have been stopped while it was read: what counts is the stop that stands when the day is kept.
    return await inTransaction(deps.db, (tx) => saveDay(tx, due, day, ({ stoppedAt }) => nextDay(dueAt, { stoppedAt, zone })));
  } catch (error) {
    if (signal.aborted) return false;
    deps.log.warn({ err: error, experiment: id }, "the day of an experiment could not be told; it is again at the next time");
    return false;
  }
}

/** When the day after one ends: the stop is the end of the last one. */
function nextDay(until: Date, { stoppedAt, zone }: { readonly stoppedAt: Date | null; readonly zone: string }): Date | null {
  const next = endOfDay(until, zone);
  if (stoppedAt === null || next < stoppedAt) return next;
  return until < stoppedAt ? stoppedAt : null;
}
