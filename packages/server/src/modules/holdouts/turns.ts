import { rotatedBy, rotatesAt, type Generation } from "@terrace/domain/holdouts/generation";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { createTurns } from "../../platform/turns.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { loadDueHoldouts, loadGenerations, lockHoldout, saveGenerations, saveHoldout, type Holdout } from "./holdout.store.ts";

type Deps = Pick<HoldoutDeps, "db" | "calendar" | "nowMs">;

/** Lets holdouts whose turn is over take their next one; of all workspaces. One that cannot keeps no other waiting. */
export function createRotating(deps: Deps & Pick<HoldoutDeps, "log">): () => Promise<void> {
  const takeTurns = createTurns<string>(deps, "holdouts.rotate");
  return async () => {
    const due = await loadDueHoldouts(deps.db, new Date(deps.nowMs()));
    const byName = new Map(due.map((one) => [`${one.workspaceId} ${one.key}`, one]));
    await takeTurns([...byName.keys()], async (name) => {
      const one = byName.get(name);
      if (one !== undefined) await rotateOne(deps, one.workspaceId, one.key);
      return one !== undefined;
    });
  };
}

/** Brings the turns of one holdout up to now; whoever asks in the moment before the job does so sees to it. */
export async function rotateOne(deps: Deps, workspaceId: number, key: string): Promise<void> {
  await inTransaction(deps.db, (tx) => rotateIn(deps, tx, workspaceId, key));
}

/** The same within a transaction. */
export async function rotateIn(deps: Pick<Deps, "calendar" | "nowMs">, tx: Tx, workspaceId: number, key: string): Promise<void> {
  const holdout = await lockHoldout(tx, workspaceId, key);
  if (holdout?.endedAt !== null) return;
  const last = await newestTurn(tx, workspaceId, holdout.id);
  const turns = rotatedBy(last, holdout.rotation, await deps.calendar(workspaceId), deps.nowMs());
  await saveTurns(deps, tx, workspaceId, { holdout, turns });
}

/** The newest turn of a holdout; each has one from its beginning. */
export async function newestTurn(tx: Tx, workspaceId: number, holdoutId: string): Promise<Generation> {
  const turn = (await loadGenerations(tx, workspaceId, [holdoutId])).get(holdoutId)?.at(-1);
  if (turn === undefined) throw new Error("a holdout has no turn");
  return turn;
}

type Turns = { readonly holdout: Holdout; readonly turns: readonly Generation[] };

/** Keeps turns and when the last of them is over. */
export async function saveTurns(deps: Pick<Deps, "calendar">, tx: Tx, workspaceId: number, { holdout, turns }: Turns): Promise<void> {
  const calendar = await deps.calendar(workspaceId);
  const planned = turns.map((turn) => ({ ...turn, plannedToMs: rotatesAt(turn, holdout.rotation, calendar) ?? null }));
  const last = planned.at(-1);
  const next = last?.toMs === null ? last.plannedToMs : null;
  await saveGenerations(tx, workspaceId, holdout.id, planned);
  await saveHoldout(tx, workspaceId, { ...holdout, rotatesAt: next === null ? null : new Date(next) });
}
