import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export const PYRAMIDS_MAX = 10;

export type PyramidRow = {
  readonly id: string;
  readonly key: string;
  readonly classId: string;
  /** Sealed. */
  readonly definition: Uint8Array;
  /** Grows with every change of layers and rules. */
  readonly version: number;
  /** The last month that needs no review any more. */
  readonly reviewed: number;
  readonly createdAt: Date;
  readonly createdBy: string;
};

/** The segments behind a layer; `qualified` and `standing` are there for layers that people keep. */
export type LayerRow = {
  readonly id: string;
  readonly pyramidId: string;
  readonly key: string;
  readonly appointed: string;
  readonly qualified: string | null;
  readonly standing: string | null;
  /** Whether its class asks who stands. */
  readonly begun: boolean;
  /** What was known of who qualifies when they were last compared with those who stand. */
  readonly looked: string | null;
};

/** Pyramids of a workspace in the order in which they were made, or the one with a key. */
export async function loadPyramids(db: Db | Tx, workspaceId: number, key?: string): Promise<readonly PyramidRow[]> {
  return db<PyramidRow[]>`
    select pyramid_id as id, key, class_id as "classId", definition, version, reviewed, created_at as "createdAt", created_by as "createdBy" from pyramid
    where workspace_id = ${workspaceId} ${key === undefined ? db`` : db`and key = ${key}`} order by pyramid_id limit ${PYRAMIDS_MAX}`;
}

/** Holds a pyramid, so that one look, review or change of it comes after the other; undefined when it is no more. */
export async function lockPyramid(tx: Tx, workspaceId: number, id: string): Promise<PyramidRow | undefined> {
  const [row] = await tx<PyramidRow[]>`
    select pyramid_id as id, key, class_id as "classId", definition, version, reviewed, created_at as "createdAt", created_by as "createdBy" from pyramid
    where workspace_id = ${workspaceId} and pyramid_id = ${id} for update`;
  return row;
}

/** Workspaces that have a pyramid. */
export async function loadPyramidWorkspaces(db: Db): Promise<readonly number[]> {
  const rows = await db<
    { id: number }[]
  >`/* all workspaces: their pyramids are looked at one after the other */ select distinct workspace_id as id from pyramid order by workspace_id limit 10000`;
  return rows.map(({ id }) => id);
}

export async function insertPyramid(tx: Tx, workspaceId: number, row: Omit<PyramidRow, "id" | "version">): Promise<string> {
  const [made] = await tx<{ id: string }[]>`
    insert into pyramid (workspace_id, class_id, key, definition, reviewed, created_at, created_by)
    values (${workspaceId}, ${row.classId}, ${row.key}, ${row.definition}, ${row.reviewed}, ${row.createdAt}, ${row.createdBy}) returning pyramid_id as id`;
  if (made === undefined) throw new Error("insert into pyramid returned no row");
  return made.id;
}

export async function saveDefinition(tx: Tx, workspaceId: number, id: string, definition: Uint8Array): Promise<void> {
  await tx`update pyramid set definition = ${definition}, version = version + 1 where workspace_id = ${workspaceId} and pyramid_id = ${id}`;
}

export async function saveReviewed(tx: Tx, workspaceId: number, id: string, month: number): Promise<void> {
  await tx`update pyramid set reviewed = ${month} where workspace_id = ${workspaceId} and pyramid_id = ${id}`;
}

/** With layers, standings, appointments, care, changes and reviews. */
export async function deletePyramidRow(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from pyramid where workspace_id = ${workspaceId} and pyramid_id = ${id}`;
}

/** Layers of the pyramids of a workspace, each one's from the top down. */
export async function loadLayers(db: Db | Tx, workspaceId: number, pyramidId?: string): Promise<readonly LayerRow[]> {
  return db<LayerRow[]>`
    select layer_id as id, pyramid_id as "pyramidId", key, appointed_segment as appointed, qualified_segment as qualified, standing_segment as standing, begun, looked
    from pyramid_layer where workspace_id = ${workspaceId} ${pyramidId === undefined ? db`` : db`and pyramid_id = ${pyramidId}`} order by pyramid_id, position, layer_id limit 1000`;
}

export type SavedLayer = Pick<LayerRow, "pyramidId" | "key" | "appointed" | "qualified" | "standing" | "begun"> & {
  readonly position: number;
};

/** Writes a layer of a pyramid; what was looked at is looked at anew. */
export async function saveLayer(tx: Tx, workspaceId: number, row: SavedLayer): Promise<void> {
  await tx`
    insert into pyramid_layer (workspace_id, pyramid_id, key, position, appointed_segment, qualified_segment, standing_segment, begun)
    values (${workspaceId}, ${row.pyramidId}, ${row.key}, ${row.position}, ${row.appointed}, ${row.qualified}, ${row.standing}, ${row.begun})
    on conflict (pyramid_id, key) do update set position = excluded.position, qualified_segment = excluded.qualified_segment,
      standing_segment = excluded.standing_segment, begun = excluded.begun, looked = null where pyramid_layer.workspace_id = ${workspaceId}`;
}

export async function saveBegun(tx: Tx, workspaceId: number, layerIds: readonly string[]): Promise<void> {
  await tx`update pyramid_layer set begun = true where workspace_id = ${workspaceId} and layer_id = any(${[...layerIds]}::bigint[])`;
}

export async function saveLooked(tx: Tx, workspaceId: number, layerId: string, looked: string): Promise<void> {
  await tx`update pyramid_layer set looked = ${looked} where workspace_id = ${workspaceId} and layer_id = ${layerId}`;
}

/** With its standings and bars. */
export async function deleteLayer(tx: Tx, workspaceId: number, layerId: string): Promise<void> {
  await tx`delete from pyramid_layer where workspace_id = ${workspaceId} and layer_id = ${layerId}`;
}

/** Forgets who stands in a layer, and who is barred from it. */
export async function clearStandings(tx: Tx, workspaceId: number, layerId: string): Promise<void> {
  await tx`delete from pyramid_standing where workspace_id = ${workspaceId} and layer_id = ${layerId}`;
  await tx`delete from pyramid_bar where workspace_id = ${workspaceId} and layer_id = ${layerId}`;
}
