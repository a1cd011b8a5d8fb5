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

/**
 * One statement, so one snapshot and one round trip: what it tells of a person belongs together. Looks go by index, row by row (`offset 0`): a person has
 * few ids and memberships beside all there are. Its limits are constants, so that the engine plans it once. Undefined when nobody has the id.
 */
export async function findLookup(db: Db, workspaceId: number, { originId, traits, now }: LookupAsked): Promise<Lookup | undefined> {
  const [row] = await db<Lookup[]>`
    with owner as materialized (select person_id from identity where workspace_id = ${workspaceId} and origin_id = ${originId}),
    own as materialized (
      select i.origin_id from owner o
      cross join lateral (select origin_id from identity where workspace_id = ${workspaceId} and person_id = o.person_id offset 0) i),
    memberships as materialized (
      select distinct m.segment_id from own
      cross join lateral (select segment_id from segment_member where workspace_id = ${workspaceId} and person_id = own.origin_id offset 0) m),
    profile as materialized (
      select p.traits, p.computed from owner o
      cross join lateral (select traits, computed from person_profile where workspace_id = ${workspaceId} and person_id = o.person_id offset 0) p)
    select o.person_id as "personId",
      coalesce((
        select json_agg(s) from (
          select s.segment_id::text as id, s.name, s.kind, s.live from memberships m
          cross join lateral (
            select s.segment_id, s.name, s.kind, coalesce(r.stage = 'live', true) as live from segment s
            left join segment_rule r on r.workspace_id = ${workspaceId} and r.segment_id = s.segment_id
            where s.workspace_id = ${workspaceId} and s.segment_id = m.segment_id and s.managed_by is null offset 0) s
          order by s.segment_id desc limit 2000) s), '[]') as segments,
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
  return row;
}
