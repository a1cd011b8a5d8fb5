import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";

export type JourneyState = "draft" | "live" | "paused" | "archived";
export type VersionState = "draft" | "in_review" | "approved" | "live" | "retired";
export type Journey = {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly state: JourneyState;
  readonly liveVersion: number | null;
  readonly createdAt: Date;
  readonly createdBy: string;
};
export type JourneyVersion = {
  readonly journeyId: string;
  readonly version: number;
  readonly state: VersionState;
  readonly savedAt: Date;
  readonly savedBy: string;
  readonly approvedBy: string | null;
};
type Cipher = Pick<JourneyDeps["privacy"], "encryptPayload" | "decryptPayload">;

const VERSIONS_MAX = 10_000;

const columns = (sql: Db | Tx) =>
  sql`journey_id as id, workspace_id as "workspaceId", name, state, live_version as "liveVersion", created_at as "createdAt", created_by as "createdBy"`;

/** Journeys of a workspace, the newest first, after one on. */
export async function loadJourneys(
  db: Db,
  workspaceId: number,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly Journey[]> {
  return db<Journey[]>`
    select ${columns(db)} from journey where workspace_id = ${workspaceId} ${before === undefined ? db`` : db`and journey_id < ${before}`}
    order by journey_id desc limit ${limit}`;
}

export async function findJourney(db: Db | Tx, workspaceId: number, id: string): Promise<Journey | undefined> {
  const [row] = await db<Journey[]>`select ${columns(db)} from journey where workspace_id = ${workspaceId} and journey_id = ${id}`;
  return row;
}

/** The same, held until the transaction ends. */
export async function lockJourney(tx: Tx, workspaceId: number, id: string): Promise<Journey | undefined> {
  const [row] = await tx<
    Journey[]
  >`select ${columns(tx)} from journey where workspace_id = ${workspaceId} and journey_id = ${id} for update`;
  return row;
}

export async function countJourneys(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from journey where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export async function insertJourney(
  tx: Tx,
  { workspaceId, name, createdAt, createdBy }: Pick<Journey, "workspaceId" | "name" | "createdAt" | "createdBy">,
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into journey (workspace_id, name, state, created_at, created_by) values (${workspaceId}, ${name}, 'draft', ${createdAt}, ${createdBy})
    returning journey_id as id`;
  if (row === undefined) throw new Error("insert into journey returned no row");
  return row.id;
}

export async function saveJourneyRow(tx: Tx, { workspaceId, id, name, state, liveVersion }: Journey): Promise<void> {
  await tx`update journey set name = ${name}, state = ${state}, live_version = ${liveVersion} where workspace_id = ${workspaceId} and journey_id = ${id}`;
}

/** Versions of some journeys, the newest first. */
export async function loadVersions(db: Db | Tx, workspaceId: number, journeyIds: readonly string[]): Promise<readonly JourneyVersion[]> {
  return db<JourneyVersion[]>`
    select journey_id as "journeyId", version, state, saved_at as "savedAt", saved_by as "savedBy", approved_by as "approvedBy"
    from journey_version where workspace_id = ${workspaceId} and journey_id = any(${[...journeyIds]}::bigint[]) order by version desc limit ${VERSIONS_MAX}`;
}

export async function loadDefinition(
  db: Db | Tx,
  cipher: Pick<Cipher, "decryptPayload">,
  workspaceId: number,
  { journeyId, version }: { readonly journeyId: string; readonly version: number },
): Promise<JourneyDefinition | undefined> {
  const [row] = await db<{ definition: Uint8Array }[]>`
    select definition from journey_version where workspace_id = ${workspaceId} and journey_id = ${journeyId} and version = ${version}`;
  // Sealed by `saveVersion` from what the contract had read.
  return row === undefined ? undefined : (JSON.parse(openText(cipher, row.definition)) as JourneyDefinition);
}

type SavedVersion = Omit<JourneyVersion, "approvedBy"> & { readonly workspaceId: number; readonly definition: JourneyDefinition };

/** Writes a draft: a new version, or over the one of that number. */
export async function saveVersion(tx: Tx, cipher: Pick<Cipher, "encryptPayload">, saved: SavedVersion): Promise<void> {
  const { workspaceId, journeyId, version, state, savedAt, savedBy } = saved;
  await tx`
    insert into journey_version (workspace_id, journey_id, version, state, definition, saved_at, saved_by)
    values (${workspaceId}, ${journeyId}, ${version}, ${state}, ${sealText(cipher, JSON.stringify(saved.definition))}, ${savedAt}, ${savedBy})
    on conflict (journey_id, version) do update set state = excluded.state, definition = excluded.definition, saved_at = excluded.saved_at,
      saved_by = excluded.saved_by, approved_by = null`;
}

export async function setVersionState(
  tx: Tx,
  workspaceId: number,
  { journeyId, version, state, approvedBy }: Pick<JourneyVersion, "journeyId" | "version" | "state" | "approvedBy">,
): Promise<void> {
  await tx`
    update journey_version set state = ${state}, approved_by = ${approvedBy}
    where workspace_id = ${workspaceId} and journey_id = ${journeyId} and version = ${version}`;
}

/** A version by which people come in or are in. */
export type RunningVersion = {
  readonly workspaceId: number;
  readonly journeyId: string;
  readonly version: number;
  readonly journeyState: JourneyState;
  readonly isLive: boolean;
  readonly definition: JourneyDefinition;
};

/** Versions of journeys that were started and are not over, of every workspace; a version that cannot be read is told of and stops no other. */
export async function loadRunning(db: Db, cipher: Pick<Cipher, "decryptPayload">): Promise<readonly RunningVersion[]> {
  const rows = await db<(Omit<RunningVersion, "definition"> & { definition: Uint8Array })[]>`
    /* all workspaces: the pipeline and the loop handle every workspace */
    select v.workspace_id as "workspaceId", v.journey_id as "journeyId", v.version, j.state as "journeyState", v.version = j.live_version as "isLive", v.definition
    from journey j join journey_version v on v.journey_id = j.journey_id and v.state in ('live', 'retired')
    where j.state in ('live', 'paused') order by v.journey_id, v.version limit ${VERSIONS_MAX}`;
  return rows.map((row) => ({ ...row, definition: JSON.parse(openText(cipher, row.definition)) as JourneyDefinition }));
}
