import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Workspaces after one that remember arms, or know of some that are named no more; in order, so many at most. */
export async function loadRememberingWorkspaces(db: Db, after: number, limit: number): Promise<readonly number[]> {
  const rows = await db<{ id: number }[]>`
    select /* all workspaces: housekeeping */ w.workspace_id as id from workspace w where w.workspace_id > ${after} and (
      exists (select from assignment a where a.workspace_id = w.workspace_id)
      or exists (select from assignment_unnamed u where u.workspace_id = w.workspace_id))
    order by w.workspace_id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** Experiments after one whose arms are remembered, in order, so many at most. Steps from one to the next by the index, whatever number of rows each has. */
export async function loadRemembered(tx: Tx, workspaceId: number, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx<{ experiment: string }[]>`
    with recursive known (experiment) as (
      (select experiment from assignment where workspace_id = ${workspaceId} and experiment > ${after} order by experiment limit 1)
      union all
      select (select a.experiment from assignment a where a.workspace_id = ${workspaceId} and a.experiment > k.experiment order by a.experiment limit 1)
      from known k where k.experiment is not null)
    select experiment from known where experiment is not null limit ${limit}`;
  return rows.map(({ experiment }) => experiment);
}

/** Writes down since when some experiments are named no more; what is known already stays. */
export async function insertUnnamed(tx: Tx, workspaceId: number, experiments: readonly string[], since: Date): Promise<void> {
  await tx`
    insert into assignment_unnamed (workspace_id, experiment, since)
    select ${workspaceId}, e, ${since} from unnest(${[...experiments]}::text[]) as e on conflict (workspace_id, experiment) do nothing`;
}

/** Forgets of those that are named again, and of those that nothing is remembered of, that they were not. */
export async function deleteNamed(tx: Tx, workspaceId: number, named: readonly string[]): Promise<void> {
  await tx`
    delete from assignment_unnamed u where u.workspace_id = ${workspaceId} and (u.experiment = any(${[...named]}::text[])
      or not exists (select from assignment a where a.workspace_id = ${workspaceId} and a.experiment = u.experiment))`;
}

/** The one that is named no more for the longest time, since a time or before. */
export async function findUnnamed(tx: Tx, workspaceId: number, until: Date): Promise<string | undefined> {
  const [row] = await tx<{ experiment: string }[]>`
    select experiment from assignment_unnamed where workspace_id = ${workspaceId} and since <= ${until} order by since, experiment limit 1`;
  return row?.experiment;
}

/** Forgets what was given by an experiment, so many rows at most. */
export async function deleteArmsOf(tx: Tx, workspaceId: number, experiment: string, limit: number): Promise<void> {
  await tx`
    delete from assignment where workspace_id = ${workspaceId} and ctid in (
      select ctid from assignment where workspace_id = ${workspaceId} and experiment = ${experiment} limit ${limit})`;
}
