import { HOLDOUTS_MAX } from "@terrace/contract/api/holdouts";
import type { PlannedGeneration } from "@terrace/domain/holdouts/generation";
import type { HoldoutScope, Rotation } from "@terrace/domain/holdouts/holdout";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type Holdout = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly scope: HoldoutScope;
  readonly rotation: Rotation;
  readonly rotatesAt: Date | null;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
};

const columns = (sql: Db | Tx) => sql`holdout_id as id, key, name, scope, rotation, rotates_at as "rotatesAt", ended_at as "endedAt",
  created_at as "createdAt", created_by as "createdBy"`;

export type HoldoutsAsked = { readonly after?: Pick<Holdout, "id"> & { readonly isEnded: boolean }; readonly limit: number };

/** Holdouts of a workspace, running ones first, then the newest. */
export async function loadHoldouts(db: Db, workspaceId: number, { after, limit }: HoldoutsAsked): Promise<readonly Holdout[]> {
  return db<Holdout[]>`
    select ${columns(db)} from holdout where workspace_id = ${workspaceId}
      ${after === undefined ? db`` : db`and (ended_at is not null, -holdout_id) > (${after.isEnded}, -${after.id}::bigint)`}
    order by ended_at is not null, holdout_id desc limit ${limit}`;
}

/** Those that keep people from something now, the newest first. */
export async function loadRunning(db: Db | Tx, workspaceId: number): Promise<readonly Holdout[]> {
  return db<Holdout[]>`
    select ${columns(db)} from holdout where workspace_id = ${workspaceId} and ended_at is null order by holdout_id desc limit ${HOLDOUTS_MAX}`;
}

/** Those that ran at an instant, running ones first, then the newest: no more than may run at a time. */
export async function loadHoldoutsAt(db: Db, workspaceId: number, at: Date): Promise<readonly Holdout[]> {
  return db<Holdout[]>`
    select ${columns(db)} from holdout h where workspace_id = ${workspaceId} and exists (
      select from holdout_generation g
      where g.workspace_id = ${workspaceId} and g.holdout_id = h.holdout_id and g.from_at <= ${at} and (g.to_at is null or g.to_at > ${at}))
    order by ended_at is not null, holdout_id desc`;
}

/** Names of some holdouts by their numbers. */
export async function loadHoldoutNames(db: Db, workspaceId: number, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db<Pick<Holdout, "id" | "name">[]>`
    select holdout_id as id, name from holdout where workspace_id = ${workspaceId} and holdout_id = any(${[...ids]}::bigint[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function findHoldout(db: Db | Tx, workspaceId: number, key: string): Promise<Holdout | undefined> {
  const [row] = await db<Holdout[]>`select ${columns(db)} from holdout where workspace_id = ${workspaceId} and key = ${key}`;
  return row;
}

/** A holdout that nobody else changes until the transaction ends. */
export async function lockHoldout(tx: Tx, workspaceId: number, key: string): Promise<Holdout | undefined> {
  const [row] = await tx<Holdout[]>`select ${columns(tx)} from holdout where workspace_id = ${workspaceId} and key = ${key} for update`;
  return row;
}

/** How many run; nobody begins another until the transaction ends. */
export async function countRunning(tx: Tx, workspaceId: number): Promise<number> {
  // Two at a time must not both find the last place free.
  await tx`select 1 from workspace where workspace_id = ${workspaceId} for no key update`;
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from holdout where workspace_id = ${workspaceId} and ended_at is null`;
  return row?.count ?? 0;
}

/** Answers the number of the new holdout; undefined when the key is taken. */
export async function insertHoldout(tx: Tx, workspaceId: number, row: Omit<Holdout, "id" | "endedAt">): Promise<string | undefined> {
  const [made] = await tx<{ id: string }[]>`
    insert into holdout (workspace_id, key, name, scope, rotation, rotates_at, created_at, created_by)
    values (${workspaceId}, ${row.key}, ${row.name}, ${jsonScope(tx, row.scope)}, ${row.rotation === null ? null : tx.json(row.rotation)}, ${row.rotatesAt},
      ${row.createdAt}, ${row.createdBy})
    on conflict (workspace_id, key) do nothing returning holdout_id as id`;
  return made?.id;
}

function jsonScope(tx: Tx, scope: HoldoutScope) {
  return tx.json(scope === "everything" ? scope : scope.map((one) => ({ ...one })));
}

export async function saveHoldout(
  tx: Tx,
  workspaceId: number,
  { id, name, rotation, rotatesAt, endedAt }: Pick<Holdout, "id" | "name" | "rotation" | "rotatesAt" | "endedAt">,
): Promise<void> {
  await tx`
    update holdout set name = ${name}, rotation = ${rotation === null ? null : tx.json(rotation)}, rotates_at = ${rotatesAt}, ended_at = ${endedAt}
    where workspace_id = ${workspaceId} and holdout_id = ${id}`;
}

/** Deletes a holdout with its turns and groups. */
export async function deleteHoldoutRow(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from holdout where workspace_id = ${workspaceId} and holdout_id = ${id}`;
}

/** Running holdouts whose turn is over, of all workspaces. */
export async function loadDueHoldouts(db: Db, now: Date): Promise<readonly { readonly workspaceId: number; readonly key: string }[]> {
  return db`
    /* all workspaces */ select workspace_id as "workspaceId", key from holdout where ended_at is null and rotates_at <= ${now} order by rotates_at limit 1000`;
}

type GenerationRow = {
  readonly holdoutId: string;
  readonly number: number;
  readonly share: number;
  readonly from: Date;
  readonly to: Date | null;
  readonly plannedTo: Date | null;
};

/** The turns of some holdouts, by holdout, in their order. */
export async function loadGenerations(
  db: Db | Tx,
  workspaceId: number,
  holdoutIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PlannedGeneration[]>> {
  const rows = await db<GenerationRow[]>`
    select holdout_id as "holdoutId", number, share, from_at as "from", to_at as "to", planned_to as "plannedTo" from holdout_generation
    where workspace_id = ${workspaceId} and holdout_id = any(${[...holdoutIds]}::bigint[]) order by number`;
  return new Map(
    [...Map.groupBy(rows, ({ holdoutId }) => holdoutId)].map(([id, own]) => [
      id,
      own.map(({ number, share, from, to, plannedTo }) => ({
        number,
        share,
        fromMs: from.getTime(),
        toMs: to?.getTime() ?? null,
        plannedToMs: plannedTo?.getTime() ?? null,
      })),
    ]),
  );
}

/** Keeps turns as they are now: those that were there may have ended since, and what was planned for them stays. */
export async function saveGenerations(
  tx: Tx,
  workspaceId: number,
  holdoutId: string,
  generations: readonly PlannedGeneration[],
): Promise<void> {
  for (const { number, share, fromMs, toMs, plannedToMs } of generations)
    await tx`
      insert into holdout_generation (workspace_id, holdout_id, number, share, from_at, to_at, planned_to)
      values (${workspaceId}, ${holdoutId}, ${number}, ${share}, ${new Date(fromMs)}, ${toMs === null ? null : new Date(toMs)},
        ${plannedToMs === null ? null : new Date(plannedToMs)})
      on conflict (workspace_id, holdout_id, number) do update set to_at = excluded.to_at`;
}
