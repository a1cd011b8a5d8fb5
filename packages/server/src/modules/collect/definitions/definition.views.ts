import type { eventSchemaSchema } from "@terrace/contract/api/events";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { PERSONAL_BIT, typesOfBits, type PropertyType } from "@terrace/domain/event-schema/property-types";
import { ch, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { namedCondition } from "../../../platform/storage/event-names.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import type { z } from "zod";
import { PROPERTIES_MAX, type Enforcement } from "./definition-cache.ts";

/** A definition as stored; names are as an operator set them, empty when not. `volume` counts every accepted event, also those not added up yet. */
export type DefinitionRow = {
  readonly name: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly description: string;
  readonly status: "active" | "hidden";
  readonly enforcement: Enforcement;
  readonly schema: z.infer<typeof eventSchemaSchema> | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly volume: number;
  readonly flagged: number;
};
export type PropertyView = {
  readonly name: string;
  readonly types: PropertyType[];
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly personal: boolean;
};

/** A virtual event in a list of definitions, with its figures from the event engine. */
export type VirtualDefinition = Pick<DefinitionRow, "name" | "description" | "firstSeenAt" | "lastSeenAt" | "volume">;

/**
 * What a list asks for; `after` is the last row of the page before. `knownNames` = names whose built-in display name matches the search.
 * A virtual event stands in place of an event of its name.
 */
export type DefinitionQuery = {
  readonly virtual?: readonly VirtualDefinition[];
  readonly limit: number;
  readonly search: string | undefined;
  readonly knownNames: readonly string[];
  readonly after: { readonly volume: number; readonly name: string } | undefined;
};

/** Definitions by volume, the largest first. */
export async function listDefinitionRows(db: Db, workspaceId: number, query: DefinitionQuery): Promise<readonly DefinitionRow[]> {
  const { virtual = [] } = query;
  const search = query.search === undefined ? undefined : `%${query.search.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return db<DefinitionRow[]>`
    with open_tally as (
      select name, sum(events) as events, sum(flagged) as flagged, min(first_at) as first_at, max(last_at) as last_at from event_tally where workspace_id = ${workspaceId} group by name
    )
    select * from (
      select d.name, d.display_name_zh as "nameZh", d.display_name_en as "nameEn", d.description, d.status, d.enforcement, d.schema,
        least(d.first_seen_at, t.first_at) as "firstSeenAt", greatest(d.last_seen_at, t.last_at) as "lastSeenAt",
        (d.volume + coalesce(t.events, 0))::float8 as volume, (d.flagged + coalesce(t.flagged, 0))::float8 as flagged
      from event_definition d left join open_tally t on t.name = d.name
      where d.workspace_id = ${workspaceId} and d.name <> all(${virtual.map(({ name }) => name)}::text[])
        ${search === undefined ? db`` : db`and (d.name ilike ${search} or d.display_name_zh ilike ${search} or d.display_name_en ilike ${search} or d.name = any(${query.knownNames as string[]}))`}
      union all
      select name, '', '', description, 'active', 'accept', null::jsonb, first_seen_at, last_seen_at, volume, 0
      from unnest(${virtual.map(({ name }) => name)}::text[], ${virtual.map(({ description }) => description)}::text[],
        ${virtual.map(({ firstSeenAt }) => firstSeenAt.toISOString())}::timestamptz[], ${virtual.map(({ lastSeenAt }) => lastSeenAt.toISOString())}::timestamptz[],
        ${virtual.map(({ volume }) => volume)}::float8[]) as virtual (name, description, first_seen_at, last_seen_at, volume)
      ${search === undefined ? db`` : db`where name ilike ${search}`}
    ) found
    ${query.after === undefined ? db`` : db`where (-volume, name) > (${-query.after.volume}::float8, ${query.after.name})`}
    order by -volume, name limit ${query.limit}`;
}

/** One definition, or undefined. */
export async function findDefinitionRow(db: Db, workspaceId: number, name: string): Promise<DefinitionRow | undefined> {
  const [row] = await db<DefinitionRow[]>`
    select d.name, d.display_name_zh as "nameZh", d.display_name_en as "nameEn", d.description, d.status, d.enforcement, d.schema,
      least(d.first_seen_at, t.first_at) as "firstSeenAt", greatest(d.last_seen_at, t.last_at) as "lastSeenAt",
      (d.volume + coalesce(t.events, 0))::float8 as volume, (d.flagged + coalesce(t.flagged, 0))::float8 as flagged
    from event_definition d
    left join lateral (
      select sum(events) as events, sum(flagged) as flagged, min(first_at) as first_at, max(last_at) as last_at from event_tally where workspace_id = ${workspaceId} and name = ${name}
    ) t on true
    where d.workspace_id = ${workspaceId} and d.name = ${name}`;
  return row;
}

/** Properties of an event, by name. Last-seen times are exact to the hour. */
export async function listProperties(db: Db, workspaceId: number, event: string): Promise<PropertyView[]> {
  const rows = await db<{ name: string; bits: number; marked: boolean; firstSeenAt: Date; lastSeenAt: Date }[]>`
    select name, type_bits as bits, marked_personal as marked, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt" from event_property
    where workspace_id = ${workspaceId} and event_name = ${event} order by name limit ${PROPERTIES_MAX * 2}`;
  return rows.map(({ name, bits, marked, firstSeenAt, lastSeenAt }) => ({
    name,
    types: [...typesOfBits(bits)],
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    personal: marked || (bits & PERSONAL_BIT) !== 0,
  }));
}

/** Events of each name from an instant on (Unix ms): the 30 days up to the newest event of the workspace. */
export async function countRecent(
  warehouse: Warehouse,
  workspaceId: number,
  names: readonly string[],
  fromMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const rows = await warehouse.rows<{ name: string; events: number }>(
    workspaceId,
    "definitions.recent",
    ch`
    select name, count() as events from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and name in ${ch.value("Array(String)", names)} and toDate(time) >= toDate(fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}, 'UTC'))
      and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)})
    group by name`,
  );
  return new Map(rows.map(({ name, events }) => [name, events]));
}

/** Times of the first and the last event of the workspace, Unix ms; undefined without events. */
export async function loadEventSpan(
  db: Db,
  workspaceId: number,
): Promise<{ readonly firstMs: number; readonly lastMs: number } | undefined> {
  const [row] = await db<{ first: Date | null; last: Date | null }[]>`
    select min(first_at) as first, max(last_at) as last from (
      select min(first_seen_at) as first_at, max(last_seen_at) as last_at from event_definition where workspace_id = ${workspaceId}
      union all select min(first_at), max(last_at) from event_tally where workspace_id = ${workspaceId}
    ) spans`;
  return row === undefined || row.first === null || row.last === null
    ? undefined
    : { firstMs: row.first.getTime(), lastMs: row.last.getTime() };
}

/** Events and distinct people of one name per local day; days without any are not in the answer. */
export async function dailyVolume(
  warehouse: Warehouse,
  workspaceId: number,
  span: { readonly name: string; readonly fromMs: number; readonly zone: string; readonly virtual: readonly VirtualEvent[] },
): Promise<readonly { readonly day: string; readonly events: number; readonly people: number }[]> {
  return warehouse.rows<{ day: string; events: number; people: number }>(
    workspaceId,
    "definitions.daily",
    ch`
    select toString(toDate(time, ${ch.value("String", span.zone)})) as day, count() as events,
      uniqExactIf(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id), origin_id != 0) as people
    from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and ${namedCondition([span.name], span.virtual)} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", span.fromMs)})
    group by day order by day limit 400`,
  );
}
