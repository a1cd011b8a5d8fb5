import type { JsonObject } from "@terrace/domain/json";
import type { CounterState } from "@terrace/domain/segments/counter";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";

/** What touched a person, or that a time came at which something may change. */
export type Why = "event" | "trait" | "tag" | "merge" | "time" | "list" | "pass" | "schedule";

/** A person to evaluate, as one snapshot shows them. */
export type TouchedPerson = {
  /** Null for ids that are nobody's any more. */
  readonly personId: string | null;
  /** The ids by which the person came. */
  readonly asked: readonly string[];
  readonly whys: readonly Why[];
  /** What was counted, when nothing else touched the person: trackers with commas between them. Null for anything. */
  readonly trackers: string | null;
  /** When the oldest event that touched the person was received. */
  readonly since: Date | null;
  readonly origins: readonly string[] | null;
  readonly states: readonly CounterState[] | null;
  readonly traits: JsonObject | null;
  /** What is reckoned of the person, by trait: values of classes, and of computed traits. */
  readonly computed: JsonObject | null;
  readonly tags: readonly { readonly tag: string; readonly at: string | null }[] | null;
  /** Memberships by which of the ids: `person:segment,segment`, with spaces between ids. Most people are in many, so this is made and read often. */
  readonly members: string | null;
  readonly due: readonly { readonly id: string; readonly at: string }[] | null;
};

export type TakeAsked = {
  readonly workspaceId: number;
  readonly now: Date;
  readonly limit: number;
  /** What rules ask for. */
  readonly traits: boolean;
  readonly tags: boolean;
  /** Whether there are classes or computed traits. */
  readonly computed: boolean;
};

/**
 * Takes touches and people whose time has come, and reads these people: in one statement, so that what is read includes every change whose touch
 * is taken, and touches of changes that are not in it stay.
 */
export async function takeTouched(tx: Tx, asked: TakeAsked): Promise<readonly TouchedPerson[]> {
  const { workspaceId, now, limit } = asked;
  return tx<TouchedPerson[]>`
    with taken as (
      delete from segment_touch where workspace_id = ${workspaceId}
        and touch_id = any(array(select touch_id from segment_touch where workspace_id = ${workspaceId} order by touch_id limit ${limit}))
      returning origin_id, why, at, trackers),
    due as materialized (select person_id from segment_due where workspace_id = ${workspaceId} and due_at <= ${now} order by due_at limit ${limit}),
    asked as (select origin_id, why, at, trackers from taken union all select person_id, 'time', null, null from due)
    ${peopleOf(tx, asked)}`;
}

/** The next people after one, as `takeTouched` reads them. */
export async function readPass(tx: Tx, asked: TakeAsked & { readonly after: string }): Promise<readonly TouchedPerson[]> {
  const { workspaceId, limit, after } = asked;
  return tx<TouchedPerson[]>`
    with asked as materialized (
      select person_id as origin_id, 'pass' as why, null::timestamptz as at, null::text as trackers from person where workspace_id = ${workspaceId} and person_id > ${after} order by person_id limit ${limit})
    ${peopleOf(tx, asked)} order by p.person_id`;
}

/** Looks each person up by itself (`offset 0`): left to itself the planner would read whole tables for a thousand of them. */
function peopleOf(tx: Tx, { workspaceId, traits, tags, computed }: TakeAsked) {
  return tx`
    , found as (
      select i.person_id, a.origin_id, a.why, a.at, a.trackers from asked a
      left join lateral (select person_id from identity where workspace_id = ${workspaceId} and origin_id = a.origin_id offset 0) i on true),
    people as (
      select person_id, array_agg(distinct origin_id::text) as asked, array_agg(distinct why) as whys, min(at) filter (where why = 'event') as since,
        case when bool_and(trackers is not null) then string_agg(trackers, ',') end as trackers from found group by person_id)
    select p.person_id as "personId", p.asked, p.whys, p.since, p.trackers, own.ids as origins, counted.states, ${traits ? tx`profile.traits` : tx`null::jsonb as traits`}, ${computed ? tx`profile.computed` : tx`null::jsonb as computed`}, ${tags ? tx`tagged.tags` : tx`null::json as tags`}, belongs.members, waits.due
    from people p
    left join lateral (select array_agg(origin_id) as ids from identity where workspace_id = ${workspaceId} and person_id = p.person_id offset 0) own on true
    left join lateral (
      select json_agg(c.state) as states from unnest(own.ids) as o (id)
      cross join lateral (select state from segment_counter where workspace_id = ${workspaceId} and origin_id = o.id offset 0) c) counted on true
    ${traits || computed ? tx`left join lateral (select traits, computed from person_profile where workspace_id = ${workspaceId} and person_id = p.person_id offset 0) profile on true` : tx``}
    ${
      tags
        ? tx`left join lateral (
      select json_agg(json_build_object('tag', t.tag, 'at', t.expires_at)) as tags from unnest(own.ids) as o (id)
      cross join lateral (select tag, expires_at from person_tag where workspace_id = ${workspaceId} and origin_id = o.id offset 0) t) tagged on true`
        : tx``
    }
    left join lateral (
      select string_agg(o.id || ':' || m.segments, ' ') as members from unnest(own.ids) as o (id)
      cross join lateral (select string_agg(segment_id::text, ',') as segments from segment_member where workspace_id = ${workspaceId} and person_id = o.id offset 0) m) belongs on true
    left join lateral (
      select json_agg(json_build_object('id', d.person_id::text, 'at', d.due_at)) as due from unnest(own.ids) as o (id)
      cross join lateral (select person_id, due_at from segment_due where workspace_id = ${workspaceId} and person_id = o.id offset 0) d) waits on true`;
}

/** Puts down when people are to be evaluated again, in place of what stood under any of their ids. */
export async function saveDue(
  tx: Tx,
  workspaceId: number,
  { gone, next }: { readonly gone: readonly string[]; readonly next: ReadonlyMap<string, number> },
): Promise<void> {
  if (gone.length > 0)
    await tx`delete from segment_due where workspace_id = ${workspaceId} and person_id = any(${numbers(gone)}::bigint[])`;
  if (next.size > 0)
    await tx`
      insert into segment_due (workspace_id, person_id, due_at)
      select ${workspaceId}, n.id, to_timestamp(n.ms / 1000.0) from unnest(${numbers([...next.keys()])}::bigint[], ${numbers([...next.values()])}::bigint[]) as n (id, ms)
      on conflict (workspace_id, person_id) do update set due_at = excluded.due_at`;
}
