import * as api from "@terrace/contract/api/annotations";
import { DONE } from "@terrace/contract/route";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { openText, sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import * as store from "./annotation.store.ts";

const ID = /^[1-9]\d{0,17}$/;

export type AnnotationDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
};

/** Notes of operators on charts: what happened on a day. */
export function annotationRoutes(deps: AnnotationDeps): readonly RouteHandler[] {
  const { db, privacy, nowMs } = deps;
  const found = async (tx: Db | Tx, workspaceId: number, id: string): Promise<store.AnnotationRow> => {
    const row = ID.test(id) ? await store.findAnnotation(tx, workspaceId, id) : undefined;
    if (row === undefined) throw unknownAnnotation();
    return row;
  };
  return [
    handle(api.listAnnotations, async ({ query }, { workspaceId }) => {
      const rows = await store.loadAnnotations(db, workspaceId, { from: query.from, to: query.to });
      return { items: rows.map((row) => viewOf(deps, row)) };
    }),
    handle(api.createAnnotation, async ({ body }, context) => {
      const row = { day: body.day, text: sealText(privacy, body.text), createdAt: new Date(nowMs()), createdBy: context.actor };
      const id = await inTransaction(db, async (tx) => {
        if ((await store.countAnnotations(tx, context.workspaceId)) >= store.ANNOTATIONS_MAX)
          throw faultError("annotation.too_many", {
            mend: `A workspace has at most ${store.ANNOTATIONS_MAX}; delete those no longer needed`,
          });
        const made = await store.insertAnnotation(tx, context.workspaceId, row);
        await record(deps, tx, context, { verb: "create", id: made, day: body.day });
        return made;
      });
      return viewOf(deps, { id, ...row });
    }),
    handle(api.updateAnnotation, async ({ params, body }, context) => {
      const { workspaceId } = context;
      return inTransaction(db, async (tx) => {
        const before = await found(tx, workspaceId, params.annotation);
        const row = { ...before, day: body.day ?? before.day, text: body.text === undefined ? before.text : sealText(privacy, body.text) };
        if (!(await store.updateAnnotation(tx, workspaceId, row.id, row))) throw unknownAnnotation();
        await record(deps, tx, context, { verb: "update", id: row.id, day: row.day });
        return viewOf(deps, row);
      });
    }),
    handle(api.deleteAnnotation, async ({ params }, context) => {
      await inTransaction(db, async (tx) => {
        const { id, day } = await found(tx, context.workspaceId, params.annotation);
        if (!(await store.deleteAnnotation(tx, context.workspaceId, id))) throw unknownAnnotation();
        await record(deps, tx, context, { verb: "delete", id, day });
      });
      return DONE;
    }),
  ];
}

/** A note on charts, for whoever shows figures. */
export type Note = { readonly id: string; readonly day: string; readonly text: string };

/** The notes of some days, by day. */
export async function notesIn(
  { db, privacy }: Pick<AnnotationDeps, "db" | "privacy">,
  workspaceId: number,
  days: { readonly from: string; readonly to: string },
): Promise<readonly Note[]> {
  const rows = await store.loadAnnotations(db, workspaceId, days);
  return rows.map(({ id, day, text }) => ({ id, day, text: openText(privacy, text) }));
}

function viewOf({ privacy }: AnnotationDeps, row: store.AnnotationRow): api.AnnotationView {
  const { id, day, createdBy } = row;
  return { id, day, text: openText(privacy, row.text), createdAt: row.createdAt.toISOString(), createdBy };
}

type Act = { readonly verb: "create" | "update" | "delete"; readonly id: string; readonly day: string };

async function record(deps: AnnotationDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, id, day }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `annotation.${verb}`, target: `annotation:${id}`, detail: { day }, ip });
}

function unknownAnnotation(): Error {
  return faultError("annotation.not_found", { field: "annotation" });
}
