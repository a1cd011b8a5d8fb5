import type { ExperimentState } from "@terrace/domain/experiments/experiment";
import type { DECISIONS } from "@terrace/contract/api/experiments";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Of those that are not archived. */
export const EXPERIMENTS_MAX = 1_000;

export type ExperimentRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly key: string;
  readonly name: string;
  readonly hypothesis: string;
  readonly state: ExperimentState;
  readonly definition: Uint8Array;
  readonly tellsGiven: boolean;
  readonly startedAt: Date | null;
  readonly stoppedAt: Date | null;
  readonly decision: (typeof DECISIONS)[number] | null;
  readonly decidedVariant: string | null;
  readonly learning: string;
  readonly dayDueAt: Date | null;
  /** When the shares of a bandit are to be reckoned anew. */
  readonly sharesDueAt: Date | null;
  /** At which coverages rules of flags gave arms, in parts of 10,000. */
  readonly coverages: readonly number[];
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Number of the change that waits for approval. */
  readonly openChange: string | null;
  readonly steps: readonly { readonly action: string; readonly at: string; readonly by: string }[];
};
export type ExperimentSet = Pick<ExperimentRow, "key" | "name" | "hypothesis" | "definition" | "tellsGiven">;
export type Decided = {
  readonly decision: NonNullable<ExperimentRow["decision"]>;
  readonly variant: string | null;
  readonly learning: string;
};

/** Nothing is made where the key is taken, or where the workspace has as many as it may have that are not archived. */
export async function insertExperiment(
  tx: Tx,
  workspaceId: number,
  set: ExperimentSet,
  made: { readonly by: string; readonly at: Date },
): Promise<{ readonly id: string } | "taken" | "full"> {
  // Two at a time must not both find the last place free.
  await tx`select 1 from workspace where workspace_id = ${workspaceId} for no key update`;
  const [held] = await tx<
    { count: number }[]
  >`select count(*)::int as count from experiment where workspace_id = ${workspaceId} and state != 'archived'`;
  if ((held?.count ?? 0) >= EXPERIMENTS_MAX) return "full";
  const [row] = await tx<{ id: string }[]>`
    insert into experiment (workspace_id, key, name, hypothesis, state, definition, tells_given, created_by, created_at)
    values (${workspaceId}, ${set.key}, ${set.name}, ${set.hypothesis}, 'draft', ${set.definition}, ${set.tellsGiven}, ${made.by}, ${made.at})
    on conflict (workspace_id, key) do nothing returning experiment_id as id`;
  return row ?? "taken";
}

/** False where the key is another's. */
export async function updateExperiment(tx: Tx, workspaceId: number, id: string, set: ExperimentSet): Promise<boolean> {
  const changed = await tx`
    update experiment set key = ${set.key}, name = ${set.name}, hypothesis = ${set.hypothesis}, definition = ${set.definition}, tells_given = ${set.tellsGiven}
    where workspace_id = ${workspaceId} and experiment_id = ${id}
      and not exists (select 1 from experiment other where other.workspace_id = ${workspaceId} and other.key = ${set.key} and other.experiment_id != ${id})`;
  return changed.count === 1;
}

export async function deleteExperiment(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from experiment where workspace_id = ${workspaceId} and experiment_id = ${id}`;
}

/** Writes where it stands; the start and the stop have their instants, and from the start on the end of each day is due. */
export async function saveState(
  tx: Tx,
  workspaceId: number,
  id: string,
  moved: {
    readonly state: ExperimentState;
    readonly startedAt: Date | null;
    readonly stoppedAt: Date | null;
    readonly dayDueAt: Date | null;
  },
): Promise<void> {
  await tx`
    update experiment set state = ${moved.state}, started_at = ${moved.startedAt}, stopped_at = ${moved.stoppedAt}, day_due_at = ${moved.dayDueAt}
    where workspace_id = ${workspaceId} and experiment_id = ${id}`;
}

export async function saveDecision(tx: Tx, workspaceId: number, id: string, { decision, variant, learning }: Decided): Promise<void> {
  await tx`
    update experiment set decision = ${decision}, decided_variant = ${variant}, learning = ${learning}
    where workspace_id = ${workspaceId} and experiment_id = ${id}`;
}

export async function noteStep(
  tx: Tx,
  workspaceId: number,
  id: string,
  { action, at, by }: { readonly action: string; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx`insert into experiment_step (workspace_id, experiment_id, action, at, by) values (${workspaceId}, ${id}, ${action}, ${at}, ${by})`;
}

/** Reads an experiment that is about to be changed; nobody else changes it meanwhile. */
export async function lockExperiment(tx: Tx, workspaceId: number, id: string): Promise<ExperimentRow | undefined> {
  await tx`select 1 from experiment where workspace_id = ${workspaceId} and experiment_id = ${id} for update`;
  const [row] = await loadExperiments(tx, workspaceId, { id, limit: 1 });
  return row;
}

/** The one that exposures name by a key. */
export async function findByKey(tx: Tx, workspaceId: number, key: string): Promise<ExperimentRow | undefined> {
  const [found] = await tx<
    { id: string }[]
  >`select experiment_id as id from experiment where workspace_id = ${workspaceId} and key = ${key}`;
  return found === undefined ? undefined : lockExperiment(tx, workspaceId, found.id);
}

export type ExperimentFilter = {
  readonly id?: string | undefined;
  readonly state?: ExperimentState | undefined;
  readonly standing?: boolean | undefined;
  readonly search?: string | undefined;
  /** Only those that ran while this one did, and whose shares did not change. */
  readonly besideId?: string | undefined;
  readonly beforeId?: string | undefined;
  readonly limit: number;
};

/** Experiments, newest first. */
export async function loadExperiments(sql: Db | Tx, workspaceId: number, filter: ExperimentFilter): Promise<readonly ExperimentRow[]> {
  const { id, state, standing, search = "", besideId, beforeId, limit } = filter;
  const like = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<ExperimentRow[]>`
    select experiment_id as id, workspace_id as "workspaceId", key, name, hypothesis, state, definition, tells_given as "tellsGiven", started_at as "startedAt", stopped_at as "stoppedAt",
      decision, decided_variant as "decidedVariant", learning, day_due_at as "dayDueAt", shares_due_at as "sharesDueAt", created_by as "createdBy", created_at as "createdAt",
      coalesce(split->'coverages', '[]'::jsonb) as coverages,
      (select c.change_id from flag_change c where c.workspace_id = e.workspace_id and c.experiment_id = e.experiment_id and c.state = 'open') as "openChange",
      (select coalesce(json_agg(json_build_object('action', s.action, 'at', to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'by', s.by) order by s.step_id), '[]')
        from experiment_step s where s.workspace_id = e.workspace_id and s.experiment_id = e.experiment_id) as steps
    from experiment e where workspace_id = ${workspaceId}
      ${id === undefined ? sql`` : sql`and experiment_id = ${id}`} ${state === undefined ? sql`` : sql`and state = ${state}`} ${standing === true ? sql`and state != 'archived'` : sql``}
      ${beforeId === undefined ? sql`` : sql`and experiment_id < ${beforeId}`}
      ${
        besideId === undefined
          ? sql``
          : sql`and experiment_id != ${besideId} and exists (${ranWhile(sql, workspaceId, besideId)})
        and not exists (select from experiment_period p where p.workspace_id = e.workspace_id and p.experiment_id = e.experiment_id)`
      }
      ${search === "" ? sql`` : sql`and (name ilike ${like} or key ilike ${like} or hypothesis ilike ${like} or learning ilike ${like})`}
    order by experiment_id desc limit ${limit}`;
}

/** The other experiment, where it and `e` both ran at some instant. */
function ranWhile(sql: Db | Tx, workspaceId: number, otherId: string) {
  return sql`
    select from experiment other where other.workspace_id = ${workspaceId} and other.experiment_id = ${otherId}
      and e.started_at < coalesce(other.stopped_at, 'infinity') and other.started_at < coalesce(e.stopped_at, 'infinity')`;
}
