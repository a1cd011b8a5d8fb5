import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";

export type ClearViewDeps = { readonly db: Db; readonly audit: AccessModule["audit"] };

/** Puts on record that someone whose role shows some fields in clear was answered with them; call before answering. Others leave no line. */
export async function noteClearView(
  deps: ClearViewDeps,
  { fields, workspaceId, actor, ip }: RouteContext,
  seen: { readonly what: string; readonly people: number },
): Promise<void> {
  if (!fields.showsClear || seen.people === 0) return;
  const entry = {
    workspaceId,
    actor,
    action: "person.view_clear" as const,
    target: `people:${seen.what}`,
    detail: { people: seen.people },
    ip,
  };
  await inTransaction(deps.db, (tx) => deps.audit(tx, entry));
}
