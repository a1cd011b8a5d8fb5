import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { Conversion } from "./look.views.ts";

/** A bound person who is to be looked at for a conversion. */
export type Waiting = {
  readonly claimId: string;
  readonly programId: string;
  readonly inviteeId: string;
  readonly atMs: number;
  readonly batch: string;
};

/** Workspaces in which somebody is to be looked at. */
export async function loadLookingWorkspaces(db: Db): Promise<readonly number[]> {
  const rows = await db<{ id: number }[]>`
    /* all workspaces: each is worked on in turn */ select distinct workspace_id as id from referral_claim where look_batch is not null limit 1000`;
  return rows.map(({ id }) => id);
}

/** Bound people of one program who are to be looked at, those whose events have been waited for longest first. */
export async function loadWaiting(db: Db, workspaceId: number, limit: number): Promise<readonly Waiting[]> {
  const rows = await db<(Omit<Waiting, "atMs"> & { readonly atMs: string })[]>`
    with first as (
      select program_id from referral_claim where workspace_id = ${workspaceId} and look_batch is not null and state = 'bound' order by look_batch, claim_id limit 1)
    select c.claim_id as "claimId", c.program_id as "programId", c.invitee_id as "inviteeId", c.at_ms as "atMs", c.look_batch as batch
    from first join referral_claim c on c.workspace_id = ${workspaceId} and c.program_id = first.program_id
    where c.look_batch is not null and c.state = 'bound' order by c.look_batch, c.claim_id limit ${limit}`;
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}

/** Writes what was found of those who were looked at; whoever was bound otherwise, or asked for again, meanwhile is looked at again. */
export async function saveLooks(
  tx: Tx,
  workspaceId: number,
  looked: readonly Waiting[],
  found: ReadonlyMap<string, Conversion>,
): Promise<void> {
  const conversions = looked.map(({ inviteeId }) => found.get(inviteeId));
  await tx`
    update referral_claim c set look_batch = null, converted_ms = n.converted_ms, revenue_minor = n.revenue_minor
    from unnest(${numbers(looked.map(({ claimId }) => claimId))}::bigint[], ${numbers(looked.map(({ inviteeId }) => inviteeId))}::bigint[],
      ${numbers(looked.map(({ atMs }) => atMs))}::bigint[], ${numbers(looked.map(({ batch }) => batch))}::bigint[],
      ${numbers(conversions.map((one) => one?.convertedMs ?? null))}::bigint[], ${numbers(conversions.map((one) => one?.revenueMinor ?? 0))}::bigint[])
      as n (claim_id, invitee_id, at_ms, batch, converted_ms, revenue_minor)
    where c.workspace_id = ${workspaceId} and c.claim_id = n.claim_id and c.state = 'bound' and c.invitee_id = n.invitee_id and c.at_ms = n.at_ms
      and c.look_batch = n.batch`;
}

/** Has everybody bound in a program looked at anew: what counts as a conversion changed. */
export async function lookAtProgram(tx: Tx, workspaceId: number, programId: string, batch: string): Promise<void> {
  await tx`
    update referral_claim set look_batch = ${batch}::bigint where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound'`;
}
