import { deleteMapping, listMappings, saveMapping } from "@terrace/contract/api/import-mappings";
import { DONE } from "@terrace/contract/route";
import { mappingOfPlan } from "@terrace/domain/imports/import-plan";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import { deleteSavedMapping, listSavedMappings, upsertSavedMapping, type SavedMapping } from "./saved-mapping.store.ts";

/** Mappings that a workspace keeps under names, to be chosen for the next file of the same shape. */
export function savedMappingRoutes({ db, audit }: { readonly db: Db; readonly audit: AccessModule["audit"] }): readonly RouteHandler[] {
  return [
    handle(listMappings, async (_, { workspaceId }) => ({ items: (await listSavedMappings(db, workspaceId)).map(present) })),
    handle(saveMapping, async ({ body }, { workspaceId, actor, ip }) => {
      valueOrThrow(readMapping(mappingOfPlan(body.plan, {})));
      return inTransaction(db, async (tx) => {
        const saved = await upsertSavedMapping(tx, workspaceId, { ...body, by: actor });
        await audit(tx, {
          workspaceId,
          actor,
          action: "import_mapping.save",
          target: `import_mapping:${saved.id}`,
          detail: { name: saved.name },
          ip,
        });
        return present(saved);
      });
    }),
    handle(deleteMapping, async ({ params }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        const name = /^[1-9]\d{0,17}$/.test(params.mapping) ? await deleteSavedMapping(tx, workspaceId, params.mapping) : undefined;
        if (name === undefined) throw faultError("import.not_found", { field: "mapping" });
        await audit(tx, {
          workspaceId,
          actor,
          action: "import_mapping.delete",
          target: `import_mapping:${params.mapping}`,
          detail: { name },
          ip,
        });
      });
      return DONE;
    }),
  ];
}

function present({ id, name, columns, plan, by, updatedAt }: SavedMapping) {
  return { id, name, columns: [...columns], plan: { ...plan, columns: [...plan.columns] }, by, updatedAt: updatedAt.toISOString() };
}
