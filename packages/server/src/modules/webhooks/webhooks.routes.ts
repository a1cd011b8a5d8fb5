import type { AuditActionOf } from "@terrace/contract/audit-actions";
import * as api from "@terrace/contract/api/webhooks";
import { DONE } from "@terrace/contract/route";
import type { JsonObject } from "@terrace/domain/json";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { findDelivery, insertDeliveries, loadDeliveries, sendAgain, type DeliveryRow } from "./delivery.store.ts";
import { newSigningSecret } from "../../platform/outbound/webhook-signature.ts";
import { requireCallable, type WebhookDeps } from "./webhook-deps.ts";
import { countWebhooks, deleteWebhook, insertWebhook, rotateSecret, updateWebhook, WEBHOOKS_MAX } from "./webhook.store.ts";
import { loadWebhookViews } from "./webhook.views.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";

const OLD_SECRET_MS = 86_400_000;
const ID = /^[1-9]\d{0,17}$/;

/** Managing webhooks and reading their log. */
export function webhookRoutes(deps: WebhookDeps): readonly RouteHandler[] {
  return [...managing(deps), ...keeping(deps), ...logging(deps)];
}

function managing(deps: WebhookDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.listWebhooks, async (_input, { workspaceId }) => ({ items: [...(await loadWebhookViews(deps, workspaceId))] })),
    handle(api.createWebhook, async ({ body }, context) => {
      await requireCallable(deps.outbound, body.address);
      const secret = newSigningSecret(deps.randomBytes);
      const id = await inTransaction(db, async (tx) => {
        if ((await countWebhooks(tx, context.workspaceId)) >= WEBHOOKS_MAX)
          throw faultError("request.conflict", { mend: `A workspace has at most ${WEBHOOKS_MAX} webhooks; delete those not in use` });
        const made = await insertWebhook(tx, context.workspaceId, {
          name: body.name,
          address: seal(deps, body.address),
          events: body.events,
          secret: seal(deps, secret),
          createdAt: new Date(nowMs()),
          createdBy: context.actor,
        });
        await record(deps, tx, context, {
          action: "webhook.create",
          id: made,
          detail: { name: body.name, host: hostOf(body.address), events: body.events },
        });
        return made;
      });
      return { webhook: await viewOf(deps, context, id), secret };
    }),
    handle(api.updateWebhook, async ({ params, body }, context) => {
      if (body.address !== undefined) await requireCallable(deps.outbound, body.address);
      await inTransaction(db, async (tx) => {
        const { address, ...rest } = body;
        const change = { ...rest, ...(address === undefined ? {} : { address: seal(deps, address) }) };
        if (!(await updateWebhook(tx, context.workspaceId, idOf(params.webhook), change))) throw unknownWebhook();
        const { name = null, events = null, state = null } = rest;
        const detail = { name, events, state, host: address === undefined ? null : hostOf(address) };
        await record(deps, tx, context, { action: "webhook.update", id: params.webhook, detail: given(detail) });
      });
      return viewOf(deps, context, params.webhook);
    }),
  ];
}

function keeping(deps: WebhookDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.rotateWebhookSecret, async ({ params }, context) => {
      const secret = newSigningSecret(deps.randomBytes);
      await inTransaction(db, async (tx) => {
        const rotated = { id: idOf(params.webhook), secret: seal(deps, secret), oldUntil: new Date(nowMs() + OLD_SECRET_MS) };
        if (!(await rotateSecret(tx, context.workspaceId, rotated))) throw unknownWebhook();
        await record(deps, tx, context, { action: "webhook.rotate", id: params.webhook, detail: {} });
      });
      return { webhook: await viewOf(deps, context, params.webhook), secret };
    }),
    handle(api.deleteWebhook, async ({ params }, context) => {
      await inTransaction(db, async (tx) => {
        const name = await deleteWebhook(tx, context.workspaceId, idOf(params.webhook));
        if (name === undefined) throw unknownWebhook();
        await record(deps, tx, context, { action: "webhook.delete", id: params.webhook, detail: { name } });
      });
      return DONE;
    }),
    handle(api.testWebhook, async ({ params }, context) => {
      await viewOf(deps, context, idOf(params.webhook));
      await inTransaction(db, (tx) => queueTest(deps, tx, context, params.webhook));
      return DONE;
    }),
  ];
}

function logging(deps: WebhookDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.listWebhookDeliveries, async ({ params, query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const asked = { webhookId: idOf(params.webhook), state: query.state, beforeId, limit: query.limit + 1 };
      const rows = await loadDeliveries(db, workspaceId, asked);
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(deliveryView),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getWebhookDelivery, async ({ params }, { workspaceId }) => {
      const found = ID.test(params.delivery) ? await findDelivery(db, workspaceId, idOf(params.webhook), params.delivery) : undefined;
      if (found === undefined) throw faultError("webhook.delivery_not_found", { field: "delivery" });
      return { ...deliveryView(found), body: openText(deps.privacy, found.body) };
    }),
    handle(api.resendWebhookDeliveries, async ({ params, body }, context) => {
      const ids = "failed" in body ? ("failed" as const) : body.ids.filter((id) => ID.test(id));
      const count = await inTransaction(db, async (tx) => {
        const changed = await sendAgain(tx, context.workspaceId, idOf(params.webhook), { ids, at: new Date(nowMs()) });
        await record(deps, tx, context, { action: "webhook.resend", id: params.webhook, detail: { count: changed } });
        return changed;
      });
      return { count };
    }),
  ];
}

function seal({ privacy }: WebhookDeps, text: string): Uint8Array {
  return sealText(privacy, text);
}

async function viewOf(deps: WebhookDeps, { workspaceId }: RouteContext, id: string) {
  const view = (await loadWebhookViews(deps, workspaceId)).find((one) => one.id === id);
  if (view === undefined) throw unknownWebhook();
  return view;
}

async function queueTest(deps: WebhookDeps, tx: Tx, { workspaceId, actor }: RouteContext, webhookId: string): Promise<void> {
  const eventKey = `test-${deps.randomId()}`;
  const body = { id: eventKey, type: "Webhook Test", timestamp: new Date(deps.nowMs()).toISOString(), data: { sentBy: actor } };
  const delivery = {
    workspaceId,
    webhookId,
    eventKey,
    eventName: body.type,
    originId: "0",
    body: sealText(deps.privacy, JSON.stringify(body)),
  };
  await insertDeliveries(tx, [delivery], new Date(deps.nowMs()));
}

type Act = { readonly action: AuditActionOf<"webhook">; readonly id: string; readonly detail: JsonObject };

async function record(deps: WebhookDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `webhook:${id}`, detail, ip });
}

/** Without what the request did not name. */
function given(detail: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== null));
}

function deliveryView(row: DeliveryRow) {
  const { id, eventName, state, attempts, log } = row;
  return {
    id,
    eventName,
    state,
    attempts,
    dueAt: state === "waiting" ? row.dueAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    log: [...log],
  };
}

function hostOf(address: string): string {
  return URL.parse(address)?.host ?? "";
}

function idOf(text: string): string {
  if (!ID.test(text)) throw unknownWebhook();
  return text;
}

function unknownWebhook(): Error {
  return faultError("webhook.not_found", { field: "webhook" });
}
