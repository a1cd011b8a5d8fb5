import type { Guarded } from "@terrace/domain/verification/guarded-fields";
import type { VerificationKind } from "@terrace/domain/verification/verification-kind";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type KindRow = VerificationKind & {
  readonly id: string;
  /** Sealed; null when anyone can apply. */
  readonly eligibility: Uint8Array | null;
  readonly open: boolean;
  /** What fields once said to hold. */
  readonly guarded: Guarded;
  readonly createdAt: Date;
  readonly createdBy: string;
};
export type CountedKind = KindRow & { readonly waiting: number; readonly verified: number };

export const KINDS_MAX = 50;

const columns = (
  sql: Db | Tx,
) => sql`k.kind_id as id, k.key, k.name, k.badge, k.tag, k.fields, k.guarded, k.eligibility, k.valid_days as "validDays", k.open,
  k.created_at as "createdAt", k.created_by as "createdBy"`;

/** Kinds of a workspace, or the one with a key, in the order in which they were made; with whom they have now. */
export async function loadKinds(db: Db, workspaceId: number, now: Date, key?: string): Promise<readonly CountedKind[]> {
  return db<CountedKind[]>`
    select ${columns(db)},
      (select count(*)::int from verification v where v.workspace_id = ${workspaceId} and v.kind_id = k.kind_id and v.state = 'submitted') as waiting,
      (select count(distinct i.person_id)::int from verification v join identity i on i.workspace_id = v.workspace_id and i.origin_id = v.origin_id
        where v.workspace_id = ${workspaceId} and v.kind_id = k.kind_id and v.state = 'approved' and (v.valid_until is null or v.valid_until > ${now})) as verified
    from verification_kind k where k.workspace_id = ${workspaceId} ${key === undefined ? db`` : db`and k.key = ${key}`} order by k.kind_id limit 1000`;
}

/** A kind, by its key or number, that nobody else changes or decides applications of until the transaction ends. */
export async function lockKind(
  tx: Tx,
  workspaceId: number,
  by: { readonly key: string } | { readonly id: string },
): Promise<KindRow | undefined> {
  const [row] = await tx<KindRow[]>`
    select ${columns(tx)} from verification_kind k
    where k.workspace_id = ${workspaceId} and ${"key" in by ? tx`k.key = ${by.key}` : tx`k.kind_id = ${by.id}`} for update`;
  return row;
}

export async function countKinds(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from verification_kind where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Makes a kind or changes it; answers its number. */
export async function saveKind(tx: Tx, workspaceId: number, row: Omit<KindRow, "id">): Promise<string> {
  const [saved] = await tx<{ id: string }[]>`
    insert into verification_kind (workspace_id, key, name, badge, tag, fields, guarded, eligibility, valid_days, open, created_at, created_by)
    values (${workspaceId}, ${row.key}, ${tx.json(row.name)}, ${tx.json(row.badge)}, ${row.tag}, ${tx.json([...row.fields])}, ${tx.json(row.guarded)}, ${row.eligibility}, ${row.validDays},
      ${row.open}, ${row.createdAt}, ${row.createdBy})
    on conflict (workspace_id, key) do update set name = excluded.name, badge = excluded.badge, tag = excluded.tag, fields = excluded.fields, guarded = excluded.guarded,
      eligibility = excluded.eligibility, valid_days = excluded.valid_days, open = excluded.open
    returning kind_id as id`;
  if (saved === undefined) throw new Error("insert into verification_kind returned no row");
  return saved.id;
}

/** Deletes a kind with its applications and their histories. */
export async function deleteKindRow(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from verification_kind where workspace_id = ${workspaceId} and kind_id = ${id}`;
}

/** Names of kinds with their conditions, sealed, where they have one. */
export async function loadEligibilities(
  db: Db,
  workspaceId: number,
): Promise<readonly { readonly key: string; readonly name: VerificationKind["name"]; readonly eligibility: Uint8Array }[]> {
  return db`
    select key, name, eligibility from verification_kind where workspace_id = ${workspaceId} and eligibility is not null order by kind_id limit 1000`;
}
