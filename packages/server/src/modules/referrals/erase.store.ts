import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Somebody who is forgotten, and the number that stands in their place in trees. */
export type Forgotten = { readonly personId: string; readonly originIds: readonly string[]; readonly standIn: string };

/**
 * Forgets people: their codes go, and claims that bind nobody; in edges a number of nobody's stands in their place, so that the shape of
 * trees, and what their branches brought, stay. Answers how many rows that concerned.
 */
export async function forgetReferred(tx: Tx, workspaceId: number, people: readonly Forgotten[]): Promise<number> {
  let rows = 0;
  for (const { personId, originIds, standIn } of people) {
    const ids = numbers([...new Set([...originIds, personId])]);
    const codes = await tx<{ code: string }[]>`
      delete from referral_code where workspace_id = ${workspaceId} and origin_id = any(${ids}::bigint[]) returning code`;
    const claims = await tx`
      delete from referral_claim where workspace_id = ${workspaceId} and state <> 'bound' and (invitee_origin = any(${ids}::bigint[]) or inviter_origin = any(${ids}::bigint[]))`;
    // Of several that bound ids of one person (joined, but not settled yet) the earliest counts, as it would for a living person.
    const doubled = await tx`
      delete from referral_claim c using (
        select claim_id, row_number() over (partition by program_id order by at_ms, claim_id) as place from referral_claim
        where workspace_id = ${workspaceId} and state = 'bound' and invitee_origin = any(${ids}::bigint[])) as own
      where c.workspace_id = ${workspaceId} and c.claim_id = own.claim_id and own.place > 1`;
    const brought = await tx`
      update referral_claim set inviter_origin = ${standIn}, inviter_id = ${standIn}, code = null
      where workspace_id = ${workspaceId} and state = 'bound' and inviter_origin = any(${ids}::bigint[])`;
    // Nothing is known of them any more, so whether they were new is not asked again.
    const invited = await tx`
      update referral_claim set invitee_origin = ${standIn}, invitee_id = ${standIn}, trusted = true, network = '', device = null, look_batch = null, look_anew = false,
        told_bound = true, told_converted = true
      where workspace_id = ${workspaceId} and state = 'bound' and invitee_origin = any(${ids}::bigint[])`;
    await tx`
      delete from referral_inbox where workspace_id = ${workspaceId} and (invitee_origin = any(${ids}::bigint[]) or inviter_origin = any(${ids}::bigint[]))`;
    await tx`delete from referral_touch where workspace_id = ${workspaceId} and origin_id = any(${ids}::bigint[])`;
    rows += codes.length + claims.count + doubled.count + brought.count + invited.count;
  }
  return rows;
}

export type HeldRow = {
  readonly what: "code" | "invited" | "inviter";
  readonly program: string;
  readonly value: string | null;
  readonly at: Date;
};

const HELD_MAX = 5_000;

/** What is held about the owner of some ids. */
export async function loadHeld(db: Db, workspaceId: number, originIds: readonly string[]): Promise<readonly HeldRow[]> {
  const ids = numbers(originIds);
  return db<HeldRow[]>`
    select h.what, p.name as program, h.value, h.at from (
      select 'code' as what, program_id, code as value, created_at as at from referral_code
        where workspace_id = ${workspaceId} and origin_id = any(${ids}::bigint[])
      union all
      select 'invited', program_id, state, to_timestamp(at_ms / 1000.0) from referral_claim
        where workspace_id = ${workspaceId} and invitee_origin = any(${ids}::bigint[])
      union all
      select 'inviter', program_id, state, to_timestamp(at_ms / 1000.0) from referral_claim
        where workspace_id = ${workspaceId} and inviter_origin = any(${ids}::bigint[])) as h
    join referral_program p on p.workspace_id = ${workspaceId} and p.program_id = h.program_id
    order by h.at, h.what limit ${HELD_MAX}`;
}
