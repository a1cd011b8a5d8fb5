import type { AuditActionOf } from "@terrace/contract/audit-actions";
import * as api from "@terrace/contract/api/notify";
import type { NoticeTargetView } from "@terrace/contract/api/notify";
import { DONE } from "@terrace/contract/route";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { newSigningSecret } from "../../platform/outbound/webhook-signature.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { readMailServer } from "./mail-settings.ts";
import { loadNoticeDeliveries, sendNoticeAgain, type NoticeDeliveryRow } from "./notice-delivery.store.ts";
import type { NotifyDeps } from "./notify-deps.ts";
import { requireReachable } from "./require-reachable.ts";
import { sendNotice } from "./send-notice.ts";
import { openPlace, sealPlace, shownPlace, type TargetPlace } from "./target-place.ts";
import { deleteTarget, insertTarget, loadTargets, TARGETS_MAX, updateTarget, type TargetRow } from "./target.store.ts";
import { testNotice } from "./test-notice.ts";

type AskedPlace = z.output<typeof api.createNoticeTarget.body>["place"];
const ID = /^[1-9]\d{0,17}$/;

/** Managing where people are told, and the log of telling them. */
export function targetRoutes(deps: NotifyDeps): readonly RouteHandler[] {
  return [...managing(deps), testRoute(deps), ...logging(deps)];
}

function managing(deps: NotifyDeps): readonly RouteHandler[] {
  const { db, privacy, nowMs } = deps;
  return [
    handle(api.listNoticeTargets, async (_input, { workspaceId }) => ({
      items: (await loadTargets(db, workspaceId)).map((row) => targetView(deps, row)),
    })),
    handle(api.createNoticeTarget, async ({ body }, context) => {
      const place = await placeOf(deps, body.place, undefined);
      const id = await inTransaction(db, async (tx) => {
        const { name, language } = body;
        const made = await insertTarget(tx, context.workspaceId, {
          name,
          language,
          kind: place.kind,
          place: sealPlace(privacy, place),
          createdBy: context.actor,
          createdAt: new Date(nowMs()),
        });
        if (made === undefined)
          throw faultError("request.conflict", { mend: `A workspace has at most ${TARGETS_MAX} targets; delete those not in use` });
        await record(deps, tx, context, { action: "notice.target_create", id: made, detail: { name, kind: place.kind } });
        return made;
      });
      return { target: await viewOf(deps, context, id), secret: place.kind === "webhook" ? place.secret : null };
    }),
    handle(api.updateNoticeTarget, async ({ params, body }, context) => {
      const before = await findTarget(deps, context, params.target);
      const place = body.place === undefined ? undefined : await placeOf(deps, body.place, openPlace(privacy, before.place));
      await inTransaction(db, async (tx) => {
        const { name, language } = body;
        const sealed = place === undefined ? undefined : sealPlace(privacy, place);
        if (!(await updateTarget(tx, context.workspaceId, before.id, { name, language, place: sealed }))) throw unknownTarget();
        await record(deps, tx, context, { action: "notice.target_update", id: before.id, detail: { name, moved: place !== undefined } });
      });
      return viewOf(deps, context, before.id);
    }),
    handle(api.deleteNoticeTarget, async ({ params }, context) => {
      await inTransaction(db, async (tx) => {
        const name = await deleteTarget(tx, context.workspaceId, idOf(params.target));
        if (name === undefined) throw unknownTarget();
        await record(deps, tx, context, { action: "notice.target_delete", id: params.target, detail: { name } });
      });
      return DONE;
    }),
  ];
}

function testRoute(deps: NotifyDeps): RouteHandler {
  return handle(api.testNoticeTarget, async ({ params }, context) => {
    const target = await findTarget(deps, context, params.target);
    const mail = target.kind === "email" ? await readMailServer(deps, context.workspaceId) : undefined;
    const place = openPlace(deps.privacy, target.place);
    const sent = await sendNotice(deps, { id: `test-${deps.randomId()}`, notice: testNotice(target.language, context.actor), place, mail });
    await inTransaction(deps.db, (tx) =>
      record(deps, tx, context, { action: "notice.target_test", id: target.id, detail: { outcome: sent.outcome } }),
    );
    return { outcome: sent.outcome, code: "code" in sent ? sent.code : "" };
  });
}

function logging(deps: NotifyDeps): readonly RouteHandler[] {
  return [
    handle(api.listNoticeDeliveries, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadNoticeDeliveries(deps.db, workspaceId, { key: query.key, beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(deliveryView),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.resendNotice, async ({ params }, context) => {
      await inTransaction(deps.db, async (tx) => {
        if (!ID.test(params.delivery) || !(await sendNoticeAgain(tx, context.workspaceId, params.delivery, new Date(deps.nowMs()))))
          throw faultError("notice.delivery_not_found", { field: "delivery" });
        await record(deps, tx, context, { action: "notice.resend", id: params.delivery, detail: {} });
      });
      return DONE;
    }),
  ];
}

/** The place with its secrets. Left out of a change, a secret stays with the address it belongs to: another address must not get it. */
async function placeOf(deps: NotifyDeps, asked: AskedPlace, before: TargetPlace | undefined): Promise<TargetPlace> {
  if (asked.kind === "email") return asked;
  await requireReachable(deps.outbound, asked.address, "place.address");
  switch (asked.kind) {
    case "wecom":
      return asked;
    case "dingtalk":
    case "feishu":
      return { ...asked, secret: asked.secret ?? keptSecret(asked, before) };
    case "webhook":
      return { ...asked, secret: before?.kind === "webhook" ? before.secret : newSigningSecret(deps.randomBytes) };
    default:
      return asked satisfies never;
  }
}

function keptSecret(asked: Exclude<AskedPlace, { readonly kind: "email" }>, before: TargetPlace | undefined): string | undefined {
  if (before === undefined || before.kind === "email" || before.kind === "wecom") return undefined;
  return before.kind === asked.kind && before.address === asked.address ? before.secret : undefined;
}

function targetView({ privacy }: NotifyDeps, row: TargetRow): NoticeTargetView {
  const { id, name, kind, language, createdBy } = row;
  const place = openPlace(privacy, row.place);
  const hasSecret = "secret" in place && place.secret !== undefined;
  return { id, name, kind, language, place: shownPlace(place), hasSecret, createdBy, createdAt: row.createdAt.toISOString() };
}

async function viewOf(deps: NotifyDeps, context: RouteContext, id: string): Promise<NoticeTargetView> {
  return targetView(deps, await findTarget(deps, context, id));
}

async function findTarget({ db }: NotifyDeps, { workspaceId }: RouteContext, id: string): Promise<TargetRow> {
  const [target] = await loadTargets(db, workspaceId, [idOf(id)]);
  if (target === undefined) throw unknownTarget();
  return target;
}

function deliveryView(row: NoticeDeliveryRow) {
  const { id, targetId, targetName, kind, key, state, attempts, log } = row;
  return {
    id,
    targetId,
    targetName,
    kind,
    key,
    state,
    attempts,
    dueAt: state === "waiting" ? row.dueAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    error: log.at(-1)?.error ?? "",
  };
}

type Act = {
  readonly action: AuditActionOf<"notice">;
  readonly id: string;
  readonly detail: Readonly<Record<string, string | boolean>>;
};

async function record({ audit }: NotifyDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await audit(tx, { workspaceId, actor, action, target: `notice:${id}`, detail, ip });
}

function idOf(text: string): string {
  if (!ID.test(text)) throw unknownTarget();
  return text;
}

function unknownTarget(): Error {
  return faultError("notice.target_not_found", { field: "target" });
}
