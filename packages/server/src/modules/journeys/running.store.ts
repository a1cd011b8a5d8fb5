import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { JourneyState } from "./journey.store.ts";

/** A version by which people come in, are in, or can still reach the goal. */
export type RunningRow = {
  readonly workspaceId: number;
  readonly journeyId: string;
  readonly version: number;
  readonly journeyState: JourneyState;
  /** Whether people come in by it. */
  readonly isLive: boolean;
  /** When the journey was first started. */
  readonly startedMs: number;
};

/** Versions that were started, of journeys that are not over or whose goal is still looked for, of every workspace. */
export async function loadRunning(sql: Db | Tx): Promise<readonly RunningRow[]> {
  const rows = await sql<(Omit<RunningRow, "startedMs"> & { startedMs: string | null })[]>`
    /* all workspaces: the pipeline and the loop handle every workspace */
    select v.workspace_id as "workspaceId", v.journey_id as "journeyId", v.version, j.state as "journeyState", coalesce(v.version = j.live_version, false) as "isLive", j.started_ms as "startedMs"
    from journey j join journey_version v on v.journey_id = j.journey_id and v.state in ('live', 'retired')
    where j.state in ('live', 'paused')
      or (j.state = 'archived' and exists (select from journey_enrolment e where e.journey_id = j.journey_id and e.watched_until_ms is not null))
    order by v.journey_id, v.version`;
  return rows.map((row) => ({ ...row, startedMs: Number(row.startedMs ?? 0) }));
}

/** Whether events can matter to any journey now. */
export async function isAnyRunning(db: Db): Promise<boolean> {
  const [row] = await db<{ any: boolean }[]>`
    /* all workspaces: the pipeline handles every workspace */
    select exists (select from journey where state in ('live', 'paused')) or exists (select from journey_enrolment where watched_until_ms is not null) as any`;
  return row?.any === true;
}

type Sealed = { readonly journeyId: string; readonly version: number; readonly sealed: Uint8Array };

/** Definitions of some versions that were started, as they are stored. */
export async function loadSealedDefinitions(
  sql: Db | Tx,
  versions: readonly { readonly journeyId: string; readonly version: number }[],
): Promise<readonly Sealed[]> {
  if (versions.length === 0) return [];
  return sql<Sealed[]>`
    /* all workspaces: those of the enrolments at hand */
    select v.journey_id as "journeyId", v.version, v.definition as sealed
    from unnest(${numbers(versions.map(({ journeyId }) => journeyId))}::bigint[], ${numbers(versions.map(({ version }) => version))}::integer[]) as a (journey_id, version)
    join journey_version v on v.journey_id = a.journey_id and v.version = a.version where v.state in ('live', 'retired')`;
}

/** Keeps versions of journeys as they are until the transaction ends: none is started, paused or ended meanwhile. */
export async function holdVersions(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: one lock */ pg_advisory_xact_lock_shared(hashtextextended('journey versions', 0))`;
}

/** Waits until nobody goes by versions as they were, and keeps everybody from it until the transaction ends. It is the first lock to take. */
export async function changeVersions(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: one lock */ pg_advisory_xact_lock(hashtextextended('journey versions', 0))`;
}
