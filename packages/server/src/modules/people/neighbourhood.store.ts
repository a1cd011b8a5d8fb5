import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import type { RefusalReason } from "@terrace/domain/identity/plan-link";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type NeighbourIdentity = {
  readonly originId: string;
  readonly personId: string;
  readonly kind: IdentityKind;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly severedMs: number | null;
};
export type NeighbourLink = {
  readonly low: string;
  readonly high: string;
  readonly firstAtMs: number;
  readonly assertedAtMs: number | null;
  readonly refused: RefusalReason | null;
  readonly keptApart: boolean;
};
export type NeighbourMerge = {
  readonly mergeId: string;
  readonly low: string;
  readonly high: string;
  readonly atMs: number;
  readonly waived: boolean;
};

/** Rows read per look; one more than the largest neighbourhood that is planned anew. */
const ROWS_MAX = 100_000;

/** All ids of the people who own these ids. */
export async function loadPeopleOf(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly NeighbourIdentity[]> {
  const rows = await db<
    { originId: string; personId: string; kind: IdentityKind; firstSeenMs: string; lastSeenMs: string; severedMs: string | null }[]
  >`
    select i.origin_id as "originId", i.person_id as "personId", i.kind, i.first_seen_ms as "firstSeenMs", coalesce(i.last_seen_ms, i.first_seen_ms) as "lastSeenMs", i.severed_ms as "severedMs"
    from (select distinct person_id from identity where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[]) offset 0) as owner
    cross join lateral (select * from identity where workspace_id = ${workspaceId} and person_id = owner.person_id offset 0) as i
    limit ${ROWS_MAX}`;
  return rows.map((row) => ({
    ...row,
    firstSeenMs: Number(row.firstSeenMs),
    lastSeenMs: Number(row.lastSeenMs),
    severedMs: row.severedMs === null ? null : Number(row.severedMs),
  }));
}

/** All links that touch these ids, refused ones too. */
export async function loadLinksOf(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly NeighbourLink[]> {
  const rows = await db<
    { low: string; high: string; firstAtMs: string; assertedAtMs: string | null; refused: RefusalReason | null; keptApart: boolean }[]
  >`
    select low, high, first_at_ms as "firstAtMs", asserted_at_ms as "assertedAtMs", refused, kept_apart as "keptApart" from link where workspace_id = ${workspaceId} and low = any(${originIds}::bigint[])
    union
    select low, high, first_at_ms, asserted_at_ms, refused, kept_apart from link where workspace_id = ${workspaceId} and high = any(${originIds}::bigint[])
    limit ${ROWS_MAX}`;
  return rows.map((row) => ({
    ...row,
    firstAtMs: Number(row.firstAtMs),
    assertedAtMs: row.assertedAtMs === null ? null : Number(row.assertedAtMs),
  }));
}

/** All merges in force that touch these ids. */
export async function loadMergesOf(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly NeighbourMerge[]> {
  const rows = await db<{ mergeId: string; low: string; high: string; atMs: string; waived: boolean }[]>`
    select merge_id as "mergeId", low, high, at_ms as "atMs", waived from merge
    where workspace_id = ${workspaceId} and taken_back_at is null and (low = any(${originIds}::bigint[]) or high = any(${originIds}::bigint[]))
    limit ${ROWS_MAX}`;
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}

/** Writes which links are refused now. */
export async function setRefused(
  tx: Tx,
  workspaceId: number,
  rows: readonly { readonly low: string; readonly high: string; readonly refused: RefusalReason | null }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into link (workspace_id, low, high, first_at_ms, refused)
    select ${workspaceId}, n.low, n.high, 0, n.refused from unnest(${rows.map(({ low }) => low)}::bigint[], ${rows.map(({ high }) => high)}::bigint[], ${rows.map(({ refused }) => refused)}::text[]) as n (low, high, refused)
    on conflict (workspace_id, low, high) do update set refused = excluded.refused`;
}

/** Takes refusals that are none any more out of the queue; decided ones stay as history. */
export async function dropOpenConflicts(
  tx: Tx,
  workspaceId: number,
  links: readonly { readonly low: string; readonly high: string }[],
): Promise<void> {
  if (links.length === 0) return;
  await tx`
    delete from merge_conflict where workspace_id = ${workspaceId} and state = 'open' and conflict_id = any(array(
      select c.conflict_id from unnest(${links.map(({ low }) => low)}::bigint[], ${links.map(({ high }) => high)}::bigint[]) as n (low, high)
      cross join lateral (select conflict_id from merge_conflict where workspace_id = ${workspaceId} and low = n.low and high = n.high offset 0) as c))`;
}
