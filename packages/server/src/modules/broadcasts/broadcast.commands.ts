import type { AuditAction } from "@terrace/contract/audit-actions";
import { BROADCASTS_MAX } from "@terrace/contract/api/broadcasts";
import type { BroadcastState } from "@terrace/domain/broadcasts/broadcast";
import { instantOfLocal, zoneClock } from "@terrace/domain/time/zoned-time";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import {
  countBroadcasts,
  deleteBroadcastRow,
  insertBroadcast,
  loadDefinition,
  lockBroadcast,
  rewriteBroadcast,
  saveProgress,
  type BroadcastRow,
  type Progress,
  type Written,
} from "./broadcast.store.ts";
import { faultsOf, localMsOf } from "./check.ts";

type Verb = Extract<AuditAction, `broadcast.${string}`>;
type Move = { readonly id: string; readonly note: string };

/** Begins a broadcast as a draft. Throws `broadcast.too_many`. */
export async function beginBroadcast(deps: BroadcastDeps, context: RouteContext, written: Written): Promise<string> {
  const { workspaceId, actor } = context;
  return inTransaction(deps.db, async (tx) => {
    if ((await countBroadcasts(tx, workspaceId)) >= BROADCASTS_MAX)
      throw faultError("broadcast.too_many", {
        mend: `A workspace has at most ${BROADCASTS_MAX} broadcasts; delete drafts that are not needed`,
      });
    const id = await insertBroadcast(tx, deps.privacy, { workspaceId, ...written, at: new Date(deps.nowMs()), by: actor });
    await record(deps, tx, context, { action: "broadcast.create", id, detail: { name: written.name } });
    return id;
  });
}

/** Writes over what is not approved. Throws `broadcast.not_found`, `broadcast.wrong_state`, `broadcast.changed_meanwhile`. */
export async function saveDraft(
  deps: BroadcastDeps,
  context: RouteContext,
  { id, baseEdition, ...written }: Written & { readonly id: string; readonly baseEdition: number },
): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const row = await inState(tx, context.workspaceId, id, ["draft", "in_review"]);
    if (row.edition !== baseEdition)
      throw faultError("broadcast.changed_meanwhile", {
        field: "baseEdition",
        mend: "Read the broadcast again and put your change into it",
      });
    await rewriteBroadcast(tx, deps.privacy, row, written);
    await record(deps, tx, context, { action: "broadcast.update", id, detail: { name: written.name } });
  });
}

/** Throws `broadcast.not_found`, `broadcast.wrong_state`. */
export async function deleteDraft(deps: BroadcastDeps, context: RouteContext, id: string): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const row = await inState(tx, context.workspaceId, id, ["draft", "in_review"]);
    await deleteBroadcastRow(tx, row);
    await record(deps, tx, context, { action: "broadcast.delete", id, detail: { name: row.name } });
  });
}

/** Hands a draft in for review. Throws `broadcast.wrong_state`, `broadcast.faulty`. */
export async function submit(deps: BroadcastDeps, context: RouteContext, move: Move): Promise<void> {
  await moveOn(deps, context, move, {
    from: ["draft"],
    action: "broadcast.submit",
    to: async (row, tx) => {
      await refuseFaulty(deps, tx, row);
      return { state: "in_review" };
    },
  });
}

/** Approves what is under review: it is sent from its time on. Throws `broadcast.wrong_state`, `broadcast.faulty`. */
export async function approve(deps: BroadcastDeps, context: RouteContext, move: Move): Promise<void> {
  const zone = (await deps.workspace(context.workspaceId))?.timeZone ?? "UTC";
  await moveOn(deps, context, move, {
    from: ["in_review"],
    action: "broadcast.approve",
    to: async (row, tx) => {
      const { begins } = await refuseFaulty(deps, tx, row);
      const localMs = begins === null ? undefined : localMsOf(begins);
      const beginsMs = localMs === undefined ? deps.nowMs() : Math.max(deps.nowMs(), instantOfLocal(localMs, zoneClock(zone)));
      return { state: "scheduled", approvedBy: context.actor, beginsMs, nextMs: beginsMs };
    },
  });
}

/** Sends what is under review back. Throws `broadcast.wrong_state`. */
export async function reject(deps: BroadcastDeps, context: RouteContext, move: Move): Promise<void> {
  await moveOn(deps, context, move, { from: ["in_review"], action: "broadcast.reject", to: () => ({ state: "draft" }) });
}

/** Lets nothing more go and takes back what waits. Throws `broadcast.wrong_state`. */
export async function stop(deps: BroadcastDeps, context: RouteContext, move: Move): Promise<void> {
  await moveOn(deps, context, move, {
    from: ["scheduled", "running", "done"],
    action: "broadcast.stop",
    to: async (row, tx) => {
      const taken = await deps.messages.cancel(tx, row.workspaceId, { kind: "broadcast", id: row.id });
      // Of one that is done only what still waits can be stopped.
      if (row.state === "done" && taken === 0) throw wrongState(row.state);
      return { state: "stopped", nextMs: null, endedMs: null };
    },
  });
}

/** Lets a stopped one go on: what was taken back is asked for anew. Throws `broadcast.wrong_state`. */
export async function resume(deps: BroadcastDeps, context: RouteContext, move: Move): Promise<void> {
  await moveOn(deps, context, move, {
    from: ["stopped"],
    action: "broadcast.resume",
    to: (row) => ({
      state: row.beganMs === null ? "scheduled" : "running",
      nextMs: Math.max(deps.nowMs(), row.beginsMs ?? 0),
      run: row.run + 1,
      redone: 0,
      redoneTo: row.asked,
    }),
  });
}

/** Ends a broadcast for good and takes back what waits. Throws `broadcast.wrong_state`. */
export async function cancel(deps: BroadcastDeps, context: RouteContext, move: Move): Promise<void> {
  await moveOn(deps, context, move, {
    from: ["scheduled", "running", "stopped"],
    action: "broadcast.cancel",
    to: async (row, tx) => {
      await deps.messages.cancel(tx, row.workspaceId, { kind: "broadcast", id: row.id });
      return { state: "cancelled", nextMs: null, endedMs: deps.nowMs() };
    },
  });
}

/** Chooses what everybody else gets. Throws `broadcast.wrong_state`, `broadcast.no_test`, `broadcast.no_such_variant`. */
export async function choose(
  deps: BroadcastDeps,
  context: RouteContext,
  { variant, ...move }: Move & { readonly variant: string },
): Promise<void> {
  await moveOn(deps, context, move, {
    from: ["scheduled", "running", "stopped"],
    action: "broadcast.choose",
    detail: { variant },
    to: async (row, tx) => {
      const { test, variants } = await loadDefinition(tx, deps.privacy, row);
      if (test === null || row.winner !== null)
        throw faultError("broadcast.no_test", { field: "broadcast", mend: "Choose a variant only while its test is running" });
      if (!variants.some(({ key }) => key === variant))
        throw faultError("broadcast.no_such_variant", { field: "variant", mend: "Give the key of one of the variants" });
      return { winner: variant, winnerCounts: [], chosenBy: context.actor, ...(row.state === "running" ? { nextMs: deps.nowMs() } : {}) };
    },
  });
}

type Moving = {
  readonly from: readonly BroadcastState[];
  readonly action: Verb;
  readonly detail?: Readonly<Record<string, string>>;
  readonly to: (row: BroadcastRow, tx: Tx) => Partial<Progress> | Promise<Partial<Progress>>;
};

async function moveOn(
  deps: BroadcastDeps,
  context: RouteContext,
  { id, note }: Move,
  { from, action, detail = {}, to }: Moving,
): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const row = await inState(tx, context.workspaceId, id, from);
    await saveProgress(tx, row, { ...row, ...(await to(row, tx)) });
    await record(deps, tx, context, { action, id, detail: { name: row.name, note, ...detail } });
  });
}

async function inState(tx: Tx, workspaceId: number, id: string, states: readonly BroadcastState[]): Promise<BroadcastRow> {
  const row = await lockBroadcast(tx, workspaceId, id);
  if (row === undefined) throw notFound();
  if (!states.includes(row.state)) throw wrongState(row.state);
  return row;
}

export function notFound() {
  return faultError("broadcast.not_found", { field: "broadcast", mend: "Choose a broadcast of this workspace" });
}

function wrongState(state: BroadcastState) {
  return faultError("broadcast.wrong_state", {
    field: "broadcast",
    mend: `Read the broadcast again: it is ${state} now`,
    details: { state },
  });
}

async function refuseFaulty(deps: BroadcastDeps, tx: Tx, row: BroadcastRow) {
  const definition = await loadDefinition(tx, deps.privacy, row);
  const [fault] = await faultsOf(deps, tx, row.workspaceId, definition);
  if (fault !== undefined)
    throw faultError("broadcast.faulty", { field: `definition.${fault.field}`, mend: fault.text, details: { fault: fault.code } });
  return definition;
}

type Act = { readonly action: Verb; readonly id: string; readonly detail: Readonly<Record<string, string>> };

async function record(deps: BroadcastDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `broadcast:${id}`, detail, ip });
}
