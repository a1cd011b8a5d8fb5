import type { Claim, ClaimState } from "@terrace/domain/referrals/settle-claims";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** That somebody was invited, as it was heard. */
export type Heard = {
  readonly programId: string;
  readonly inviteeOrigin: string;
  readonly inviterOrigin: string;
  readonly code: string | null;
  readonly atMs: number;
  readonly invitedMs: number | null;
  readonly trusted: boolean;
  readonly network: string;
  readonly device: string | null;
};

/** A claim with what was made of it so far. */
export type StoredClaim = Claim & {
  readonly programId: string;
  readonly state: ClaimState | "waiting";
  readonly generation: number | null;
  readonly inviteeWas: string | null;
  /** Whose id `inviteeWas` is now. */
  readonly inviteeWasOf: string | null;
  readonly inviterWas: string | null;
};

/** Keeps what was heard, at its earliest, and has the people settled whom something new was heard of. Take `lockSettling` first. */
export async function hearClaims(tx: Tx, workspaceId: number, heard: readonly Heard[]): Promise<void> {
  const rows = earliest(heard);
  if (rows.length === 0) return;
  await tx`
    with heard as (
      insert into referral_claim as c (workspace_id, program_id, invitee_origin, inviter_origin, code, at_ms, invited_ms, trusted, network, device)
      select ${workspaceId}, n.program, n.invitee, n.inviter, n.code, n.at, n.invited, n.trusted = 1, n.network, n.device from unnest(
        ${numbers(rows.map(({ programId }) => programId))}::bigint[], ${numbers(rows.map(({ inviteeOrigin }) => inviteeOrigin))}::bigint[],
        ${numbers(rows.map(({ inviterOrigin }) => inviterOrigin))}::bigint[], ${rows.map(({ code }) => code)}::text[],
        ${numbers(rows.map(({ atMs }) => atMs))}::bigint[], ${numbers(rows.map(({ invitedMs }) => invitedMs))}::bigint[],
        ${numbers(rows.map(({ trusted }) => Number(trusted)))}::integer[], ${rows.map(({ network }) => network)}::text[], ${numbers(rows.map(({ device }) => device))}::bigint[]) as n (program, invitee, inviter, code, at, invited, trusted, network, device)
      on conflict (program_id, invitee_origin, inviter_origin, code) do update set at_ms = least(c.at_ms, excluded.at_ms), trusted = c.trusted or excluded.trusted,
        network = excluded.network, device = excluded.device, state = 'waiting',
        look_anew = c.look_anew or excluded.at_ms < c.at_ms
        where c.workspace_id = ${workspaceId} and (excluded.at_ms < c.at_ms or excluded.trusted and not c.trusted)
      returning c.invitee_origin)
    insert into referral_touch (workspace_id, origin_id) select distinct ${workspaceId}::integer, invitee_origin from heard`;
}

/** One of each, at its earliest, in an order in which two who write never wait for each other. */
function earliest(heard: readonly Heard[]): readonly Heard[] {
  const kept = new Map<string, Heard>();
  for (const one of heard) {
    const key = `${one.programId}-${one.inviteeOrigin}-${one.inviterOrigin}-${one.code ?? ""}`;
    const known = kept.get(key);
    if (known === undefined || one.atMs < known.atMs) kept.set(key, one);
  }
  return [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Workspaces in which somebody has to be settled. */
export async function loadTouchedWorkspaces(db: Db): Promise<readonly number[]> {
  const rows = await db<
    { id: number }[]
  >`/* all workspaces: each is worked on in turn */ select distinct workspace_id as id from referral_touch limit 1000`;
  return rows.map(({ id }) => id);
}

/** Keeps others from writing claims of a workspace until the transaction ends: whoever writes them takes it, so that nobody waits in a circle. */
export async function lockSettling(tx: Tx, workspaceId: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(${SETTLING_SPACE}, ${workspaceId})`;
}
const SETTLING_SPACE = 7_261_034;

/** Ids that were touched, and which of them are people who may have got ids or lost some. */
export type Touched = { readonly originIds: readonly string[]; readonly joined: ReadonlySet<string>; readonly parted: ReadonlySet<string> };

/** Takes some of the ids that were touched. */
export async function takeTouched(tx: Tx, workspaceId: number, limit: number): Promise<Touched> {
  const rows = await tx<{ id: string; change: "heard" | "joined" | "parted" }[]>`
    delete from referral_touch where workspace_id = ${workspaceId} and touch_id in (
      select touch_id from referral_touch where workspace_id = ${workspaceId} order by touch_id limit ${limit})
    returning origin_id as id, change`;
  const idsOf = (change: string): ReadonlySet<string> => new Set(rows.filter((row) => row.change === change).map(({ id }) => id));
  return { originIds: [...new Set(rows.map(({ id }) => id))], joined: idsOf("joined"), parted: idsOf("parted") };
}

/** Has everybody in a program settled anew: its rules changed. */
export async function touchProgram(tx: Tx, workspaceId: number, programId: string): Promise<void> {
  await tx`
    insert into referral_touch (workspace_id, origin_id)
    select distinct ${workspaceId}::integer, invitee_origin from referral_claim where workspace_id = ${workspaceId} and program_id = ${programId}`;
}

/** Every claim about the people who own some ids, and about whoever hangs together with them by claims; with whose the ids are now. */
export async function loadConnected(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly StoredClaim[]> {
  const rows = await tx<(Omit<StoredClaim, "atMs" | "invitedMs" | "firstSeenMs"> & ClaimTimes)[]>`
    with recursive member (person_id) as (
      select coalesce((select i.person_id from identity i where i.workspace_id = ${workspaceId} and i.origin_id = t.id), t.id)
      from unnest(${numbers(originIds)}::bigint[]) as t (id)
      union
      select coalesce((select i.person_id from identity i where i.workspace_id = ${workspaceId} and i.origin_id = said.other), said.other) from member m
        cross join lateral (
          select o.origin_id from identity o where o.workspace_id = ${workspaceId} and o.person_id = m.person_id union select m.person_id) as own
        cross join lateral (
          select c.inviter_origin as other from referral_claim c where c.workspace_id = ${workspaceId} and c.invitee_origin = own.origin_id
          union all
          select c.invitee_origin from referral_claim c where c.workspace_id = ${workspaceId} and c.inviter_origin = own.origin_id) as said)
    select c.claim_id as "claimId", c.program_id as "programId", c.invitee_origin as "inviteeOrigin", c.inviter_origin as "inviterOrigin",
      m.person_id as "inviteeId", coalesce((select i.person_id from identity i where i.workspace_id = ${workspaceId} and i.origin_id = c.inviter_origin), c.inviter_origin) as "inviterId", c.code, c.at_ms as "atMs", c.invited_ms as "invitedMs",
      (select min(o.first_seen_ms) from identity o where o.workspace_id = ${workspaceId} and o.person_id = m.person_id) as "firstSeenMs",
      c.trusted, c.state, c.generation, c.invitee_id as "inviteeWas",
      coalesce((select i.person_id from identity i where i.workspace_id = ${workspaceId} and i.origin_id = c.invitee_id), c.invitee_id) as "inviteeWasOf", c.inviter_id as "inviterWas"
    from member m
    cross join lateral (
      select o.origin_id from identity o where o.workspace_id = ${workspaceId} and o.person_id = m.person_id union select m.person_id) as own
    join referral_claim c on c.workspace_id = ${workspaceId} and c.invitee_origin = own.origin_id`;
  return rows.map((row) => ({
    ...row,
    atMs: Number(row.atMs),
    invitedMs: numberOrNull(row.invitedMs),
    firstSeenMs: numberOrNull(row.firstSeenMs),
  }));
}

type ClaimTimes = {
  readonly atMs: string;
  readonly invitedMs: string | null;
  readonly firstSeenMs: string | null;
};

function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** What was made of a claim. */
export type Outcome = {
  readonly claimId: string;
  readonly programId: string;
  readonly state: ClaimState;
  readonly generation: number | null;
  readonly inviteeId: string;
  readonly inviterId: string;
};

/** Writes what was made of claims. Edges that end go first: a person has one at most. */
export async function saveOutcomes(tx: Tx, workspaceId: number, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await tx`
    update referral_claim set state = 'waiting'
    where workspace_id = ${workspaceId} and claim_id = any(${numbers(outcomes.map(({ claimId }) => claimId))}::bigint[])`;
  await freePeople(
    tx,
    workspaceId,
    outcomes.filter(({ state }) => state === "bound"),
  );
  await tx`
    update referral_claim c set state = n.state, generation = n.generation, invitee_id = n.invitee_id, inviter_id = n.inviter_id,
      converted_ms = case when n.state = 'bound' then c.converted_ms end, revenue_minor = case when n.state = 'bound' then c.revenue_minor else 0 end,
      look_batch = case when n.state = 'bound' then c.look_batch end, look_anew = n.state = 'bound' and c.look_anew
    from unnest(${numbers(outcomes.map(({ claimId }) => claimId))}::bigint[], ${outcomes.map(({ state }) => state)}::text[],
      ${numbers(outcomes.map(({ generation }) => generation))}::integer[], ${numbers(outcomes.map(({ inviteeId }) => inviteeId))}::bigint[],
      ${numbers(outcomes.map(({ inviterId }) => inviterId))}::bigint[]) as n (claim_id, state, generation, invitee_id, inviter_id)
    where c.workspace_id = ${workspaceId} and c.claim_id = n.claim_id`;
}

/** Edges that still hold somebody who is to be bound otherwise: the id they name was parted from the person, and waits to be settled. */
async function freePeople(tx: Tx, workspaceId: number, bound: readonly Outcome[]): Promise<void> {
  await tx`
    with freed as (
      update referral_claim c set state = 'waiting'
      from unnest(${numbers(bound.map(({ inviteeId }) => inviteeId))}::bigint[], ${numbers(bound.map(({ programId }) => programId))}::bigint[]) as n (invitee_id, program_id)
      where c.workspace_id = ${workspaceId} and c.invitee_id = n.invitee_id and (c.program_id = n.program_id) is true and c.state = 'bound'
      returning c.invitee_origin)
    insert into referral_touch (workspace_id, origin_id) select distinct ${workspaceId}::integer, invitee_origin from freed`;
}
