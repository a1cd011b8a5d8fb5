import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Tx } from "../../platform/storage/postgres.ts";

/** A claim of which nothing was told yet. */
export type Untold = {
  readonly claimId: string;
  readonly programId: string;
  readonly inviteeOrigin: string;
  readonly inviterOrigin: string;
  readonly code: string | null;
  readonly generation: number;
};

/** Claims that bind and of which nothing was told, marked as told from now on; those about people who were never seen wait. */
export async function takeUntoldBound(tx: Tx, workspaceId: number): Promise<readonly Untold[]> {
  return tx<Untold[]>`
    update referral_claim c set told_bound = true where c.workspace_id = ${workspaceId} and c.state = 'bound' and not c.told_bound
      and exists (select from identity i where i.workspace_id = ${workspaceId} and i.origin_id = c.invitee_origin)
    returning claim_id as "claimId", program_id as "programId", invitee_origin as "inviteeOrigin", inviter_origin as "inviterOrigin", code, generation`;
}

/** The same of conversions. */
export async function takeUntoldConverted(tx: Tx, workspaceId: number): Promise<readonly Untold[]> {
  return tx<Untold[]>`
    update referral_claim set told_converted = true
    where workspace_id = ${workspaceId} and state = 'bound' and converted_ms is not null and not told_converted
    returning claim_id as "claimId", program_id as "programId", invitee_origin as "inviteeOrigin", inviter_origin as "inviterOrigin", code, generation`;
}

export type Credited = { readonly claimId: string; readonly programId: string; readonly inviterOrigin: string; readonly level: number };

/** Who is above the invited of some claims, up to a level. */
export async function loadCredited(
  tx: Tx,
  workspaceId: number,
  { claimIds, levels }: { readonly claimIds: readonly string[]; readonly levels: number },
): Promise<readonly Credited[]> {
  return tx<Credited[]>`
    with recursive above (claim_id, program_id, inviter_origin, inviter_id, level) as (
      select claim_id, program_id, inviter_origin, inviter_id, 1 from referral_claim
      where workspace_id = ${workspaceId} and claim_id = any(${numbers(claimIds)}::bigint[])
      union all
      select a.claim_id, a.program_id, c.inviter_origin, c.inviter_id, a.level + 1 from above a
      cross join lateral (
        select c.inviter_origin, c.inviter_id from referral_claim c
        where c.workspace_id = ${workspaceId} and (c.program_id = a.program_id) is true and c.invitee_id = a.inviter_id and c.state = 'bound' offset 0) as c
      where a.level < ${levels})
    select claim_id as "claimId", program_id as "programId", inviter_origin as "inviterOrigin", level from above order by claim_id, level`;
}
