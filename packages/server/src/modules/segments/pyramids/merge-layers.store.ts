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
  /** When whoever does not meet the condition of the other one leaves it; null for never. */
  readonly lapseDue: Date | null;
};

/** Whoever stands in the layer that goes, wherever they are, or is in it: since when, and until when a grace of theirs goes on. */
function moving(tx: Tx, { workspaceId, from, segmentId, appointed, at, lapseDue }: StandingMove) {
  return tx`
    stood as materialized (
      select i.person_id, min(s.since) as since, case when bool_and(s.lapse_due is not null) then max(s.lapse_due) end as lapse_due,
        max(s.warned_month) as warned_month, max(s.warned_due) as warned_due
      from pyramid_standing s join identity i on i.workspace_id = ${workspaceId} and i.origin_id = s.person_id
      where s.workspace_id = ${workspaceId} and s.layer_id = ${from} group by i.person_id),
    inside as materialized (
      select distinct i.person_id from segment_member m join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.person_id
      where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId}
        and not exists (
          select from identity o join segment_member a on a.workspace_id = ${workspaceId} and a.segment_id = ${appointed} and a.person_id = o.origin_id
          where o.workspace_id = ${workspaceId} and o.person_id = i.person_id)),
    moving as materialized (
      select person_id, coalesce(s.since, ${at}::timestamptz) as since, case when ${lapseDue !== null}::boolean then coalesce(s.lapse_due, ${lapseDue}::timestamptz) end as lapse_due,
        s.warned_month, s.warned_due
      from stood s full join inside using (person_id))`;
}

/**
 * Lets whoever stands in a layer, or is in it, stand in another, since they stood in the first where they did: a grace goes on, and for the others one begins
 * that ends at once for those who meet the other one's condition. Answers who did not stand in it before.
 */
export async function moveStandings(tx: Tx, move: StandingMove): Promise<readonly string[]> {
  const { workspaceId, into } = move;
  await tx`
    with ${moving(tx, move)}
    update pyramid_standing t set lapse_due = greatest(t.lapse_due, m.lapse_due) from moving m join identity i on i.workspace_id = ${workspaceId} and i.person_id = m.person_id
    where t.workspace_id = ${workspaceId} and t.layer_id = ${into} and t.person_id = i.origin_id and t.lapse_due is not null`;
  const rows = await tx<{ id: string }[]>`
    with ${moving(tx, move)}
    insert into pyramid_standing (workspace_id, layer_id, person_id, since, lapse_due, warned_month, warned_due)
    select ${workspaceId}::integer, ${into}::bigint, m.person_id, m.since, m.lapse_due, m.warned_month, m.warned_due from moving m
    where not exists (
      select from identity o join pyramid_standing s on s.workspace_id = ${workspaceId} and s.layer_id = ${into} and s.person_id = o.origin_id
      where o.workspace_id = ${workspaceId} and o.person_id = m.person_id)
    order by m.person_id returning person_id as id`;
  return rows.map(({ id }) => id);
}

/** Bars those from a layer who are barred from another; whoever stands in it is not. */
export async function moveBars(
  tx: Tx,
  workspaceId: number,
  { from, into }: { readonly from: string; readonly into: string },
): Promise<void> {
  await tx`
    insert into pyramid_bar (workspace_id, layer_id, person_id, month)
    select workspace_id, ${into}::bigint, person_id, month from pyramid_bar where workspace_id = ${workspaceId} and layer_id = ${from}
    on conflict (workspace_id, layer_id, person_id) do update set month = greatest(pyramid_bar.month, excluded.month)`;
  await tx`
    delete from pyramid_bar b using identity i join identity o on o.workspace_id = ${workspaceId} and o.person_id = i.person_id
      join pyramid_standing s on s.workspace_id = ${workspaceId} and s.layer_id = ${into} and s.person_id = o.origin_id
    where b.workspace_id = ${workspaceId} and b.layer_id = ${into} and i.workspace_id = ${workspaceId} and i.origin_id = b.person_id`;
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
