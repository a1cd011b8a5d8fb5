import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type CareOf = { readonly workspaceId: number; readonly pyramidId: string };
export type Given = { readonly personId: string; readonly operatorId: string | null };

/** Gives people whoever cares for them; answers how many of them there are. */
export async function saveCare(
  tx: Tx,
  { workspaceId, pyramidId }: CareOf,
  given: readonly Given[],
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<number> {
  if (given.length === 0) return 0;
  const saved = await tx`
    insert into pyramid_care (workspace_id, pyramid_id, person_id, operator_id, set_by, set_at)
    select distinct on (i.person_id) ${workspaceId}::integer, ${pyramidId}::bigint, i.person_id, n.operator, ${by}, ${at}::timestamptz
    from unnest(${numbers(given.map(({ personId }) => personId))}::bigint[], ${numbers(given.map(({ operatorId }) => operatorId))}::integer[]) with ordinality as n (id, operator, place)
    join identity i on i.workspace_id = ${workspaceId} and i.origin_id = n.id order by i.person_id, n.place desc
    on conflict (workspace_id, pyramid_id, person_id) do update set operator_id = excluded.operator_id, set_by = excluded.set_by, set_at = excluded.set_at`;
  return saved.count;
}

/** Who cares for whom as people belong together now, by the columns `person_id` and `operator_id`: of several the one given last. */
export function careSql(db: Db | Tx, { workspaceId, pyramidId }: CareOf) {
  return db`(select distinct on (i.person_id) i.person_id, c.operator_id from pyramid_care c join identity i on i.workspace_id = ${workspaceId} and i.origin_id = c.person_id
    where c.workspace_id = ${workspaceId} and c.pyramid_id = ${pyramidId} order by i.person_id, c.set_at desc, c.person_id desc)`;
}

export type CareLoad = { readonly layer: string; readonly operatorId: string; readonly people: number };

/** How many people each cares for, by layer. */
export async function loadCareLoads(db: Db | Tx, of: CareOf, trait: string): Promise<readonly CareLoad[]> {
  const { workspaceId } = of;
  return db<CareLoad[]>`
    select p.computed ->> ${trait} as layer, c.operator_id::text as "operatorId", count(*)::int as people from ${careSql(db, of)} c
    join person_profile p on p.workspace_id = ${workspaceId} and p.person_id = c.person_id
    where c.operator_id is not null and p.computed ? ${trait} group by 1, 2 order by 1, c.operator_id::text limit 10000`;
}

/** People of a layer for whom none of some operators cares, in order of their ids. */
export async function loadUncared(
  db: Db | Tx,
  of: CareOf,
  { segmentId, operators, limit }: { readonly segmentId: string; readonly operators: readonly string[]; readonly limit: number },
): Promise<readonly string[]> {
  const { workspaceId } = of;
  const rows = await db<{ id: string }[]>`
    with cared as materialized (select * from ${careSql(db, of)} c where c.operator_id = any(${numbers(operators)}::integer[]))
    select distinct i.person_id as id from segment_member m join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.person_id
    where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId} and not exists (select from cared where cared.person_id = i.person_id) order by 1 limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** Who was made to care for the people with some ids, for the report to them. */
export async function loadCareOfIds(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly { readonly pyramid: string; readonly operatorId: string | null; readonly setAt: Date }[]> {
  return db`
    select p.key as pyramid, c.operator_id::text as "operatorId", c.set_at as "setAt" from pyramid_care c
    join pyramid p on p.workspace_id = ${workspaceId} and p.pyramid_id = c.pyramid_id
    where c.workspace_id = ${workspaceId} and c.person_id = any(${numbers(originIds)}::bigint[]) order by p.key, c.set_at, c.person_id limit 1000`;
}
