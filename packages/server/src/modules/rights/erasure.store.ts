import type { Json } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { Certificate } from "./certificate.ts";

/** What was removed so far, by holder and kind of thing. */
export type Removed = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The erasure that one does again, after a backup from before it was restored. */
export type Repeats = { readonly number: string; readonly erasedAt: string; readonly backupOf: string };

export type ErasureRow = {
  readonly erasureId: string;
  readonly workspaceId: number;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly people: number;
  readonly ids: number;
  readonly state: "running" | "done";
  readonly pass: number;
  readonly holder: string;
  readonly cursors: Readonly<Record<string, Json>>;
  readonly removed: Removed;
  readonly failures: number;
  readonly finishedAt: Date | null;
  readonly repeats: Repeats | null;
};

/** What a run of an erasure needs besides. */
export type RunningErasure = ErasureRow & { readonly tokens: readonly string[] | null; readonly secret: Uint8Array | null };

const COLUMNS = `erasure_id::text as "erasureId", workspace_id as "workspaceId", reason, requested_by as "requestedBy", requested_at as "requestedAt",
  people, ids, state, pass, holder, cursors, removed, failures, finished_at as "finishedAt", repeats`;

export async function insertErasure(
  tx: Tx,
  erasure: {
    readonly workspaceId: number;
    readonly reason: string;
    readonly requestedBy: string;
    readonly at: Date;
    readonly people: number;
    readonly ids: number;
    readonly secret: Uint8Array;
    readonly repeats?: Repeats | undefined;
  },
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into erasure (workspace_id, reason, requested_by, requested_at, people, ids, secret, repeats, updated_at, due_at)
    values (${erasure.workspaceId}, ${erasure.reason}, ${erasure.requestedBy}, ${erasure.at}, ${erasure.people}, ${erasure.ids}, ${Buffer.from(erasure.secret)}, ${erasure.repeats === undefined ? null : tx.json(erasure.repeats)}, ${erasure.at}, ${erasure.at})
    returning erasure_id::text as id`;
  if (row === undefined) throw new Error("an insert answered no row");
  return row.id;
}

/** Notes what was done at once: the tokens to look for, and what is gone already. */
export async function saveBeginning(
  tx: Tx,
  workspaceId: number,
  erasureId: string,
  begun: { readonly tokens: readonly string[]; readonly removed: Removed },
): Promise<void> {
  await tx`update erasure set tokens = ${begun.tokens as string[]}, removed = ${tx.json(begun.removed)} where workspace_id = ${workspaceId} and erasure_id = ${erasureId}`;
}

/** The running erasure that has waited longest for its turn, locked; those that wait for an engine or failed lately are passed over. */
export async function lockNextErasure(tx: Tx, now: Date): Promise<RunningErasure | undefined> {
  const [row] = await tx<RunningErasure[]>`
    select /* all workspaces: one queue */ ${tx.unsafe(COLUMNS)}, tokens, secret from erasure
    where state = 'running' and due_at <= ${now} order by due_at, erasure_id limit 1 for update skip locked`;
  return row;
}

/** Whether any erasure is not done. */
export async function isAnyRunning(db: Db): Promise<boolean> {
  const [row] = await db<
    { running: boolean }[]
  >`select /* all workspaces: one queue */ exists (select from erasure where state = 'running') as running`;
  return row?.running === true;
}

export type Progress = Pick<ErasureRow, "pass" | "holder" | "cursors" | "removed"> & { readonly dueAt: Date; readonly at: Date };

export async function saveProgress(tx: Tx, workspaceId: number, erasureId: string, progress: Progress): Promise<void> {
  await tx`
    update erasure set pass = ${progress.pass}, holder = ${progress.holder}, cursors = ${tx.json(progress.cursors)}, removed = ${tx.json(progress.removed)},
      failures = 0, due_at = ${progress.dueAt}, updated_at = ${progress.at}
    where workspace_id = ${workspaceId} and erasure_id = ${erasureId}`;
}

/** Puts an erasure that could not go on at the end of the queue. */
export async function saveFailure(db: Db, workspaceId: number, erasureId: string, dueAt: Date): Promise<void> {
  await db`update erasure set failures = failures + 1, due_at = ${dueAt} where workspace_id = ${workspaceId} and erasure_id = ${erasureId} and state = 'running'`;
}

/** Ends an erasure: what it needed while it ran, and which ids were one person's, is forgotten. */
export async function finishErasure(
  tx: Tx,
  workspaceId: number,
  erasureId: string,
  end: { readonly at: Date; readonly certificate: Certificate },
): Promise<void> {
  await tx`
    update erasure set state = 'done', finished_at = ${end.at}, updated_at = ${end.at}, holder = '', cursors = '{}', tokens = null, secret = null,
      certificate = ${tx.json(end.certificate)}
    where workspace_id = ${workspaceId} and erasure_id = ${erasureId}`;
  await tx`update erased_id set person_id = null where workspace_id = ${workspaceId} and erasure_id = ${erasureId}`;
}

/** The ids of an erasure that runs, with their people. */
export async function loadSubjects(
  tx: Tx,
  workspaceId: number,
  erasureId: string,
): Promise<readonly { readonly originId: string; readonly personId: string }[]> {
  return tx<{ originId: string; personId: string }[]>`
    select origin_id as "originId", coalesce(person_id, origin_id) as "personId" from erased_id where workspace_id = ${workspaceId} and erasure_id = ${erasureId} order by person_id, origin_id limit 1000000`;
}

/** Erasures of a workspace, newest first. */
export async function listErasures(
  db: Db,
  workspaceId: number,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly ErasureRow[]> {
  return db<ErasureRow[]>`
    select ${db.unsafe(COLUMNS)} from erasure where workspace_id = ${workspaceId} ${page.beforeId === undefined ? db`` : db`and erasure_id < ${page.beforeId}`}
    order by erasure_id desc limit ${page.limit}`;
}

export async function findErasure(
  db: Db,
  workspaceId: number,
  erasureId: string,
): Promise<(ErasureRow & { readonly certificate: Certificate | null }) | undefined> {
  const [row] = await db<(ErasureRow & { certificate: Certificate | null })[]>`
    select ${db.unsafe(COLUMNS)}, certificate from erasure where workspace_id = ${workspaceId} and erasure_id = ${erasureId}`;
  return row;
}

/** How many ids are refused, and how many events were. */
export async function countRefused(db: Db, workspaceId: number): Promise<{ readonly ids: number; readonly events: number }> {
  const [row] = await db<{ ids: number; events: string }[]>`
    select (select count(*)::int from erased_id where workspace_id = ${workspaceId} and admitted_from_ms is null) as ids,
      (select coalesce(sum(events), 0) from refused_tally where workspace_id = ${workspaceId}) as events`;
  return { ids: row?.ids ?? 0, events: Number(row?.events ?? 0) };
}

/** Ids that are refused, in order, after one. */
export async function listRefusedIds(
  db: Db,
  workspaceId: number,
  page: { readonly afterId: string; readonly limit: number },
): Promise<readonly { readonly id: string; readonly erasedAt: Date }[]> {
  return db<{ id: string; erasedAt: Date }[]>`
    select origin_id::text as id, erased_at as "erasedAt" from erased_id
    where workspace_id = ${workspaceId} and origin_id > ${page.afterId}::bigint and admitted_from_ms is null order by origin_id limit ${page.limit}`;
}
