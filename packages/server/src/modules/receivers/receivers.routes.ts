import type { AuditActionOf } from "@terrace/contract/audit-actions";
import * as api from "@terrace/contract/api/receivers";
import { DONE } from "@terrace/contract/route";
import type { JsonObject } from "@terrace/domain/json";
import { hash } from "node:crypto";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { countCalls, loadCalls, settleCall, type CallRow } from "./call.store.ts";
import type { ReceiverDeps } from "./receiver-deps.ts";
import {
  countReceivers,
  deleteReceiver,
  insertReceiver,
  loadReceivers,
  RECEIVERS_MAX,
  updateReceiver,
  type ReceiverRow,
} from "./receiver.store.ts";
import { takePost } from "./take-post.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";

const DAY_MS = 86_400_000;
const TOKEN_BYTES = 24;
const REPLAY_PAGE = 50;
const ID = /^[1-9]\d{0,17}$/;

/** Managing receivers, trying expressions, and reading what was posted. */
export function receiverRoutes(deps: ReceiverDeps): readonly RouteHandler[] {
  return [...managing(deps), ...using(deps)];
}

function managing(deps: ReceiverDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.listReceivers, async (_input, { workspaceId }) => ({ items: await views(deps, workspaceId) })),
    handle(api.createReceiver, async ({ body }, context) => {
      requireSecret(body.signature, body.secret !== undefined);
      const token = `in_${Buffer.from(deps.randomBytes(TOKEN_BYTES)).toString("base64url")}`;
      const id = await inTransaction(db, async (tx) => {
        if ((await countReceivers(tx, context.workspaceId)) >= RECEIVERS_MAX)
          throw faultError("request.conflict", { mend: `A workspace has at most ${RECEIVERS_MAX} receivers; delete those not in use` });
        const made = await insertReceiver(tx, context.workspaceId, {
          name: body.name,
          tokenHash: hash("sha256", token, "buffer"),
          token: seal(deps, token),
          expression: body.expression,
          signature: body.signature,
          secret: body.secret === undefined ? null : seal(deps, body.secret),
          createdAt: new Date(nowMs()),
          createdBy: context.actor,
        });
        await record(deps, tx, context, { action: "receiver.create", id: made, detail: { name: body.name, kind: body.signature.kind } });
        return made;
      });
      return viewOf(deps, context, id);
    }),
    handle(api.updateReceiver, async ({ params, body }, context) => {
      const id = idOf(params.receiver);
      const before = (await loadReceivers(db, context.workspaceId)).find((one) => one.id === id);
      if (before === undefined) throw unknownReceiver();
      requireSecret(body.signature ?? before.signature, body.secret !== undefined || before.secret !== null);
      const { name, expression, signature, state, secret } = body;
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(expression === undefined ? {} : { expression }),
        ...(signature === undefined ? {} : { signature }),
        ...(state === undefined ? {} : { state }),
        ...(secret === undefined ? {} : { secret: seal(deps, secret) }),
      };
      await inTransaction(db, async (tx) => {
        if (!(await updateReceiver(tx, context.workspaceId, id, change))) throw unknownReceiver();
        await record(deps, tx, context, {
          action: "receiver.update",
          id,
          detail: { name: name ?? before.name, changed: Object.keys(change) },
        });
      });
      return viewOf(deps, context, id);
    }),
    handle(api.deleteReceiver, async ({ params }, context) => {
      const id = idOf(params.receiver);
      await inTransaction(db, async (tx) => {
        const name = await deleteReceiver(tx, context.workspaceId, id);
        if (name === undefined) throw unknownReceiver();
        await record(deps, tx, context, { action: "receiver.delete", id, detail: { name } });
      });
      return DONE;
    }),
  ];
}

function using(deps: ReceiverDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.tryReceiver, async ({ body }, { workspaceId }) => {
      const tried = { id: "0", workspaceId, name: "", expression: body.expression };
      const taken = await takePost(deps, tried, { body: body.body, headers: {}, query: {}, atMs: nowMs() });
      if ("fault" in taken) {
        if (taken.fault.code === "request.malformed") throw faultError("request.malformed", { ...taken.fault, field: "body" });
        throw faultError("receiver.expression_failed", taken.fault);
      }
      const { events, rejected, items } = taken;
      return {
        items: JSON.stringify(items, undefined, 2),
        events: [
          ...events.map(({ name }) => ({ name, accepted: true, problem: "" })),
          ...rejected.map(({ name, detail, code }) => ({ name, accepted: false, problem: detail === "" ? code : detail })),
        ],
      };
    }),
    handle(api.listReceiverCalls, async ({ params, query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const asked = { receiverId: idOf(params.receiver), state: query.state, beforeId, limit: query.limit + 1 };
      const rows = await loadCalls(db, workspaceId, asked);
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => callView(deps, row)),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.replayReceiverCalls, async ({ params }, context) => {
      const id = idOf(params.receiver);
      const receiver = (await loadReceivers(db, context.workspaceId)).find((one) => one.id === id);
      if (receiver === undefined) throw unknownReceiver();
      const outcome = await replay(deps, receiver);
      await inTransaction(db, (tx) => record(deps, tx, context, { action: "receiver.replay", id, detail: outcome }));
      return outcome;
    }),
  ];
}

/** Takes every failed post again with the present expression, page by page from the newest. Headers and query are not kept, so expressions see none. */
async function replay(deps: ReceiverDeps, receiver: ReceiverRow): Promise<{ readonly replayed: number; readonly stillFailing: number }> {
  let [replayed, stillFailing] = [0, 0];
  let beforeId: string | undefined;
  for (;;) {
    const calls = await loadCalls(deps.db, receiver.workspaceId, {
      receiverId: receiver.id,
      state: "failed",
      beforeId,
      limit: REPLAY_PAGE,
    });
    for (const call of calls) {
      const taken = await takePost(deps, receiver, { body: open(deps, call.body), headers: {}, query: {}, atMs: call.at.getTime() });
      if ("fault" in taken) {
        stillFailing += 1;
        continue;
      }
      if (taken.events.length + taken.rejected.length > 0) await deps.accept(taken.events, taken.rejected);
      const settled = {
        id: call.id,
        state: "accepted" as const,
        accepted: taken.events.length,
        rejected: taken.rejected.length,
        error: "",
      };
      await inTransaction(deps.db, (tx) => settleCall(tx, receiver.workspaceId, settled));
      replayed += 1;
    }
    beforeId = calls.at(-1)?.id;
    if (calls.length < REPLAY_PAGE) return { replayed, stillFailing };
  }
}

function requireSecret(signature: api.SignatureScheme, hasSecret: boolean): void {
  if (signature.kind !== "none" && !hasSecret)
    throw faultError("request.invalid", { field: "secret", mend: "Give the secret by which the sender signs" });
}

async function views(deps: ReceiverDeps, workspaceId: number): Promise<api.ReceiverView[]> {
  const [rows, counts] = await Promise.all([
    loadReceivers(deps.db, workspaceId),
    countCalls(deps.db, workspaceId, new Date(deps.nowMs() - DAY_MS)),
  ]);
  const countOf = new Map(counts.map((count) => [count.receiverId, count]));
  return rows.map((row) => {
    const { id, name, expression, signature, state, createdBy } = row;
    const count = countOf.get(id);
    return {
      id,
      name,
      path: `/in/${open(deps, row.token)}`,
      expression,
      signature,
      hasSecret: row.secret !== null,
      state,
      createdAt: row.createdAt.toISOString(),
      createdBy,
      lastAt: count?.lastAt.toISOString() ?? null,
      accepted: count?.accepted ?? 0,
      failed: count?.failed ?? 0,
    };
  });
}

async function viewOf(deps: ReceiverDeps, { workspaceId }: RouteContext, id: string): Promise<api.ReceiverView> {
  const view = (await views(deps, workspaceId)).find((one) => one.id === id);
  if (view === undefined) throw unknownReceiver();
  return view;
}

function callView(deps: ReceiverDeps, { id, at, state, accepted, rejected, error, body }: CallRow) {
  return { id, at: at.toISOString(), state, accepted, rejected, error, body: open(deps, body) };
}

type Act = { readonly action: AuditActionOf<"receiver">; readonly id: string; readonly detail: JsonObject };

async function record(deps: ReceiverDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `receiver:${id}`, detail, ip });
}

function seal({ privacy }: ReceiverDeps, text: string): Uint8Array {
  return sealText(privacy, text);
}

function open({ privacy }: ReceiverDeps, bytes: Uint8Array): string {
  return openText(privacy, bytes);
}

function idOf(text: string): string {
  if (!ID.test(text)) throw unknownReceiver();
  return text;
}

function unknownReceiver(): Error {
  return faultError("receiver.not_found", { field: "receiver" });
}
