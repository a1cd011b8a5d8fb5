import { PERSONAL_BIT } from "@terrace/domain/event-schema/property-types";
import { detectedClass, type PropertyClass, type PropertyScope } from "@terrace/domain/personal/property-class";
import { ch, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import type { ClassRow } from "./classification.store.ts";

/** A property or trait that was seen, and what it is. */
export type Classified = {
  readonly scope: PropertyScope;
  readonly name: string;
  readonly class: PropertyClass;
  readonly detected: PropertyClass;
  readonly setBy: string;
  readonly setAt: string | null;
  readonly hidden: boolean;
  readonly events: string[];
  readonly eventCount: number;
  readonly lastSeenAt: string | null;
};

export const CLASSIFIED_MAX = 5_000;
const EXAMPLES = 3;
const SAMPLED_PEOPLE = 5_000;
/** What Terrace itself writes beside properties. */
const OWN = ["$traits", "$sanitised", "$original_time", "$consent"];
/** Harmless facets that Terrace derives from personal traits. */
const FACETS = new Set(["$has_phone", "$email_domain"]);

type Deps = { readonly db: Db; readonly warehouse: Warehouse };
type Seen = {
  readonly name: string;
  readonly personal: boolean;
  readonly marked: boolean;
  readonly events: string[];
  readonly eventCount: number;
  readonly lastSeenAt: Date | null;
};

/** Everything seen, properties first, by name; `complete` is false when there is more than is listed. */
export async function loadClassification(
  deps: Deps,
  workspaceId: number,
): Promise<{ readonly items: Classified[]; readonly complete: boolean }> {
  const [properties, traits, rows] = await Promise.all([
    seenProperties(deps.db, workspaceId),
    seenTraits(deps, workspaceId),
    loadClasses(deps.db, workspaceId),
  ]);
  const set = new Map(rows.map((row) => [`${row.scope} ${row.name}`, row]));
  const items = (scope: PropertyScope, seen: readonly Seen[]) =>
    seen.slice(0, CLASSIFIED_MAX).map((one) => classified(scope, one, set.get(`${scope} ${one.name}`)));
  return {
    items: [...items("property", properties), ...items("trait", traits)],
    complete: properties.length <= CLASSIFIED_MAX && traits.length <= CLASSIFIED_MAX,
  };
}

function classified(scope: PropertyScope, seen: Seen, row: ClassRow | undefined): Classified {
  const recognised = row?.detected ?? detectedClass(scope, seen.name, seen.personal);
  // Marked on the page of an event, which says no more than that it is personal.
  const detected = recognised === "none" && seen.marked ? "other" : recognised;
  return {
    scope,
    name: seen.name,
    detected,
    ...(row === undefined
      ? { class: detected, setBy: "", setAt: null }
      : { class: row.class, setBy: row.setBy, setAt: row.setAt.toISOString() }),
    hidden: isHidden(scope, seen, row),
    events: seen.events,
    eventCount: seen.eventCount,
    lastSeenAt: seen.lastSeenAt?.toISOString() ?? null,
  };
}

function isHidden(scope: PropertyScope, seen: Seen, row: ClassRow | undefined): boolean {
  return row?.hides === true || seen.marked || detectedClass(scope, seen.name, false) !== "none";
}

async function loadClasses(db: Db, workspaceId: number): Promise<readonly ClassRow[]> {
  return db<ClassRow[]>`
    select scope, name, class, detected, hides, set_by as "setBy", set_at as "setAt" from property_class
    where workspace_id = ${workspaceId} order by scope, name limit ${CLASSIFIED_MAX * 2}`;
}

/** What Terrace recognised of a property or trait before an operator said anything about it. */
export async function recognisedClass(deps: Deps, workspaceId: number, scope: PropertyScope, name: string): Promise<PropertyClass> {
  const [row] = await deps.db<{ detected: PropertyClass }[]>`
    select detected from property_class where workspace_id = ${workspaceId} and scope = ${scope} and name = ${name}`;
  return row?.detected ?? detectedClass(scope, name, await sawPersonal(deps, workspaceId, scope, name));
}

async function sawPersonal({ db }: Deps, workspaceId: number, scope: PropertyScope, name: string): Promise<boolean> {
  if (scope === "trait") return (await sampledTraits(db, workspaceId)).some((one) => one.name === name && one.personal);
  const [row] = await db<{ personal: boolean }[]>`
    select coalesce(bool_or(type_bits & ${PERSONAL_BIT} <> 0), false) as personal from event_property where workspace_id = ${workspaceId} and name = ${name} and not marked_personal`;
  return row?.personal ?? false;
}

async function seenProperties(db: Db, workspaceId: number): Promise<readonly Seen[]> {
  return db<Seen[]>`
    select name, bool_or(type_bits & ${PERSONAL_BIT} <> 0) as personal, bool_or(marked_personal) as marked, count(*)::int as "eventCount",
      (array_agg(event_name order by last_seen_at desc, event_name))[1:${EXAMPLES}] as events, max(last_seen_at) as "lastSeenAt"
    from event_property where workspace_id = ${workspaceId} and name <> all(${OWN})
    group by name order by name limit ${CLASSIFIED_MAX + 1}`;
}

/** Each event names the traits it set; which of them held something personal is told by the tokens in the newest people's traits. */
async function seenTraits({ db, warehouse }: Deps, workspaceId: number): Promise<readonly Seen[]> {
  const setters = await db<{ event: string }[]>`
    select event_name as event from event_property where workspace_id = ${workspaceId} and name = '$traits' order by event_name limit ${CLASSIFIED_MAX}`;
  const named = setters.length === 0 ? [] : await traitsOfEvents(warehouse, workspaceId, setters);
  const sampled = new Map((await sampledTraits(db, workspaceId)).map((one) => [one.name, one]));
  const marks = new Set(await markedTraits(db, workspaceId));
  const found = named.map(({ trait, events, event_count: eventCount, last }) => ({
    name: trait,
    personal: sampled.get(trait)?.personal ?? false,
    marked: marks.has(trait),
    events,
    eventCount,
    lastSeenAt: new Date(last),
  }));
  const listed = new Set(found.map(({ name }) => name));
  const others = [...sampled.values()]
    .filter(({ name }) => !listed.has(name) && !FACETS.has(name))
    .map(({ name, personal }) => ({ name, personal, marked: marks.has(name), events: [], eventCount: 0, lastSeenAt: null }));
  return [...found, ...others].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

type NamedTrait = { readonly trait: string; readonly events: string[]; readonly event_count: number; readonly last: number };

async function traitsOfEvents(
  warehouse: Warehouse,
  workspaceId: number,
  setters: readonly { readonly event: string }[],
): Promise<readonly NamedTrait[]> {
  const names = setters.map(({ event }) => event);
  return warehouse.rows<NamedTrait>(
    workspaceId,
    "privacy.traits",
    ch`
    select trait, arraySort(groupUniqArray(${ch.value("UInt8", EXAMPLES)})(name)) as events, toUInt32(uniqExact(name)) as event_count, toUnixTimestamp64Milli(max(time)) as last
    from (select name, time, arrayJoin(properties.\`$traits\`::Array(String)) as trait from events where workspace_id = ${ch.value("UInt32", workspaceId)} and name in ${ch.value("Array(String)", names)})
    group by trait order by trait limit ${ch.value("UInt32", CLASSIFIED_MAX + 1)}`,
    { timeoutSeconds: 20 },
  );
}

async function sampledTraits(db: Db, workspaceId: number): Promise<readonly { readonly name: string; readonly personal: boolean }[]> {
  return db<{ name: string; personal: boolean }[]>`
    select trait.key as name, bool_or(trait.value::text ~ '"~(?!marked)[a-z_]{2,12}\\.[A-Za-z0-9_-]{22}"') as personal
    from (select traits from person_profile where workspace_id = ${workspaceId} order by person_id desc limit ${SAMPLED_PEOPLE}) people, jsonb_each(people.traits) as trait
    group by trait.key order by trait.key limit ${CLASSIFIED_MAX}`;
}

async function markedTraits(db: Db, workspaceId: number): Promise<readonly string[]> {
  const rows = await db<
    { name: string }[]
  >`select name from event_property where workspace_id = ${workspaceId} and event_name = '$identify' and marked_personal limit ${CLASSIFIED_MAX}`;
  return rows.map(({ name }) => name);
}
