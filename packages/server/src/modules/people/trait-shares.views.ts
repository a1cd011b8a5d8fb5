import type { JsonObject } from "@terrace/domain/json";
import type { Db } from "../../platform/storage/postgres.ts";

/** How many identified people there are, and how many of them have each trait. */
export type TraitShares = { readonly people: number; readonly having: ReadonlyMap<string, number> };

const PEOPLE_MAX = 10_000;
/** Traits in a list to choose from. */
const TRAITS_MAX = 500;

/** What is reckoned of people: computed traits and values of classes, by person. */
export async function loadReckonedValues(
  db: Db,
  workspaceId: number,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  if (personIds.length === 0) return new Map();
  const rows = await db<{ personId: string; computed: JsonObject | null }[]>`
    select person_id as "personId", computed from person_profile
    where workspace_id = ${workspaceId} and person_id = any(${[...personIds]}::bigint[]) limit ${PEOPLE_MAX}`;
  return new Map(rows.map(({ personId, computed }) => [personId, computed ?? {}]));
}

/** Counts, among identified people, those who have something under each of some traits. */
export async function countTraitShares(db: Db, workspaceId: number, traits: readonly string[]): Promise<TraitShares> {
  const [total] = await db<{ people: number }[]>`
    select count(*)::int as people from person where workspace_id = ${workspaceId} and identified`;
  const rows = await db<{ trait: string; people: number }[]>`
    select trait, count(*)::int as people
    from person p join person_profile f on f.workspace_id = ${workspaceId} and f.person_id = p.person_id
    cross join unnest(${[...traits]}::text[]) as trait
    where p.workspace_id = ${workspaceId} and p.identified
      and coalesce(f.traits -> trait, f.computed -> trait, 'null'::jsonb) not in ('null'::jsonb, '""'::jsonb)
    group by trait order by trait limit 1000`;
  return { people: total?.people ?? 0, having: new Map(rows.map(({ trait, people }) => [trait, people])) };
}

/** Traits that identified people have, the most frequent first; names that are personal themselves are left out. */
export async function loadTraitNames(
  db: Db,
  workspaceId: number,
): Promise<{ readonly people: number; readonly traits: readonly { readonly key: string; readonly people: number }[] }> {
  const [total] = await db<{ people: number }[]>`
    select count(*)::int as people from person where workspace_id = ${workspaceId} and identified`;
  const traits = await db<{ key: string; people: number }[]>`
    select key, count(*)::int as people from person p
    join person_profile f on f.workspace_id = ${workspaceId} and f.person_id = p.person_id
    cross join lateral (select jsonb_object_keys(f.traits) as key union select jsonb_object_keys(f.computed)) as named
    where p.workspace_id = ${workspaceId} and p.identified and position('~' in key) = 0 group by key order by count(*) desc, key limit ${TRAITS_MAX}`;
  return { people: total?.people ?? 0, traits };
}
