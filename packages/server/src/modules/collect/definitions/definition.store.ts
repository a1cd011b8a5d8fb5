import type { EventSchema } from "@terrace/domain/event-schema/check-schema";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import { DEFINITIONS_MAX, EVERY_EVENT, EVERY_TRAIT, PROPERTIES_MAX, type Enforcement, type KnownProperty } from "./definition-cache.ts";
import type { Tally } from "./observation.ts";

export type StoredDefinition = {
  readonly workspaceId: number;
  readonly name: string;
  readonly enforcement: Enforcement;
  readonly schema: EventSchema | null;
};
export type StoredProperty = {
  readonly workspaceId: number;
  readonly event: string;
  readonly name: string;
  readonly bits: number;
  readonly marked: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
};
type FreshProperty = { readonly workspaceId: number; readonly event: string; readonly name: string; readonly seen: KnownProperty };

const PROPERTIES_LOADED_MAX = DEFINITIONS_MAX * PROPERTIES_MAX;

/** Makes the definitions that do not exist yet; volumes follow with the tallies. */
export async function insertDefinitions(tx: Tx, tallies: readonly Tally[]): Promise<void> {
  if (tallies.length === 0) return;
  const sorted = tallies.toSorted((a, b) => a.workspaceId - b.workspaceId || compare(a.name, b.name));
  await tx`
    insert into event_definition (workspace_id, name, first_seen_at, last_seen_at)
    select workspace_id, name, to_timestamp(first_ms / 1000.0), to_timestamp(last_ms / 1000.0)
    from unnest(${sorted.map((t) => t.workspaceId)}::int[], ${sorted.map((t) => t.name)}::text[], ${sorted.map((t) => t.firstMs)}::float8[], ${sorted.map((t) => t.lastMs)}::float8[]) as seen (workspace_id, name, first_ms, last_ms)
    on conflict (workspace_id, name) do nothing`;
}

/** Adds types and times to properties, in a fixed order so that two batches never wait for each other in a circle. */
export async function upsertProperties(tx: Tx, fresh: readonly FreshProperty[]): Promise<void> {
  if (fresh.length === 0) return;
  const sorted = fresh.toSorted((a, b) => a.workspaceId - b.workspaceId || compare(a.event, b.event) || compare(a.name, b.name));
  await tx`
    insert into event_property as known (workspace_id, event_name, name, type_bits, first_seen_at, last_seen_at)
    select workspace_id, event_name, name, type_bits, to_timestamp(first_ms / 1000.0), to_timestamp(last_ms / 1000.0)
    from unnest(${sorted.map((p) => p.workspaceId)}::int[], ${sorted.map((p) => p.event)}::text[], ${sorted.map((p) => p.name)}::text[], ${sorted.map((p) => p.seen.bits)}::smallint[],
      ${sorted.map((p) => p.seen.firstMs)}::float8[], ${sorted.map((p) => p.seen.lastMs)}::float8[]) as seen (workspace_id, event_name, name, type_bits, first_ms, last_ms)
    on conflict (workspace_id, event_name, name) do update set
      type_bits = known.type_bits | excluded.type_bits,
      first_seen_at = least(known.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
      changed_at = case when known.type_bits | excluded.type_bits = known.type_bits then known.changed_at else now() end`;
}

/** Appends what a batch counted. */
export async function insertTallies(tx: Tx, tallies: readonly Tally[]): Promise<void> {
  if (tallies.length === 0) return;
  await tx`
    insert into event_tally (workspace_id, name, events, flagged, first_at, last_at)
    select workspace_id, name, events, flagged, to_timestamp(first_ms / 1000.0), to_timestamp(last_ms / 1000.0)
    from unnest(${tallies.map((t) => t.workspaceId)}::int[], ${tallies.map((t) => t.name)}::text[], ${tallies.map((t) => t.events)}::int[], ${tallies.map((t) => t.flagged)}::int[],
      ${tallies.map((t) => t.firstMs)}::float8[], ${tallies.map((t) => t.lastMs)}::float8[]) as seen (workspace_id, name, events, flagged, first_ms, last_ms)`;
}

/** Not 7261005, under which every commit that is on record links the audit chain: edits of definitions and this would wait for each other in a circle. */
const TALLY_LOCK = 7_261_008;
const TALLIES_PER_STEP = 20_000;

/** Adds appended counts up into the definitions; answers how many rows it took. Only one process does it at a time. */
export async function rollUpTallies(tx: Tx): Promise<number> {
  const [lock] = await tx<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${TALLY_LOCK}) as mine /* all workspaces: a lock */`;
  if (lock?.mine !== true) return 0;
  const [taken] = await tx<{ count: number }[]>`
    with taken as (
      delete from event_tally where tally_id in (select tally_id from event_tally order by tally_id limit ${TALLIES_PER_STEP}) returning *
    ), sums as (
      select workspace_id, name, sum(events) as events, sum(flagged) as flagged, min(first_at) as first_at, max(last_at) as last_at from taken group by workspace_id, name
    ), added as (
      update event_definition d set volume = d.volume + s.events, flagged = d.flagged + s.flagged,
        first_seen_at = least(d.first_seen_at, s.first_at), last_seen_at = greatest(d.last_seen_at, s.last_at)
      from sums s where d.workspace_id = s.workspace_id and d.name = s.name
    )
    select count(*)::int as count from taken`;
  return taken?.count ?? 0;
}

/** Definitions of these workspaces changed since an instant of the database's clock; all of them with `since` null. */
export async function loadDefinitions(
  db: Db | Tx,
  workspaceIds: readonly number[],
  since: Date | null,
): Promise<readonly StoredDefinition[]> {
  return db<StoredDefinition[]>`
    select workspace_id as "workspaceId", name, enforcement, schema from event_definition
    where workspace_id = any(${workspaceIds as number[]}) ${since === null ? db`` : db`and changed_at > ${since}`}
    order by workspace_id, name limit ${DEFINITIONS_MAX * Math.max(1, workspaceIds.length)}`;
}

/** Properties of these workspaces changed since an instant of the database's clock; all of them with `since` null. */
export async function loadProperties(db: Db | Tx, workspaceIds: readonly number[], since: Date | null): Promise<readonly StoredProperty[]> {
  return db<StoredProperty[]>`
    select workspace_id as "workspaceId", event_name as event, name, type_bits as bits, marked_personal as marked,
      (extract(epoch from first_seen_at) * 1000)::float8 as "firstMs", (extract(epoch from last_seen_at) * 1000)::float8 as "lastMs"
    from event_property
    where workspace_id = any(${workspaceIds as number[]}) ${since === null ? db`` : db`and changed_at > ${since}`}
    limit ${PROPERTIES_LOADED_MAX}`;
}

/** Every property marked personal; with `since`, everything that changed after it, unmarked ones too. */
export async function loadMarks(
  db: Db,
  since: Date | null,
): Promise<readonly Pick<StoredProperty, "workspaceId" | "event" | "name" | "marked">[]> {
  return db<StoredProperty[]>`
    /* all workspaces: the edge must know the marks of each before its first event */
    select workspace_id as "workspaceId", event, name, marked from (
      select workspace_id, event_name as event, name, marked_personal as marked from event_property
      where ${since === null ? db`marked_personal` : db`changed_at > ${since}`}
      union all
      select workspace_id, case scope when 'trait' then ${EVERY_TRAIT} else ${EVERY_EVENT} end, name, hides from property_class
      where ${since === null ? db`hides` : db`changed_at > ${since}`}
    ) marks`;
}

/** The database's clock, by which changes are found: the clocks of several processes need not agree. */
export async function databaseNow(db: Db): Promise<Date> {
  const [row] = await db<{ now: Date }[]>`select now() as now /* all workspaces: a clock */`;
  if (row === undefined) throw new Error("select now() answered no row");
  return row.now;
}

/** How long ago a definition of the workspace was last made or edited, in ms; undefined without definitions. */
export async function sinceLastEdit(db: Db, workspaceId: number): Promise<number | undefined> {
  const [row] = await db<
    { ms: number | null }[]
  >`select (extract(epoch from now() - max(changed_at)) * 1000)::float8 as ms from event_definition where workspace_id = ${workspaceId}`;
  return row?.ms ?? undefined;
}

export type DefinitionChange = {
  readonly displayName?: { readonly zh: string; readonly en: string } | undefined;
  readonly description?: string | undefined;
  readonly status?: "active" | "hidden" | undefined;
  readonly enforcement?: Enforcement | undefined;
  readonly schema?: EventSchema | null | undefined;
  readonly personalProperties?: readonly string[] | undefined;
};

/** Writes what an operator changed; false when there is no such definition. */
export async function updateDefinition(tx: Tx, workspaceId: number, name: string, change: DefinitionChange): Promise<boolean> {
  const columns = {
    ...(change.displayName === undefined ? {} : { display_name_zh: change.displayName.zh, display_name_en: change.displayName.en }),
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.enforcement === undefined ? {} : { enforcement: change.enforcement }),
    ...(change.schema === undefined ? {} : { schema: change.schema === null ? null : tx.json(change.schema) }),
    changed_at: tx`now()`,
  };
  const changed = await tx`update event_definition set ${tx(columns as never)} where workspace_id = ${workspaceId} and name = ${name}`;
  if (changed.count === 0) return false;
  if (change.personalProperties !== undefined) await markPersonal(tx, workspaceId, name, change.personalProperties);
  return true;
}

async function markPersonal(tx: Tx, workspaceId: number, event: string, properties: readonly string[]): Promise<void> {
  const names = [...new Set(properties)].toSorted(compare);
  await tx`update event_property set marked_personal = name = any(${names}), changed_at = now()
    where workspace_id = ${workspaceId} and event_name = ${event} and marked_personal <> (name = any(${names}))`;
  // A property may be marked before it was ever seen.
  await tx`insert into event_property (workspace_id, event_name, name, type_bits, marked_personal, first_seen_at, last_seen_at)
    select ${workspaceId}, ${event}, name, 0, true, now(), now() from unnest(${names}::text[]) as marked (name) on conflict do nothing`;
}

/** By code unit, the same in every process. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
