import type { AuditActionOf } from "@terrace/contract/audit-actions";
import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { checkBandit, checkFollowed } from "@terrace/domain/experiments/check-bandit";
import { checkChange, stateAfter, type ExperimentAction } from "@terrace/domain/experiments/experiment";
import { dayOf, dayStart } from "@terrace/domain/insight/time/calendar";
import { zoneClock } from "@terrace/domain/time/zoned-time";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { movePeriods } from "./bandit/move-periods.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import {
  deleteExperiment,
  EXPERIMENTS_MAX,
  insertExperiment,
  lockExperiment,
  noteStep,
  saveDecision,
  saveState,
  updateExperiment,
  type Decided,
  type ExperimentRow,
} from "./experiment.store.ts";
import { questionOf } from "./question.ts";
import { saveSplit } from "./standing.store.ts";
import { definitionOf, idOf, unknownExperiment } from "./stored-experiment.ts";

/** What an operator says of an experiment. */
export type Written = {
  readonly key: string;
  readonly name: string;
  readonly hypothesis: string;
  readonly definition: ExperimentDefinition;
};
type Act = { readonly action: AuditActionOf<"experiment">; readonly id: string; readonly detail: Readonly<Record<string, string>> };

/** Makes a draft. Throws the faults of its metrics, `experiment.plan_missing`, `experiment.key_taken`, `request.conflict`. */
export async function makeExperiment(deps: ExperimentDeps, written: Written, context: RouteContext): Promise<string> {
  await checkAsked(deps, written, context);
  return inTransaction(deps.db, async (tx) => {
    await deps.flags.lock(tx, context.workspaceId);
    const made = await insertExperiment(tx, context.workspaceId, rowOf(deps, written), { by: context.actor, at: new Date(deps.nowMs()) });
    if (made === "full")
      throw faultError("request.conflict", {
        mend: `A workspace has at most ${EXPERIMENTS_MAX} experiments that are not archived; archive those that are over`,
      });
    if (made === "taken") throw keyTaken();
    await deps.flags.changed(tx, context.workspaceId);
    await record(deps, tx, context, { action: "experiment.create", id: made.id, detail: { name: written.name } });
    return made.id;
  });
}

/** Throws besides `experiment.in_flags`, `experiment.locked`, `experiment.state_changed`, `experiment.not_found`. */
export async function changeExperiment(deps: ExperimentDeps, id: string, written: Written, context: RouteContext): Promise<void> {
  await checkAsked(deps, written, context);
  await inTransaction(deps.db, async (tx) => {
    const row = await locked(deps, tx, context, id);
    const before = { key: row.key, name: row.name, hypothesis: row.hypothesis, definition: definitionOf(deps, row) };
    valueOrThrow(checkChange(row.state, before, written));
    if (written.key !== row.key) await deps.flags.refuseNamed(tx, context.workspaceId, row.key);
    if (!(await updateExperiment(tx, context.workspaceId, row.id, rowOf(deps, written)))) throw keyTaken();
    await deps.flags.changed(tx, context.workspaceId);
    await record(deps, tx, context, { action: "experiment.update", id: row.id, detail: { name: written.name } });
  });
}

/** Only a draft goes; what was run stays in the archive. Throws `experiment.in_flags`, `experiment.state_changed`, `experiment.not_found`. */
export async function removeExperiment(deps: ExperimentDeps, id: string, context: RouteContext): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const row = await locked(deps, tx, context, id);
    if (row.startedAt !== null)
      throw faultError("experiment.state_changed", {
        field: "experiment",
        mend: "It was started; archive it, so that what was learnt stays",
      });
    await deps.flags.refuseNamed(tx, context.workspaceId, row.key);
    await deleteExperiment(tx, context.workspaceId, row.id);
    await deps.flags.changed(tx, context.workspaceId);
    await record(deps, tx, context, { action: "experiment.delete", id: row.id, detail: { name: row.name } });
  });
}

/**
 * Starts, pauses, resumes, stops or archives. Throws `experiment.state_changed`, `experiment.not_found`, `experiment.variants_invalid`,
 * `experiment.take_hides`, `flag_change.person_needed`; at the start `experiment.arms_differ`, `experiment.weights_differ`, `experiment.versions_differ`, `experiment.rules_differ` and `flag.namespace_taken`.
 */
export async function moveExperiment(
  deps: ExperimentDeps,
  id: string,
  { action, decided }: { readonly action: ExperimentAction; readonly decided?: Decided },
  context: RouteContext,
): Promise<void> {
  const { workspaceId, actor } = context;
  const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  await inTransaction(deps.db, async (tx) => {
    const row = await locked(deps, tx, context, id);
    const at = new Date(deps.nowMs());
    const state = valueOrThrow(stateAfter(row.state, action));
    if (action === "start" || action === "resume") await deps.flags.refuseKeys(tx, context, row.key);
    const definition = definitionOf(deps, row);
    if (action === "start") await keepSplit(deps, tx, workspaceId, { key: row.key, variants: definition.variants });
    const startedAt = action === "start" ? at : row.startedAt;
    const stoppedAt = action === "stop" ? at : row.stoppedAt;
    const dueAt = action === "start" ? endOfDay(at, zone) : row.dayDueAt;
    const dayDueAt = stoppedAt !== null && dueAt !== null && dueAt > stoppedAt ? stoppedAt : dueAt;
    await saveState(tx, workspaceId, row.id, { state, startedAt, stoppedAt, dayDueAt });
    await movePeriods(tx, { workspaceId, id: row.id }, { action, at, definition });
    if (decided !== undefined) await saveDecision(tx, workspaceId, row.id, await checked(deps, tx, context, { row, decided }));
    await noteStep(tx, workspaceId, row.id, { action, at, by: actor });
    await deps.flags.changed(tx, workspaceId);
    await record(deps, tx, context, { action: `experiment.${action}`, id: row.id, detail: { name: row.name } });
  });
}

/** How the rules that name it split people stays as it is from its start on. */
async function keepSplit(
  { flags }: ExperimentDeps,
  tx: Tx,
  workspaceId: number,
  starting: Parameters<ExperimentDeps["flags"]["checkStart"]>[2],
): Promise<void> {
  const split = await flags.checkStart(tx, workspaceId, starting);
  if (split !== undefined) await saveSplit(tx, workspaceId, starting.key, split);
}

/** Throws `experiment.state_changed` before the stop, `experiment.variants_invalid`, `experiment.take_hides`, `flag_change.person_needed`, `experiment.not_found`. */
export async function decide(deps: ExperimentDeps, id: string, decided: Decided, context: RouteContext): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const row = await locked(deps, tx, context, id);
    if (row.stoppedAt === null)
      throw faultError("experiment.state_changed", {
        field: "decision",
        mend: "Stop the experiment first; what is still running decides nothing",
      });
    await saveDecision(tx, context.workspaceId, row.id, await checked(deps, tx, context, { row, decided }));
    await noteStep(tx, context.workspaceId, row.id, { action: "decide", at: new Date(deps.nowMs()), by: context.actor });
    await deps.flags.changed(tx, context.workspaceId);
    await record(deps, tx, context, { action: "experiment.decide", id: row.id, detail: { name: row.name, decision: decided.decision } });
  });
}

/** The end of the local day that an instant lies in. */
export function endOfDay(at: Date, zone: string): Date {
  return new Date(dayStart(dayOf(at.getTime(), zoneClock(zone)) + 1, { zone, weekStart: "monday" }));
}

/** Asks an experiment's question over no time: whatever is wrong with its metrics, conditions and fields is told before anything is kept. */
async function checkAsked(deps: ExperimentDeps, { key, definition }: Written, context: RouteContext): Promise<void> {
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
  const question = questionOf(
    { key, definition, startedAt: null, stoppedAt: null, periods: [] },
    { from: new Date(deps.nowMs()), nowMs: deps.nowMs() },
  );
  const { metrics } = await deps.insight.run("experiment", question, context);
  valueOrThrow(
    checkFollowed(
      definition,
      metrics.map(({ statistic }) => statistic),
    ),
  );
}

type Deciding = { readonly row: ExperimentRow; readonly decided: Decided };

/** A decision as it is kept. Another variant than the one that was taken is given out at once. */
async function checked(deps: ExperimentDeps, tx: Tx, context: RouteContext, { row, decided }: Deciding): Promise<Decided> {
  const { variants } = definitionOf(deps, row);
  const isTaken = decided.decision === "take";
  if (isTaken && !variants.some(({ key }) => key === decided.variant))
    throw faultError("experiment.variants_invalid", { field: "variant", mend: "Name the variant that is taken, by its key" });
  const variant = isTaken ? decided.variant : null;
  if (variant !== row.decidedVariant) {
    await deps.flags.refuseKeys(tx, context, row.key);
    if (variant !== null) await deps.flags.refuseHidden(tx, context.workspaceId, { key: row.key, variant });
  }
  return { ...decided, variant };
}

function rowOf({ privacy }: ExperimentDeps, { key, name, hypothesis, definition }: Written) {
  const { exposure } = definition;
  const tellsGiven = exposure.kind === "assignment" && exposure.moment === "given";
  return { key, name, hypothesis, tellsGiven, definition: sealText(privacy, JSON.stringify(definition)) };
}

/** First what flags hold, then the experiment, in every command: two of them never wait for each other. What flags are meanwhile stays. */
async function locked({ flags }: ExperimentDeps, tx: Tx, { workspaceId }: RouteContext, id: string): Promise<ExperimentRow> {
  await flags.lock(tx, workspaceId);
  const row = await lockExperiment(tx, workspaceId, idOf(id));
  if (row === undefined) throw unknownExperiment();
  return row;
}

async function record(
  { audit }: ExperimentDeps,
  tx: Tx,
  { workspaceId, actor, ip }: RouteContext,
  { action, id, detail }: Act,
): Promise<void> {
  await audit(tx, { workspaceId, actor, action, target: `experiment:${id}`, detail, ip });
}

function keyTaken(): Error {
  return faultError("experiment.key_taken", {
    field: "key",
    mend: "Another experiment has this key, and exposures name one of them by it; choose another",
  });
}
