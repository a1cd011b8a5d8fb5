import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { discardQuarantine, getQuarantined, listQuarantine, replayQuarantine } from "@terrace/contract/api/quarantine";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import { maskPayload } from "./masked-payload.ts";
import type { Quarantine } from "./quarantine.ts";
import type { QuarantineSelection } from "./quarantine.store.ts";
import { countReasons, findRow, listRows } from "./quarantine.views.ts";
import { openText } from "../../../platform/sealed-text.ts";

export type QuarantineRouteDeps = {
  readonly db: Db;
  readonly quarantine: Quarantine;
  readonly privacy: Pick<PrivacyModule, "decryptPayload">;
  readonly isMarkedPersonal: (workspaceId: number, event: string, property: string) => boolean;
  readonly audit: AccessModule["audit"];
};

const ID = /^[1-9]\d{0,17}$/;

/** Browsing, replaying and discarding quarantined events. */
export function quarantineRoutes(deps: QuarantineRouteDeps): readonly RouteHandler[] {
  const { db, quarantine } = deps;
  const record = (
    tx: Tx,
    { workspaceId, actor, ip }: RouteContext,
    entry: {
      readonly action: AuditActionOf<"quarantine">;
      readonly selection: QuarantineSelection;
      readonly outcome: Readonly<Record<string, number>>;
    },
  ) =>
    deps.audit(tx, {
      workspaceId,
      actor,
      action: entry.action,
      target: "quarantine",
      detail: { ...described(entry.selection), ...entry.outcome },
      ip,
    });
  return [
    handle(listQuarantine, async ({ query }, { workspaceId }) => {
      const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const [rows, reasons] = await Promise.all([
        listRows(db, workspaceId, { state: query.state, code: query.code, name: query.name, beforeId: before, limit: query.limit + 1 }),
        countReasons(db, workspaceId, query.state),
      ]);
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      return { items, reasons, ...(rows.length > items.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}) };
    }),
    handle(getQuarantined, async ({ params }, { workspaceId, fields }) => {
      const row = ID.test(params.id) ? await findRow(db, workspaceId, params.id) : undefined;
      if (row === undefined)
        throw faultError("quarantine.not_found", {
          field: "id",
          mend: "Rows are kept for 30 days; list the quarantine for those there are",
        });
      const { payload, form: _, ...view } = row;
      const text = openText(deps.privacy, payload);
      const isMarked = (key: string): boolean => deps.isMarkedPersonal(workspaceId, row.name, key);
      return { ...view, payload: maskPayload(text, isMarked, fields) };
    }),
    handle(replayQuarantine, async ({ body }, context) => {
      const selection = checked(body);
      const outcome = await quarantine.replay(context.workspaceId, selection, context.actor);
      await inTransaction(db, (tx) => record(tx, context, { action: "quarantine.replay", selection, outcome }));
      return outcome;
    }),
    handle(discardQuarantine, async ({ body }, context) => {
      const selection = checked(body);
      return inTransaction(db, async (tx) => {
        const outcome = { discarded: await quarantine.discard(tx, context.workspaceId, selection, context.actor) };
        await record(tx, context, { action: "quarantine.discard", selection, outcome });
        return outcome;
      });
    }),
  ];
}

/** An empty selection would mean everything: that is never asked for by leaving something out. */
function checked(selection: QuarantineSelection): QuarantineSelection {
  const narrowed = selection.ids !== undefined || selection.code !== undefined || selection.name !== undefined;
  if (!narrowed && selection.all === undefined)
    throw faultError("request.invalid", { field: "ids", mend: "Give ids, a code, a name or all" });
  if (narrowed && selection.all !== undefined)
    throw faultError("request.invalid", { field: "all", mend: "Give all alone, or what narrows the selection" });
  const ids = selection.ids?.filter((id) => ID.test(id));
  return { ...selection, ...(ids === undefined ? {} : { ids }) };
}

function described({ ids, code, name, all }: QuarantineSelection): Readonly<Record<string, string | number | boolean>> {
  return {
    ...(all === undefined ? {} : { all }),
    ...(ids === undefined ? {} : { ids: ids.length }),
    ...(code === undefined ? {} : { code }),
    ...(name === undefined ? {} : { name }),
  };
}
