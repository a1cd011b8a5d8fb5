import type { LedgerEntry } from "@terrace/domain/rights/erasure-ledger";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

const LEDGER_LOCK = 7_261_007;
const ENTRIES_MAX = 10_000_000;

/** Waits until no other process writes ledgers; until the transaction ends none does. */
export async function lockLedgers(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(${LEDGER_LOCK})`;
}

/** The newest change of the deny-list; "0" when nobody was ever erased. */
export async function newestDenyChange(sql: Db | Tx): Promise<string> {
  const [row] = await sql<
    { seq: string }[]
  >`select /* all workspaces: the list of the installation */ coalesce(max(change_seq), 0)::text as seq from erased_id`;
  return row?.seq ?? "0";
}

/** The whole deny-list. */
export async function loadDenyList(sql: Db | Tx): Promise<readonly LedgerEntry[]> {
  const rows = await sql<(Omit<LedgerEntry, "admittedFromMs"> & { admittedFromMs: string | null })[]>`
    select /* all workspaces: the list of the installation */ workspace_id as "workspaceId", origin_id::text as "originId", erasure_id::text as "erasureId",
      round(extract(epoch from erased_at) * 1000)::float8 as "erasedAtMs", admitted_from_ms::text as "admittedFromMs"
    from erased_id order by workspace_id, origin_id limit ${ENTRIES_MAX}`;
  return rows.map((row) => ({ ...row, admittedFromMs: row.admittedFromMs === null ? null : Number(row.admittedFromMs) }));
}

/** Which of some workspaces there are. */
export async function loadWorkspacesAmong(sql: Db | Tx, workspaceIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await sql<
    { id: number }[]
  >`select /* all workspaces: those of a list */ workspace_id as id from workspace where workspace_id = any(${workspaceIds as number[]}::integer[]) limit 100000`;
  return new Set(rows.map(({ id }) => id));
}

/** Numbers of certificates that were given away are not given again. */
export async function passErasureNumber(tx: Tx, newest: string): Promise<void> {
  await tx`select /* all workspaces: one sequence */ setval(pg_get_serial_sequence('erasure', 'erasure_id'), greatest(${newest}::bigint, (select coalesce(max(erasure_id), 1) from erasure)))`;
}
