import type { SegmentView } from "@terrace/contract/api/segments";
import type { JsonObject } from "@terrace/domain/json";
import type { Db } from "../../platform/storage/postgres.ts";

/** What a person is in at one moment. */
export type Lookup = {
  readonly personId: string;
  readonly segments: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: SegmentView["kind"];
    readonly live: boolean;
  }[];
  readonly tags: readonly string[];
  readonly classes: readonly {
    readonly key: string;
    readonly name: string;
    readonly value: string;
    readonly valueName: string;
    readonly trait: string;
  }[];
  /** With tokens in place of personal values. */
  readonly traits: JsonObject;
};

export type LookupAsked = { readonly originId: string; readonly traits: readonly string[]; readonly now: Date };

type LookupRow = Omit<Lookup, "segments"> & {
  /** Lists of what is told of each: making hundreds of objects would take the engine five times as long. */
  readonly segments: {
    readonly ids: readonly string[];
    readonly names: readonly string[];
    readonly kinds: readonly SegmentView["kind"][];
    readonly live: readonly boolean[];
  } | null;
};

/**
 * One statement, so one snapshot and one round trip: what it tells of a person belongs together. Looks go by index, row by row (`offset 0`): a person has
 * few ids and memberships beside all there are. Its limits are constants, so that the engine plans it once. Undefined when nobody has the id.
 */
export async function findLookup(db: Db, workspaceId: number, { originId, traits, now }: LookupAsked): Promise<Lookup | undefined> {
  const [row] = await db<LookupRow[]>`
    with owner as materialized (select person_id from identity where workspace_id = ${workspaceId} and origin_id = ${originId}),
    own as materialized (
      select i.origin_id from owner o
      cross join lateral (select origin_id from identity where workspace_id = ${workspaceId} and person_id = o.person_id offset 0) i),
    memberships as materialized (
      select array(
        select m.segment_id from own
        cross join lateral (select segment_id from segment_member where workspace_id = ${workspaceId} and person_id = own.origin_id offset 0) m) as ids),
    unsettled as materialized (
      select array(
        select segment_id from segment_rule where workspace_id = ${workspaceId} and segment_id = any((select ids from memberships)::bigint[]) and stage <> 'live') as ids),
    profile as materialized (
      select p.traits, p.computed from owner o
      cross join lateral (select traits, computed from person_profile where workspace_id = ${workspaceId} and person_id = o.person_id offset 0) p)
    select o.person_id as "personId",
      (select to_json(s) from (
        select json_agg(segment_id::text) as ids, json_agg(name) as names, json_agg(kind) as kinds, json_agg(live) as live from (
          select segment_id, name, kind, segment_id <> all((select ids from unsettled)::bigint[]) as live from segment
          where workspace_id = ${workspaceId} and segment_id = any((select ids from memberships)::bigint[]) and managed_by is null
          order by segment_id desc limit 2000) each having count(*) > 0) s) as segments,
      array(
        select distinct t.tag collate "C" as tag from own
        cross join lateral (
          select tag from person_tag
          where workspace_id = ${workspaceId} and origin_id = own.origin_id and (expires_at is null or expires_at > ${now}) offset 0) t
        order by tag limit 1000) as tags,
      coalesce((
        select json_agg(c) from (
          select c.key, c.name, v.value, s.name as "valueName", '$' || c.key as trait from profile p
          join person_class c on c.workspace_id = ${workspaceId} and p.computed ? ('$' || c.key)
          join class_value v on v.workspace_id = ${workspaceId} and v.class_id = c.class_id and v.value = p.computed ->> ('$' || c.key)
          join segment s on s.workspace_id = ${workspaceId} and s.segment_id = v.segment_id
          order by c.class_id limit 100) c), '[]') as classes,
      coalesce((
        select jsonb_object_agg(asked.key, p.traits -> asked.key) from profile p cross join unnest(${[...traits]}::text[]) as asked (key)
        where p.traits ? asked.key), '{}') as traits
    from owner o`;
  return row === undefined ? undefined : { ...row, segments: segmentsOf(row.segments) };
}

function segmentsOf(columns: LookupRow["segments"]): Lookup["segments"] {
  if (columns === null) return [];
  const { ids, names, kinds, live } = columns;
  return ids.flatMap((id, at) => {
    const [name, kind] = [names[at], kinds[at]];
    return name === undefined || kind === undefined ? [] : [{ id, name, kind, live: live[at] === true }];
  });
}
