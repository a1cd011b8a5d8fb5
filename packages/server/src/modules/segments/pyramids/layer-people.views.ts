import type { LayerWhy, LayerStay, NotedChange } from "@terrace/domain/pyramids/layer-why";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import { careSql } from "./care.store.ts";

export type LayerPersonRow = {
  /** Of the stay. */
  readonly stayId: string;
  readonly personId: string;
  readonly since: Date;
  readonly operatorId: string | null;
  readonly leavesAt: Date | null;
};

export type LayerPeopleAsked = {
  readonly workspaceId: number;
  readonly pyramidId: string;
  readonly layerId: string;
  readonly segmentId: string;
  /** Only those for whom one of these cares, or none of them. */
  readonly care?: { readonly operators: readonly string[]; readonly isIn: boolean } | undefined;
  readonly after?: { readonly at: Date; readonly stayId: string } | undefined;
  readonly limit: number;
};

/** The people of a layer, who came in last first. */
export async function loadLayerPeople(db: Db, asked: LayerPeopleAsked): Promise<readonly LayerPersonRow[]> {
  const { workspaceId, layerId, segmentId, care, after, limit } = asked;
  const cared =
    care === undefined
      ? db``
      : db`and ${care.isIn ? db`` : db`not`} coalesce(c.operator_id = any(${numbers(care.operators)}::integer[]), false)`;
  return db<LayerPersonRow[]>`
    with cared as materialized (select * from ${careSql(db, asked)} given)
    select h.stay_id as "stayId", i.person_id as "personId", h.entered_at as since, c.operator_id::text as "operatorId", due.at as "leavesAt"
    from segment_member h join identity i on i.workspace_id = ${workspaceId} and i.origin_id = h.person_id
    left join cared c on c.person_id = i.person_id
    left join lateral (
      select max(least(s.lapse_due, s.warned_due)) as at from identity o join pyramid_standing s on s.workspace_id = ${workspaceId} and s.layer_id = ${layerId} and s.person_id = o.origin_id
      where o.workspace_id = ${workspaceId} and o.person_id = i.person_id) due on true
    where h.workspace_id = ${workspaceId} and h.segment_id = ${segmentId} ${cared}
      ${after === undefined ? db`` : db`and (h.entered_at, h.stay_id) < (${after.at}, ${after.stayId}::bigint)`}
    order by h.entered_at desc, h.stay_id desc limit ${limit}`;
}

export type PersonStay = LayerStay & { readonly personId: string };

/** Stays of some people in the layers of a class, in the order in which they began. */
export async function loadLayerStays(
  db: Db,
  { workspaceId, classId, people }: { readonly workspaceId: number; readonly classId: string; readonly people: readonly string[] },
): Promise<readonly PersonStay[]> {
  const rows = await db<{ personId: string; layer: string; enteredAt: Date; enteredWhy: string; leftAt: Date | null }[]>`
    select i.person_id as "personId", v.value as layer, h.entered_at as "enteredAt", h.entered_why as "enteredWhy", h.left_at as "leftAt"
    from unnest(${numbers(people)}::bigint[]) as asked (id) join identity i on i.workspace_id = ${workspaceId} and i.person_id = asked.id
    join segment_stay h on h.workspace_id = ${workspaceId} and h.person_id = i.origin_id
    join class_value v on v.workspace_id = ${workspaceId} and v.class_id = ${classId} and v.segment_id = h.segment_id
    order by h.entered_at, h.stay_id limit 100000`;
  return rows.map(({ enteredAt, leftAt, ...row }) => ({ ...row, enteredAt: enteredAt.getTime(), leftAt: leftAt?.getTime() ?? null }));
}

/** What is noted of some people in a pyramid, in the order in which it happened. */
export async function loadNoted(
  db: Db,
  { workspaceId, pyramidId, people }: { readonly workspaceId: number; readonly pyramidId: string; readonly people: readonly string[] },
): Promise<readonly (NotedChange & { readonly personId: string })[]> {
  const rows = await db<(Omit<NotedChange, "at" | "why"> & { personId: string; at: Date; why: LayerWhy })[]>`
    select i.person_id as "personId", c.layer, c.at, c.what, c.why, c.month, c.by, c.from_layer as "fromLayer"
    from unnest(${numbers(people)}::bigint[]) as asked (id) join identity i on i.workspace_id = ${workspaceId} and i.person_id = asked.id
    join pyramid_change c on c.workspace_id = ${workspaceId} and c.person_id = i.origin_id and c.pyramid_id = ${pyramidId}
    order by c.at, c.change_id limit 100000`;
  return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
}

/** When somebody leaves the layer in which they are because a grace ends; null for never. */
export async function loadLeaving(
  db: Db,
  { workspaceId, layerId, originIds }: { readonly workspaceId: number; readonly layerId: string; readonly originIds: readonly string[] },
): Promise<Date | null> {
  const [row] = await db<{ at: Date | null }[]>`
    select max(least(lapse_due, warned_due)) as at from pyramid_standing
    where workspace_id = ${workspaceId} and layer_id = ${layerId} and person_id = any(${numbers(originIds)}::bigint[])`;
  return row?.at ?? null;
}

/** Who cares for somebody; null for nobody. */
export async function loadCareOwner(
  db: Db,
  {
    workspaceId,
    pyramidId,
    originIds,
  }: { readonly workspaceId: number; readonly pyramidId: string; readonly originIds: readonly string[] },
): Promise<string | null> {
  const [row] = await db<{ operatorId: string | null }[]>`
    select operator_id::text as "operatorId" from pyramid_care
    where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and person_id = any(${numbers(originIds)}::bigint[]) order by set_at desc, person_id desc limit 1`;
  return row?.operatorId ?? null;
}
