import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { openText, sealText } from "../../platform/sealed-text.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";
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

export type JourneysAsked = {
  readonly search: string;
  /** Undefined: all but archived ones. */
  readonly state: JourneyState | undefined;
  readonly before: string | undefined;
  readonly limit: number;
};

/** Journeys of a workspace, the newest first, after one on. */
export async function loadJourneys(
  db: Db,
  workspaceId: number,
  { search, state, before, limit }: JourneysAsked,
): Promise<readonly Journey[]> {
  return db<Journey[]>`
    select ${columns(db)} from journey where workspace_id = ${workspaceId} and ${state === undefined ? db`state <> 'archived'` : db`state = ${state}`}
      ${search === "" ? db`` : db`and position(lower(${search}) in lower(name)) > 0`} ${before === undefined ? db`` : db`and journey_id < ${before}`}
    order by journey_id desc limit ${limit}`;
}

export async function findJourney(db: Db | Tx, workspaceId: number, id: string): Promise<Journey | undefined> {
  const [row] = await db<Journey[]>`select ${columns(db)} from journey where workspace_id = ${workspaceId} and journey_id = ${id}`;
  return row;
}

export async function findJourneys(db: Db, workspaceId: number, ids: readonly string[]): Promise<readonly Journey[]> {
  return db<
    Journey[]
  >`select ${columns(db)} from journey where workspace_id = ${workspaceId} and journey_id = any(${numbers(ids)}::bigint[])`;
}

/** One, held until the transaction ends. */
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

/** Notes when a journey was first started. */
export async function noteStart(tx: Tx, workspaceId: number, id: string, atMs: number): Promise<void> {
  await tx`update journey set started_ms = coalesce(started_ms, ${atMs}) where workspace_id = ${workspaceId} and journey_id = ${id}`;
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
  return row === undefined ? undefined : openDefinition(cipher, row.definition);
}

type Versioned = { readonly journeyId: string; readonly version: number };

/** Definitions of some versions; asked for one that is not among them it answers undefined. */
export async function loadDefinitions(
  db: Db,
  cipher: Pick<Cipher, "decryptPayload">,
  workspaceId: number,
  versions: readonly Versioned[],
): Promise<(version: Versioned) => JourneyDefinition | undefined> {
  const rows = await db<(Versioned & { definition: Uint8Array })[]>`
    select v.journey_id as "journeyId", v.version, v.definition
    from unnest(${numbers(versions.map(({ journeyId }) => journeyId))}::bigint[], ${numbers(versions.map(({ version }) => version))}::integer[]) as a (journey_id, version)
    join journey_version v on v.workspace_id = ${workspaceId} and v.journey_id = a.journey_id and v.version = a.version`;
  const found = new Map(rows.map(({ definition, ...version }) => [nameOf(version), openDefinition(cipher, definition)]));
  return (version) => found.get(nameOf(version));
}

const nameOf = ({ journeyId, version }: Versioned): string => `${journeyId} ${version}`;

type StandingDefinition = { readonly id: string; readonly name: string; readonly definition: Uint8Array };

/** Definitions of journeys that are not over: those of versions that were started and that somebody is in or comes in by, and the newest. */
export async function loadStandingDefinitions(db: Db, workspaceId: number): Promise<readonly StandingDefinition[]> {
  return db<StandingDefinition[]>`
    select j.journey_id as id, j.name, v.definition from journey j join journey_version v on v.workspace_id = j.workspace_id and v.journey_id = j.journey_id
    where j.workspace_id = ${workspaceId} and j.state <> 'archived' and (v.version = j.live_version
      or not exists (select from journey_version n where n.journey_id = v.journey_id and n.version > v.version)
      or exists (select from journey_enrolment e where e.workspace_id = ${workspaceId} and e.journey_id = v.journey_id and e.version = v.version and e.ended_ms is null))
    order by j.journey_id, v.version limit ${VERSIONS_MAX}`;
}

/** A definition as it was written. Throws when it cannot be opened. */
export function openDefinition(cipher: Pick<Cipher, "decryptPayload">, sealed: Uint8Array): JourneyDefinition {
  // Sealed by `saveVersion` from what the contract had read.
  return JSON.parse(openText(cipher, sealed)) as JourneyDefinition;
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
