import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { checkBandit, checkFollowed } from "@terrace/domain/experiments/check-bandit";
import { checkChange } from "@terrace/domain/experiments/experiment";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Acting, ExperimentDeps } from "./experiment-deps.ts";
import { deleteExperiment, EXPERIMENTS_MAX, insertExperiment, updateExperiment } from "./experiment.store.ts";
import { lockedExperiment, recordAct } from "./locked-experiment.ts";
import { questionOf } from "./question.ts";
import { definitionOf } from "./stored-experiment.ts";

/** What an operator says of an experiment. */
export type Written = {
  readonly key: string;
  readonly name: string;
  readonly hypothesis: string;
  readonly definition: ExperimentDefinition;
};

/** Makes a draft. Throws the faults of its metrics, `experiment.plan_missing`, `experiment.key_taken`, `request.conflict`. */
export async function makeExperiment(deps: ExperimentDeps, written: Written, context: Acting): Promise<string> {
  await checkAsked(deps, written, context);
  return inTransaction(deps.db, async (tx) => {
    await deps.flags.lock(tx, context.workspaceId);
    const made = await insertExperiment(tx, context.workspaceId, rowOf(deps, written), { by: context.actor, at: new Date(deps.nowMs()) });
    if (made === "full")
      throw faultError("request.conflict", {
        mend: `A workspace has at most ${EXPERIMENTS_MAX} experiments that are not archived; archive those that are over`,
      });
    if (made === "taken") throw keyTaken();
    await deps.flags.changedIfNamed(tx, context.workspaceId, [written.key]);
    await recordAct(deps, tx, context, { action: "experiment.create", id: made.id, detail: { name: written.name } });
    return made.id;
  });
}

/** Throws besides `experiment.in_flags`, `experiment.locked`, `experiment.change_open`, `experiment.state_changed`, `experiment.not_found`. */
export async function changeExperiment(deps: ExperimentDeps, id: string, written: Written, context: RouteContext): Promise<void> {
  await checkAsked(deps, written, context);
  await inTransaction(deps.db, async (tx) => {
    const row = await lockedExperiment(deps, tx, context, id);
    const before = { key: row.key, name: row.name, hypothesis: row.hypothesis, definition: definitionOf(deps, row) };
    valueOrThrow(checkChange(row.state, before, written));
    if (row.state === "draft" && row.openChange !== null)
      throw faultError("experiment.change_open", {
        field: "key",
        mend: "Its start is to be approved as it is; have that decided, or take it back",
      });
    if (written.key !== row.key) await deps.flags.refuseNamed(tx, context.workspaceId, row.key);
    if (!(await updateExperiment(tx, context.workspaceId, row.id, rowOf(deps, written)))) throw keyTaken();
    if (written.key !== row.key) await deps.flags.changedIfNamed(tx, context.workspaceId, [row.key, written.key]);
    await recordAct(deps, tx, context, { action: "experiment.update", id: row.id, detail: { name: written.name } });
  });
}

/** Only a draft goes; what was run stays in the archive. Throws `experiment.in_flags`, `experiment.state_changed`, `experiment.not_found`. */
export async function removeExperiment(deps: ExperimentDeps, id: string, context: RouteContext): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const row = await lockedExperiment(deps, tx, context, id);
    if (row.startedAt !== null)
      throw faultError("experiment.state_changed", {
        field: "experiment",
        mend: "It was started; archive it, so that what was learnt stays",
      });
    await deps.flags.refuseNamed(tx, context.workspaceId, row.key);
    await deps.flags.deleteMoves(tx, context.workspaceId, row.id);
    await deleteExperiment(tx, context.workspaceId, row.id);
    await deps.flags.changedIfNamed(tx, context.workspaceId, [row.key]);
    await recordAct(deps, tx, context, { action: "experiment.delete", id: row.id, detail: { name: row.name } });
  });
}

/** Asks an experiment's question over no time: whatever is wrong with its metrics, conditions and fields is told before anything is kept. */
async function checkAsked(deps: ExperimentDeps, { key, definition }: Written, context: Acting): Promise<void> {
  if (!definition.metrics.some(({ role }) => role === "primary"))
    throw faultError("experiment.metrics_invalid", {
      field: "definition.metrics",
      mend: "Choose at least one primary metric, which judges it",
    });
  if (definition.method === "frequentist" && definition.plannedDays === null)
    throw faultError("experiment.plan_missing", {
      field: "definition.plannedDays",
      mend: "Say after how many days it is read, or read it sequentially",
    });
  valueOrThrow(checkBandit(definition));
  const question = questionOf({ key, definition, startedAt: null, stoppedAt: null, periods: [], coverages: [] }, { nowMs: deps.nowMs() });
  const { metrics } = await deps.insight.run("experiment", question, context);
  valueOrThrow(
    checkFollowed(
      definition,
      metrics.map(({ statistic }) => statistic),
    ),
  );
}

function rowOf({ privacy }: ExperimentDeps, { key, name, hypothesis, definition }: Written) {
  const { exposure } = definition;
  const tellsGiven = exposure.kind === "assignment" && exposure.moment === "given";
  return { key, name, hypothesis, tellsGiven, definition: sealText(privacy, JSON.stringify(definition)) };
}

function keyTaken(): Error {
  return faultError("experiment.key_taken", {
    field: "key",
    mend: "Another experiment has this key, and exposures name one of them by it; choose another",
  });
}
