import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { Done } from "./inbox.store.ts";
import type { Conversion } from "./look.views.ts";

/** A bound person who is to be looked at for a conversion. */
export type Waiting = {
  readonly claimId: string;
  readonly programId: string;
  readonly inviteeId: string;
  readonly atMs: number;
  readonly batch: string;
  /** Of the row: whatever else is written to it meanwhile makes another one of it. */
  readonly version: string;
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
    select c.claim_id as "claimId", c.program_id as "programId", c.invitee_id as "inviteeId", c.at_ms as "atMs", c.look_batch as batch, c.xmin::text as version
    from first join referral_claim c on c.workspace_id = ${workspaceId} and c.program_id = first.program_id
    where c.look_batch is not null and c.state = 'bound' order by c.look_batch, c.claim_id limit ${limit}`;
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}

/**
 * Writes what was found of those who were looked at; whoever was written to meanwhile is looked at again. A conversion that is known and lies
 * in the window stays unless it is decided anew, also when its events are gone.
 */
export async function saveLooks(
  tx: Tx,
  workspaceId: number,
  looked: readonly Waiting[],
  { found, windowMs }: { readonly found: ReadonlyMap<string, Conversion>; readonly windowMs: number },
): Promise<void> {
  const conversions = looked.map(({ inviteeId }) => found.get(inviteeId));
  const stays = tx`not c.look_anew and c.converted_ms >= c.at_ms and c.converted_ms < c.at_ms + ${windowMs}::bigint`;
  await tx`
    update referral_claim c set look_batch = null, look_anew = false,
      converted_ms = case when ${stays} then least(c.converted_ms, n.converted_ms) else n.converted_ms end,
      revenue_minor = case when ${stays} then greatest(c.revenue_minor, n.revenue_minor) else n.revenue_minor end
    from unnest(${numbers(looked.map(({ claimId }) => claimId))}::bigint[], ${looked.map(({ version }) => version)}::text[],
      ${numbers(conversions.map((one) => one?.convertedMs ?? null))}::bigint[], ${numbers(conversions.map((one) => one?.revenueMinor ?? 0))}::bigint[])
      as n (claim_id, version, converted_ms, revenue_minor)
    where c.workspace_id = ${workspaceId} and c.claim_id = n.claim_id and c.state = 'bound' and c.xmin::text = n.version`;
}

/**
 * Has everybody bound in a program looked at anew: what counts as a conversion changed. Of whom no id is known (forgotten, or never seen)
 * there are no events to look at.
 */
export async function lookAtProgram(tx: Tx, workspaceId: number, programId: string, batch: string): Promise<void> {
  await tx`
    update referral_claim c set look_batch = ${batch}::bigint, look_anew = true
    where c.workspace_id = ${workspaceId} and c.program_id = ${programId} and c.state = 'bound'
      and exists (select from identity i where i.workspace_id = ${workspaceId} and i.origin_id = c.invitee_origin)`;
}

/** Has some bound people looked at, once the event engine holds a batch. */
export async function lookAtClaims(
  tx: Tx,
  workspaceId: number,
  looks: readonly { readonly claimId: string; readonly anew: boolean }[],
  batch: string,
): Promise<void> {
  if (looks.length === 0) return;
  await tx`
    update referral_claim c set look_batch = ${batch}::bigint, look_anew = c.look_anew or n.anew = 1
    from unnest(${numbers(looks.map(({ claimId }) => claimId))}::bigint[], ${numbers(looks.map(({ anew }) => Number(anew)))}::integer[]) as n (claim_id, anew)
    where c.workspace_id = ${workspaceId} and c.claim_id = n.claim_id and c.state = 'bound'`;
}

/** Has bound people looked at who did, within the window, what may be a conversion. Take `lockSettling` first, and look up by index. */
export async function askForLook(
  tx: Tx,
  workspaceId: number,
  done: readonly (Done & { readonly windowMs: number })[],
  batch: string,
): Promise<void> {
  if (done.length === 0) return;
  await tx`
    update referral_claim c set look_batch = ${batch}::bigint
    from (
      select coalesce((select i.person_id from identity i where i.workspace_id = ${workspaceId} and i.origin_id = n.origin_id), n.origin_id) as person_id,
        n.program_id, n.at_ms, n.window_ms
      from unnest(${numbers(done.map(({ originId }) => originId))}::bigint[], ${numbers(done.map(({ programId }) => programId))}::bigint[],
        ${numbers(done.map(({ atMs }) => atMs))}::bigint[], ${numbers(done.map(({ windowMs }) => windowMs))}::bigint[])
        as n (origin_id, program_id, at_ms, window_ms)) as p
    where c.workspace_id = ${workspaceId} and c.invitee_id = p.person_id and (c.program_id = p.program_id) is true and c.state = 'bound'
      and p.at_ms >= c.at_ms and p.at_ms < c.at_ms + p.window_ms and (c.look_batch is null or c.look_batch < ${batch}::bigint)`;
}

/** The ids of some people. */
export async function loadIdsOf(db: Db, workspaceId: number, people: readonly string[]): Promise<readonly IdOf[]> {
  return db<IdOf[]>`
    select origin_id as "originId", person_id as "personId" from identity
    where workspace_id = ${workspaceId} and person_id = any(${numbers([...new Set(people)])}::bigint[])`;
}
export type IdOf = { readonly originId: string; readonly personId: string };
