import type { OrphanKind } from "@terrace/contract/api/doctor";
import type { Db } from "../../platform/storage/postgres.ts";

export type LaneState = {
  readonly lane: number;
  readonly written: string;
  readonly settled: string;
  /** The consumer that is furthest behind. */
  readonly behind: string;
  /** The first row after the resolver's cursor, when there should be one. */
  readonly next: string | null;
};

/** Where every lane of the feed stands. */
export async function loadLanes(db: Db): Promise<readonly LaneState[]> {
  return db<LaneState[]>`
    select l.lane, l.last_seq::text as written, coalesce((select c.seq from feed_cursor c where c.lane = l.lane and c.consumer = 'resolver'), 0)::text as settled,
      coalesce((select max(c.seq) from feed_cursor c where c.lane = l.lane), 0)::text as behind,
      (select min(f.seq) from feed f where f.lane = l.lane and f.seq > coalesce((select c.seq from feed_cursor c where c.lane = l.lane and c.consumer = 'resolver'), 0))::text as next
    from feed_lane l order by l.lane limit 1000`;
}

/** Batches that wait for the event engine for longer than so many seconds. */
export async function countStuckBatches(db: Db, seconds: number): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from feed_batch where stored_at is null and settled_at < now() - make_interval(secs => ${seconds})`;
  return row?.n ?? 0;
}

export type SettledDay = {
  /** UTC day on which the batches were settled. */
  readonly day: string;
  readonly events: number;
  readonly ranges: readonly { readonly lane: number; readonly from: number; readonly to: number }[];
};

/** What was settled and confirmed per day, as far as the feed remembers its batches. */
export async function loadSettledDays(db: Db): Promise<readonly SettledDay[]> {
  return db<SettledDay[]>`
    with batch as (select to_char(settled_at at time zone 'UTC', 'YYYY-MM-DD') as day, event_count, ranges from feed_batch where stored_at is not null),
    lane as (select b.day, r.lane, min(r."from") as first, max(r."to") as last from batch b cross join jsonb_to_recordset(b.ranges) as r (lane integer, "from" bigint, "to" bigint) group by b.day, r.lane)
    select d.day, d.events::int as events, l.ranges from (select day, sum(event_count) as events from batch group by day) d
    join lateral (select json_agg(json_build_object('lane', lane, 'from', first, 'to', last) order by lane) as ranges from lane where lane.day = d.day) l on true
    where d.events > 0 order by d.day limit 400`;
}

/** Events that the event engine refused; they were settled and are in quarantine instead. */
export async function countNotStorable(db: Db): Promise<number> {
  const [row] = await db<
    { n: number }[]
  >`select /* all workspaces: the doctor looks at the installation */ count(*)::int as n from quarantine where code = 'event.not_storable'`;
  return row?.n ?? 0;
}

/** Counts of rows that belong to nothing, by kind. */
export type Orphans = Readonly<Record<OrphanKind, number>>;

export async function countOrphans(db: Db): Promise<Orphans> {
  const [row] = await db<Orphans[]>`
    select /* all workspaces: the doctor looks at the installation */
      (select count(*)::int from identity i left join person p using (workspace_id, person_id) where p.person_id is null) as "idsWithoutPerson",
      (select count(*)::int from person p where not exists (select from identity i where i.workspace_id = p.workspace_id and i.person_id = p.person_id)) as "peopleWithoutIds",
      (select count(*)::int from person p join (select workspace_id, person_id, count(*) as n from identity group by 1, 2) i using (workspace_id, person_id) where i.n <> p.ids_count) as "wrongIdCounts",
      (select count(*)::int from person_profile f left join person p using (workspace_id, person_id) where p.person_id is null) as "profilesWithoutPerson",
      (select count(*)::int from person_term t left join origin_trait o using (workspace_id, origin_id) left join identity i on i.workspace_id = t.workspace_id and i.origin_id = t.origin_id and i.class <> '' where o.origin_id is null and i.origin_id is null) as "termsWithoutTraits",
      (select count(*)::int from person_key k left join identity i using (workspace_id, origin_id) where i.origin_id is null) as "keysWithoutId",
      (select count(*)::int from vault_value v left join person_key k using (workspace_id, origin_id) where k.origin_id is null) as "valuesWithoutKey",
      (select count(*)::int from person_tag t left join identity i using (workspace_id, origin_id) where i.origin_id is null) as "tagsWithoutId",
      (select count(*)::int from person_note n left join identity i using (workspace_id, origin_id) where i.origin_id is null) as "notesWithoutId",
      (select count(*)::int from link l where not exists (select from identity i where i.workspace_id = l.workspace_id and i.origin_id = l.low) or not exists (select from identity i where i.workspace_id = l.workspace_id and i.origin_id = l.high)) as "linksWithoutIds",
      (select count(*)::int from merge m where m.taken_back_at is null and (not exists (select from identity i where i.workspace_id = m.workspace_id and i.origin_id = m.low) or not exists (select from identity i where i.workspace_id = m.workspace_id and i.origin_id = m.high))) as "mergesWithoutIds"`;
  if (row === undefined) throw new Error("counting gave no row");
  return row;
}

/** Ids of people who said something about themselves and have no folded traits, at most so many. */
export async function loadUnfolded(db: Db, limit: number): Promise<readonly { readonly workspaceId: number; readonly originId: string }[]> {
  return db<{ workspaceId: number; originId: string }[]>`
    select /* all workspaces: the doctor looks at the installation */ t.workspace_id as "workspaceId", min(t.origin_id)::text as "originId" from origin_trait t join identity i using (workspace_id, origin_id)
    left join person_profile f on f.workspace_id = i.workspace_id and f.person_id = i.person_id where f.person_id is null group by t.workspace_id, i.person_id limit ${limit}`;
}

export async function loadWorkspaceIds(db: Db): Promise<readonly number[]> {
  const rows = await db<
    { id: number }[]
  >`select /* all workspaces: one after the other */ workspace_id as id from workspace order by 1 limit 100000`;
  return rows.map(({ id }) => id);
}

/** The engine's clock. */
export async function stateClockMs(db: Db): Promise<number> {
  const [row] = await db<{ ms: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
  return row?.ms ?? 0;
}

/** Sums over the ids that belong to a person of another name, per bucket: equal sums mean equal maps. What is on its way to the event engine is left out. */
export async function sumMoved(db: Db, buckets: number): Promise<ReadonlyMap<number, string>> {
  const rows = await db<{ bucket: number; sum: string }[]>`
    select /* all workspaces: the map of the installation */ (origin_id % ${buckets})::int as bucket, sum(origin_id::numeric * 31 + person_id + workspace_id)::text as sum
    from identity where person_id <> origin_id group by 1 limit 100000`;
  return new Map(rows.map(({ bucket, sum }) => [bucket, sum]));
}

export type Moved = { readonly workspaceId: number; readonly originId: string; readonly personId: string };

export async function loadMoved(db: Db, buckets: number, bucket: number): Promise<readonly Moved[]> {
  return db<Moved[]>`
    select /* all workspaces: the map of the installation */ workspace_id as "workspaceId", origin_id::text as "originId", person_id::text as "personId"
    from identity where person_id <> origin_id and origin_id % ${buckets} = ${bucket} limit 10000000`;
}

/** Changes that the event engine has not been told yet. */
export async function countPendingChanges(db: Db): Promise<number> {
  const [row] = await db<{ n: number }[]>`select /* all workspaces: the outbox */ count(*)::int as n from person_change`;
  return row?.n ?? 0;
}
