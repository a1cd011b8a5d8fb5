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

/** A code of a person, that somebody said they were invited, or that they invited. */
export type HeldRow = {
  readonly what: "code" | "invited" | "inviter";
  readonly program: string;
  readonly at: Date;
  readonly code: string | null;
  readonly label: string | null;
  readonly retiredAt: Date | null;
  readonly state: string | null;
  /** The other person: who invited them, or whom they invited. */
  readonly other: string | null;
  readonly convertedMs: string | null;
  readonly network: string | null;
};

const HELD_MAX = 5_000;

/** What is held about the owner of some ids, the first first, and how much that is in all. */
export async function loadHeld(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<{ readonly rows: readonly HeldRow[]; readonly total: number }> {
  const ids = numbers(originIds);
  const owner = (column: "inviter_origin" | "invitee_origin") =>
    db`coalesce((select i.person_id from identity i where i.workspace_id = ${workspaceId} and i.origin_id = c.${db(column)}), c.${db(column)})::text`;
  const rows = await db<(HeldRow & { readonly total: number })[]>`
    select h.what, p.name as program, h.at, h.code, h.label, h.retired_at as "retiredAt", h.state, h.other, h.converted_ms as "convertedMs", h.network,
      (count(*) over ())::int as total
    from (
      select 'code' as what, program_id, created_at as at, code, label, retired_at, null as state, null as other, null::bigint as converted_ms, null as network
        from referral_code where workspace_id = ${workspaceId} and origin_id = any(${ids}::bigint[])
      union all
      select 'invited', program_id, to_timestamp(at_ms / 1000.0), code, null, null, state, ${owner("inviter_origin")}, converted_ms, network
        from referral_claim c where workspace_id = ${workspaceId} and invitee_origin = any(${ids}::bigint[])
      union all
      select 'inviter', program_id, to_timestamp(at_ms / 1000.0), code, null, null, state, ${owner("invitee_origin")}, null, null
        from referral_claim c where workspace_id = ${workspaceId} and inviter_origin = any(${ids}::bigint[])) as h
    join referral_program p on p.workspace_id = ${workspaceId} and p.program_id = h.program_id
    order by h.at, h.what, h.code, h.other limit ${HELD_MAX}`;
  return { rows, total: rows[0]?.total ?? 0 };
}
