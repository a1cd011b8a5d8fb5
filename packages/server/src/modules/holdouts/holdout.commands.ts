import { HOLDOUTS_MAX, type createHoldout, type updateHoldout } from "@terrace/contract/api/holdouts";
import type { Generation } from "@terrace/domain/holdouts/generation";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { countRunning, deleteHoldoutRow, insertHoldout, lockHoldout, type Holdout } from "./holdout.store.ts";
import { newestTurn, saveTurns } from "./turns.ts";

type Asked = z.output<typeof createHoldout.body>;
type Changes = z.output<typeof updateHoldout.body>;

/** Who does something with a holdout, as far as it matters. */
export type Acting = Pick<RouteContext, "workspaceId" | "actor" | "ip">;

/** Begins a holdout with its first turn. Throws `holdout.key_taken`, `holdout.too_many`. */
export async function beginHoldout(deps: HoldoutDeps, context: Acting, { share, ...asked }: Asked): Promise<void> {
  const { workspaceId, actor } = context;
  const nowMs = deps.nowMs();
  await inTransaction(deps.db, async (tx) => {
    if ((await countRunning(tx, workspaceId)) >= HOLDOUTS_MAX)
      throw faultError("holdout.too_many", { mend: `A workspace has at most ${HOLDOUTS_MAX} running holdouts; end those not in use` });
    const made = { ...asked, rotatesAt: null, createdAt: new Date(nowMs), createdBy: actor };
    const id = await insertHoldout(tx, workspaceId, made);
    if (id === undefined)
      throw faultError("holdout.key_taken", { field: "key", mend: "Choose a key that no holdout of this workspace has" });
    const first: Generation = { number: 1, share, fromMs: nowMs, toMs: null };
    await saveTurns(deps, tx, workspaceId, { holdout: { ...made, id, endedAt: null }, turns: [first] });
    await record(deps, tx, context, { verb: "create", key: asked.key, detail: { name: asked.name, share: String(share) } });
  });
}

/** Changes a running holdout; another share begins a new turn. Throws `holdout.not_found`, `holdout.ended`. */
export async function changeHoldout(deps: HoldoutDeps, context: Acting, key: string, changes: Changes): Promise<void> {
  const { workspaceId } = context;
  await inTransaction(deps.db, async (tx) => {
    const before = await runningOrThrow(tx, workspaceId, key);
    const last = await newestTurn(tx, workspaceId, before.id);
    const { share = last.share, name = before.name, rotation = before.rotation } = changes;
    const holdout: Holdout = { ...before, name, rotation };
    const turns = share === last.share ? [last] : turned(last, deps.nowMs(), share);
    await saveTurns(deps, tx, workspaceId, { holdout, turns });
    await record(deps, tx, context, { verb: "update", key, detail: { name: holdout.name, share: String(share) } });
  });
}

/** Begins a new turn now. Throws `holdout.not_found`, `holdout.ended`. */
export async function rotateNow(deps: HoldoutDeps, context: Acting, key: string): Promise<void> {
  const { workspaceId } = context;
  await inTransaction(deps.db, async (tx) => {
    const holdout = await runningOrThrow(tx, workspaceId, key);
    const last = await newestTurn(tx, workspaceId, holdout.id);
    await saveTurns(deps, tx, workspaceId, { holdout, turns: turned(last, deps.nowMs(), last.share) });
    await record(deps, tx, context, { verb: "rotate", key, detail: { name: holdout.name } });
  });
}

/** Ends a holdout and its turn. Throws `holdout.not_found`, `holdout.ended`. */
export async function endHoldoutNow(deps: HoldoutDeps, context: Acting, key: string): Promise<void> {
  const { workspaceId } = context;
  const nowMs = deps.nowMs();
  await inTransaction(deps.db, async (tx) => {
    const holdout = await runningOrThrow(tx, workspaceId, key);
    const last = await newestTurn(tx, workspaceId, holdout.id);
    await saveTurns(deps, tx, workspaceId, { holdout: { ...holdout, endedAt: new Date(nowMs) }, turns: [{ ...last, toMs: nowMs }] });
    await record(deps, tx, context, { verb: "end", key, detail: { name: holdout.name } });
  });
}

/** Deletes an ended holdout. Throws `holdout.not_found`, `holdout.running`. */
export async function removeHoldout(deps: HoldoutDeps, context: Acting, key: string): Promise<void> {
  const { workspaceId } = context;
  await inTransaction(deps.db, async (tx) => {
    const holdout = holdoutOrThrow(await lockHoldout(tx, workspaceId, key));
    if (holdout.endedAt === null) throw faultError("holdout.running", { mend: "End it first" });
    await deleteHoldoutRow(tx, workspaceId, holdout.id);
    await record(deps, tx, context, { verb: "delete", key, detail: { name: holdout.name } });
  });
}

/** Throws `holdout.not_found`. */
export function holdoutOrThrow(holdout: Holdout | undefined): Holdout {
  if (holdout === undefined)
    throw faultError("holdout.not_found", { field: "holdout", mend: "Name a holdout of this workspace by its key" });
  return holdout;
}

async function runningOrThrow(tx: Tx, workspaceId: number, key: string): Promise<Holdout> {
  const holdout = holdoutOrThrow(await lockHoldout(tx, workspaceId, key));
  if (holdout.endedAt !== null) throw faultError("holdout.ended", { mend: "It has ended; begin another one" });
  return holdout;
}

function turned(last: Generation, nowMs: number, share: number): readonly Generation[] {
  return [
    { ...last, toMs: nowMs },
    { number: last.number + 1, share, fromMs: nowMs, toMs: null },
  ];
}

type Act = {
  readonly verb: "create" | "update" | "rotate" | "end" | "delete";
  readonly key: string;
  readonly detail: Readonly<Record<string, string>>;
};

async function record(deps: HoldoutDeps, tx: Tx, { workspaceId, actor, ip }: Acting, { verb, key, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `holdout.${verb}`, target: `holdout:${key}`, detail, ip });
}
