import type { AuditActionOf } from "@terrace/contract/audit-actions";
import type { JsonObject } from "@terrace/domain/json";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { ReferralDeps } from "./referral-deps.ts";

type Verb = AuditActionOf<"referral"> extends `referral.${infer Name}` ? Name : never;

/** Writes into the audit log what was done to a program. */
export async function recordAct(
  { audit }: Pick<ReferralDeps, "audit">,
  tx: Tx,
  { workspaceId, actor, ip }: Pick<RouteContext, "workspaceId" | "actor" | "ip">,
  { verb, id, detail }: { readonly verb: Verb; readonly id: string; readonly detail: JsonObject },
): Promise<void> {
  await audit(tx, { workspaceId, actor, action: `referral.${verb}`, target: `referral:${id}`, detail, ip });
}
