import type { JsonObject } from "@terrace/domain/json";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";

/** What is reckoned of a person, whole, with the facets by which it is found. */
export type Computed = { readonly personId: string; readonly traits: JsonObject; readonly facets: readonly number[] };

/**
 * Locks people whom nobody else changes now, and answers who they are. Whoever evaluates holds much that others wait for, so they never wait for a person
 * themselves.
 */
export async function lockFreePeople(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<{ id: string }[]>`
    select person_id as id from person where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[]) order by person_id for update skip locked`;
  return new Set(rows.map(({ id }) => id));
}

/** Puts what is reckoned in place of what was, behind what events said. With the people locked; in the order of their ids. */
export async function saveComputed(tx: Tx, workspaceId: number, rows: readonly Computed[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into person_profile as p (workspace_id, person_id, traits, facets, computed, computed_facets)
    select ${workspaceId}, n.id, n.traits::jsonb, n.facets::integer[], n.traits::jsonb, n.facets::integer[]
    from unnest(${numbers(rows.map(({ personId }) => personId))}::bigint[], ${rows.map(({ traits }) => JSON.stringify(traits))}::text[], ${rows.map(({ facets }) => `{${facets.join(",")}}`)}::text[]) as n (id, traits, facets)
    order by n.id
    on conflict (workspace_id, person_id) do update set
      traits = (p.traits - array(select jsonb_object_keys(p.computed))) || excluded.computed,
      facets = p.facets[:cardinality(p.facets) - cardinality(p.computed_facets)] || excluded.computed_facets,
      computed = excluded.computed, computed_facets = excluded.computed_facets
      where p.computed is distinct from excluded.computed`;
}

/** The same of what is reckoned because an operator made or changed a rule: whoever looks at these people again knows that it was so. */
export async function saveDecided(tx: Tx, workspaceId: number, rows: readonly Computed[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`select set_config('terrace.touch_why', 'pass', true)`;
  await saveComputed(tx, workspaceId, rows);
  await tx`select set_config('terrace.touch_why', '', true)`;
}

export type AgainRow = { readonly personId: string; readonly why: string };

/** Has people looked at again at once. */
export async function touchAgain(tx: Tx, workspaceId: number, rows: readonly AgainRow[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into segment_touch (workspace_id, origin_id, why, at)
    select ${workspaceId}, n.id, n.why, ${at}::timestamptz from unnest(${numbers(rows.map(({ personId }) => personId))}::bigint[], ${rows.map(({ why }) => why)}::text[]) as n (id, why)`;
}

/** Has everyone looked at again who has a value that there is no more. */
export async function touchHaving(
  tx: Tx,
  workspaceId: number,
  { trait, value }: { readonly trait: string; readonly value: string },
  at: Date,
): Promise<void> {
  await tx`
    insert into segment_touch (workspace_id, origin_id, why, at)
    select workspace_id, person_id, 'pass', ${at}::timestamptz from person_profile where workspace_id = ${workspaceId} and computed ->> ${trait} = ${value}`;
}

/** Numbers for changes that are told. */
export async function drawNumbers(tx: Tx, count: number): Promise<readonly string[]> {
  const rows = await tx<{ number: string }[]>`
    select /* no workspace_id: numbers alone */ nextval('class_change_seq') as number from generate_series(1, ${count}::integer)`;
  return rows.map(({ number }) => number);
}
