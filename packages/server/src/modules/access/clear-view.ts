import type { RouteContext } from "../../platform/http/handler.ts";
import type { ClearShown } from "../../platform/http/watch-answer.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";

/** Puts on record that someone whose role shows some fields in clear was answered with them: by which route, which fields, of whom if the route names a person. */
export async function noteClear(
  deps: { readonly db: Db; readonly nowMs: () => number },
  { workspaceId, actor, ip }: RouteContext,
  { route, fields, values, person }: ClearShown,
): Promise<void> {
  const entry = {
    workspaceId,
    actor,
    action: "person.view_clear" as const,
    target: person === undefined ? `route:${route}` : `person:${person}`,
    detail: { route, fields: [...fields], values },
    ip,
  };
  await inTransaction(deps.db, (tx) => insertAudit(tx, entry, new Date(deps.nowMs())));
}
