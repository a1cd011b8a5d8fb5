import { getSecurityPolicy, putSecurityPolicy } from "@terrace/contract/api/security";
import { fail, ok, type Result } from "@terrace/domain/result";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { insertAudit, type AuditEntry } from "./audit.store.ts";
import { isAdmitted, parseRanges } from "./ip-list.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Policy } from "./membership.ts";
import { loadSecondFactor } from "./second-factor.store.ts";
import { loadPolicy, savePolicy } from "./security-policy.store.ts";

export type PolicyDeps = { readonly db: Db; readonly nowMs: () => number; readonly keys: KeyRing };

/** Who may come in from where. */
export function createPolicyRoutes(deps: PolicyDeps): readonly RouteHandler[] {
  return [
    handle(getSecurityPolicy, async (_input, context) => viewOf(await loadPolicy(deps.db, context.workspaceId), context)),
    handle(putSecurityPolicy, async ({ body }, context) => {
      const ranges = valueOrThrow(parseRanges(body.ipRanges));
      const policy = { ipRanges: ranges, secondFactorRequired: body.secondFactorRequired };
      valueOrThrow(await checkOwnWayIn(deps, context, { ...policy, confirmed: body.confirmLockout }));
      await save(deps, context, policy);
      // Keys remember the list for a moment.
      deps.keys.forget();
      return viewOf(policy, context);
    }),
  ];
}

/** Whoever closes a door should not stand outside of it unawares. */
async function checkOwnWayIn(
  deps: PolicyDeps,
  context: RouteContext,
  policy: Policy & { readonly confirmed: boolean },
): Promise<Result<true>> {
  if (!isAdmitted(policy.ipRanges, context.ip) && !policy.confirmed)
    return fail("ip.locks_you_out", {
      field: "ipRanges",
      mend: `Add ${context.ip}, or confirm that you lock yourself out`,
      details: { ip: context.ip },
    });
  if (policy.secondFactorRequired && context.caller.kind === "operator") {
    const own = await loadSecondFactor(deps.db, context.caller.operatorId);
    if (own === undefined || own.confirmedAt === null)
      return fail("second_factor.required", { field: "secondFactorRequired", mend: "Set up your own second factor first" });
  }
  return ok(true);
}

async function save(deps: PolicyDeps, { workspaceId, actor, ip }: RouteContext, policy: Policy): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const before = await loadPolicy(tx, workspaceId);
    await savePolicy(tx, workspaceId, policy);
    const detail = { ...plain(policy), was: plain(before) };
    const entry: AuditEntry = { workspaceId, actor, action: "workspace.security", target: `workspace:${workspaceId}`, detail, ip };
    await insertAudit(tx, entry, new Date(deps.nowMs()));
  });
}

function plain({ ipRanges, secondFactorRequired }: Policy) {
  return { ipRanges: [...ipRanges], secondFactorRequired };
}

function viewOf(policy: Policy, context: RouteContext) {
  return { ...plain(policy), yourAddress: context.ip };
}
