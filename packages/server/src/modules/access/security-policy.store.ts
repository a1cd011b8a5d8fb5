import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { policyOf, type Policy, type PolicyColumns } from "./membership.ts";

export async function loadPolicy(db: Db | Tx, workspaceId: number): Promise<Policy> {
  const [row] = await db<PolicyColumns[]>`
    select ip_ranges as "ipRanges", second_factor_required as "secondFactorRequired" from security_policy where workspace_id = ${workspaceId}`;
  return policyOf(row ?? { ipRanges: null, secondFactorRequired: null });
}

export async function savePolicy(tx: Tx, workspaceId: number, policy: Policy): Promise<void> {
  await tx`
    insert into security_policy (workspace_id, ip_ranges, second_factor_required) values (${workspaceId}, ${[...policy.ipRanges]}::text[], ${policy.secondFactorRequired})
    on conflict (workspace_id) do update set ip_ranges = excluded.ip_ranges, second_factor_required = excluded.second_factor_required`;
}
