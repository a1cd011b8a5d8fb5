import type { Tx } from "../../../platform/storage/postgres.ts";

type Of = { readonly workspaceId: number; readonly pyramidId: string };

/** Makes appointments to one layer appointments to another; answers the ids under which people are appointed. */
export async function moveAppointments(
  tx: Tx,
  { workspaceId, pyramidId }: Of,
  { from, into }: { readonly from: string; readonly into: string },
): Promise<readonly string[]> {
  const rows = await tx<{ id: string }[]>`
    update pyramid_appointment set layer = ${into} where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and layer = ${from} and ended_at is null
    returning person_id as id`;
  return rows.map(({ id }) => id);
}

export type StandingMove = {
  readonly workspaceId: number;
  readonly from: string;
  readonly into: string;
  /** Those in the layer that goes. */
  readonly segmentId: string;
  /** Those appointed to the other one, whom nothing else has to keep. */
  readonly appointed: string;
  readonly at: Date;
};

/** Lets whoever is in a layer stand in another, since they stood in the first where they did; answers who did not stand in it before. */
export async function moveStandings(
  tx: Tx,
  { workspaceId, from, into, segmentId, appointed, at }: StandingMove,
): Promise<readonly string[]> {
  const rows = await tx<{ id: string }[]>`
    with own as materialized (
      select distinct i.person_id from segment_member m join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.person_id
      where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId}
        and not exists (
          select from identity o join segment_member a on a.workspace_id = ${workspaceId} and a.segment_id = ${appointed} and a.person_id = o.origin_id
          where o.workspace_id = ${workspaceId} and o.person_id = i.person_id)
        and not exists (
          select from identity o join pyramid_standing s on s.workspace_id = ${workspaceId} and s.layer_id = ${into} and s.person_id = o.origin_id
          where o.workspace_id = ${workspaceId} and o.person_id = i.person_id))
    insert into pyramid_standing (workspace_id, layer_id, person_id, since)
    select ${workspaceId}::integer, ${into}::bigint, w.person_id, coalesce((
      select min(s.since) from identity o join pyramid_standing s on s.workspace_id = ${workspaceId} and s.layer_id = ${from} and s.person_id = o.origin_id
      where o.workspace_id = ${workspaceId} and o.person_id = w.person_id), ${at}::timestamptz)
    from own w order by w.person_id returning person_id as id`;
  return rows.map(({ id }) => id);
}

export type MergeNote = { readonly from: string; readonly into: string; readonly segmentId: string; readonly at: Date };

/** Notes of everyone in a layer that they are in another now; answers how many. */
export async function noteMerge(tx: Tx, { workspaceId, pyramidId }: Of, { from, into, segmentId, at }: MergeNote): Promise<number> {
  const noted = await tx`
    insert into pyramid_change (workspace_id, pyramid_id, layer, person_id, at, what, why, from_layer)
    select distinct ${workspaceId}::integer, ${pyramidId}::bigint, ${into}, i.person_id, ${at}::timestamptz, 'in', 'layer_changed', ${from}
    from segment_member m join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.person_id
    where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId}`;
  return noted.count;
}
