import type { ExperimentDefinition } from "@terrace/contract/api/experiments";
import { stateAfter, type ExperimentAction, type ExperimentState } from "@terrace/domain/experiments/experiment";
import type { HeldSplit } from "@terrace/domain/experiments/standing";
import { dayOf, dayStart } from "@terrace/domain/insight/time/calendar";
import { zoneClock } from "@terrace/domain/time/zoned-time";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { BanditPeriodRow } from "./bandit/period.store.ts";
import { movePeriods } from "./bandit/move-periods.ts";
import type { Acting, ExperimentDeps } from "./experiment-deps.ts";
import { noteStep, saveDecision, saveState, type Decided, type ExperimentRow } from "./experiment.store.ts";
import { lockedExperiment, recordAct } from "./locked-experiment.ts";
import type { ApprovedMove } from "./reviewed-move.ts";
import { saveSplit } from "./standing.store.ts";
import { definitionOf } from "./stored-experiment.ts";

type MovingDeps = Pick<ExperimentDeps, "privacy" | "audit" | "nowMs" | "flags">;
/** What is to be done with an experiment: it goes on to another state, or what was decided of it is written down. */
export type Move = {
  readonly action: ExperimentAction | "decide";
  readonly decided?: Decided | undefined;
  /** At the start of a bandit that went through its periods elsewhere: those after the first. No others follow. */
  readonly periods?: readonly BanditPeriodRow[] | undefined;
};
/** What a move comes to; nothing of it is kept yet. */
type Planned = Move & {
  readonly row: ExperimentRow;
  readonly state: ExperimentState;
  /** How the rules that name it split people, from its start on. */
  readonly split: HeldSplit | undefined;
};

/**
 * Starts, pauses, resumes, stops, archives or decides; or asks for it, where that changes what flags give in environments whose changes are reviewed. Pausing and
 * stopping without taking wait for nobody. Throws `experiment.state_changed`, `experiment.not_found`, `experiment.variants_invalid`, `experiment.take_hides`,
 * `experiment.change_open`, `flag_change.person_needed`; at the start `experiment.arms_differ`, `experiment.weights_differ`, `experiment.versions_differ`,
 * `experiment.rules_differ`, `experiment.forgets` and `flag.namespace_taken`.
 */
export async function moveExperiment(
  deps: ExperimentDeps,
  id: string,
  { note, ...move }: Move & { readonly note: string },
  context: Acting,
): Promise<void> {
  const { workspaceId } = context;
  const zone = await zoneOf(deps, workspaceId);
  await inTransaction(deps.db, async (tx) => {
    const row = await lockedExperiment(deps, tx, context, id);
    const planned = await plan(deps, tx, row, move);
    const where = givesOtherwise(planned) ? await deps.flags.reviewedAt(tx, workspaceId, row.key) : [];
    if (where.length === 0) return carryOut(deps, tx, context, { planned, zone });
    const { action, decided } = planned;
    if (action === "pause" || action === "archive") throw new Error(`${action} changes nothing that is reviewed`);
    const asked = { decision: decided?.decision ?? null, variant: decided?.variant ?? null, learning: decided?.learning ?? null };
    const at = new Date(deps.nowMs());
    await deps.flags.askForMove(tx, context, { ...asked, id: row.id, key: row.key, action, steps: row.steps.length, note, at, where });
    await recordAct(deps, tx, context, { action: "experiment.ask", id: row.id, detail: { name: row.name, action } });
  });
}

/** What carries out moves of a workspace that were approved, as far as the experiment is still what they were asked of. Throws what `moveExperiment` throws. */
export async function approvedMoves(
  deps: MovingDeps & Pick<ExperimentDeps, "workspace">,
  workspaceId: number,
): Promise<(tx: Tx, context: RouteContext, move: ApprovedMove) => Promise<void>> {
  const zone = await zoneOf(deps, workspaceId);
  return async (tx, context, { id, action, decision, variant, learning, steps }) => {
    const row = await lockedExperiment(deps, tx, context, id);
    if (row.steps.length !== steps)
      throw faultError("experiment.state_changed", {
        field: "change",
        mend: "Something was done with the experiment meanwhile: reject the change, and have it asked for anew",
      });
    const decided = decision === null ? undefined : { decision, variant, learning: learning ?? "" };
    await carryOut(deps, tx, context, { planned: await plan(deps, tx, row, { action, decided }), zone });
  };
}

/** The end of the local day that an instant lies in. */
export function endOfDay(at: Date, zone: string): Date {
  return new Date(dayStart(dayOf(at.getTime(), zoneClock(zone)) + 1, { zone, weekStart: "monday" }));
}

async function zoneOf({ workspace }: Pick<ExperimentDeps, "workspace">, workspaceId: number): Promise<string> {
  return (await workspace(workspaceId))?.timeZone ?? "UTC";
}

async function plan(deps: MovingDeps, tx: Tx, row: ExperimentRow, { action, decided, periods }: Move): Promise<Planned> {
  const { workspaceId } = row;
  if (action === "decide" && row.stoppedAt === null)
    throw faultError("experiment.state_changed", {
      field: "decision",
      mend: "Stop the experiment first; what is still running decides nothing",
    });
  const state = action === "decide" ? row.state : valueOrThrow(stateAfter(row.state, action));
  const { variants, allocation } = definitionOf(deps, row);
  const starting = { key: row.key, variants, saysWeights: allocation.kind === "bandit" };
  const split = action === "start" ? await deps.flags.checkStart(tx, workspaceId, starting) : undefined;
  return {
    action,
    row,
    state,
    split,
    periods,
    decided: decided === undefined ? undefined : await checked(deps, tx, workspaceId, { row, decided }),
  };
}

type Deciding = { readonly row: ExperimentRow; readonly decided: Decided };

/** A decision as it is kept. */
async function checked(deps: MovingDeps, tx: Tx, workspaceId: number, { row, decided }: Deciding): Promise<Decided> {
  const { variants } = definitionOf(deps, row);
  const isTaken = decided.decision === "take";
  if (isTaken && !variants.some(({ key }) => key === decided.variant))
    throw faultError("experiment.variants_invalid", { field: "variant", mend: "Name the variant that is taken, by its key" });
  const variant = isTaken ? decided.variant : null;
  if (variant !== null && variant !== row.decidedVariant) await deps.flags.refuseHidden(tx, workspaceId, { key: row.key, variant });
  return { ...decided, variant };
}

/** Whether people would be given something else than now, other than the default. */
function givesOtherwise({ action, decided, row }: Planned): boolean {
  return action === "start" || action === "resume" || (decided !== undefined && decided.variant !== row.decidedVariant);
}

type CarriedOut = { readonly planned: Planned; readonly zone: string };

async function carryOut(
  deps: MovingDeps,
  tx: Tx,
  context: Pick<Acting, "workspaceId" | "actor" | "ip">,
  { planned, zone }: CarriedOut,
): Promise<void> {
  const { workspaceId, actor } = context;
  const { action, row, state, split, decided, periods } = planned;
  const at = new Date(deps.nowMs());
  if (split !== undefined) await saveSplit(tx, workspaceId, row.key, split);
  if (action !== "decide") await goOn(tx, { action, row, state, at, zone, definition: definitionOf(deps, row), periods });
  if (decided !== undefined) await saveDecision(tx, workspaceId, row.id, decided);
  await noteStep(tx, workspaceId, row.id, { action, at, by: actor });
  // What is written down of a decision alone is nothing to flags.
  if (action !== "decide" || givesOtherwise(planned)) await deps.flags.changed(tx, workspaceId);
  const detail = decided === undefined ? { name: row.name } : { name: row.name, decision: decided.decision };
  await recordAct(deps, tx, context, { action: `experiment.${action}`, id: row.id, detail });
}

type GoingOn = {
  readonly action: ExperimentAction;
  readonly row: ExperimentRow;
  readonly state: ExperimentState;
  readonly at: Date;
  readonly zone: string;
  readonly definition: ExperimentDefinition;
  readonly periods: Move["periods"];
};

async function goOn(tx: Tx, { action, row, state, at, zone, definition, periods }: GoingOn): Promise<void> {
  const { workspaceId, id } = row;
  const startedAt = action === "start" ? at : row.startedAt;
  const stoppedAt = action === "stop" ? at : row.stoppedAt;
  const dueAt = action === "start" ? endOfDay(at, zone) : row.dayDueAt;
  const dayDueAt = stoppedAt !== null && dueAt !== null && dueAt > stoppedAt ? stoppedAt : dueAt;
  await saveState(tx, workspaceId, id, { state, startedAt, stoppedAt, dayDueAt });
  await movePeriods(tx, { workspaceId, id }, { action, at, definition, periods });
}
