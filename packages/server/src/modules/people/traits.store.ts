import type { JsonObject } from "@terrace/domain/json";
import type { TraitState } from "@terrace/domain/traits/fold-traits";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** The stored trait state of one id; `state` is null when its events said nothing about traits yet. */
export type StoredTraits = {
  readonly originId: string;
  readonly personId: string;
  readonly state: TraitState | null;
  readonly blind: BlindTerms | null;
};

/** Blind search terms by token. */
export type BlindTerms = Readonly<Record<string, readonly string[]>>;

/** The states of all ids of the people who own these ids; the given ids themselves also without a state. */
export async function loadTraitsAround(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly StoredTraits[]> {
  return tx<StoredTraits[]>`
    with asked as materialized (
      select i.* from unnest(${numbers(originIds)}::bigint[]) as n (origin_id)
      cross join lateral (select origin_id, person_id from identity where workspace_id = ${workspaceId} and origin_id = n.origin_id offset 0) as i),
    focus as materialized (select person_id, array_agg(origin_id) as origins from asked group by person_id)
    select i.origin_id as "originId", f.person_id as "personId", t.state, t.blind
    from focus f
    cross join lateral (select origin_id from identity where workspace_id = ${workspaceId} and person_id = f.person_id offset 0) as i
    left join lateral (select state, blind from origin_trait where workspace_id = ${workspaceId} and origin_id = i.origin_id offset 0) as t on true
    where t.state is not null or i.origin_id = any(f.origins)`;
}

/** The states of these ids. */
export async function loadTraits(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly TraitState[]> {
  const rows = await db<
    { state: TraitState }[]
  >`select state from origin_trait where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) limit 1000`;
  return rows.map(({ state }) => state);
}

export async function saveTraits(
  tx: Tx,
  workspaceId: number,
  rows: readonly { readonly originId: string; readonly state: TraitState; readonly blind: BlindTerms }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into origin_trait (workspace_id, origin_id, state, blind)
    select ${workspaceId}, n.origin_id, n.state::json, n.blind::json
    from unnest(${numbers(rows.map((row) => row.originId))}::bigint[], ${rows.map((row) => JSON.stringify(row.state))}::text[], ${rows.map((row) => JSON.stringify(row.blind))}::text[]) as n (origin_id, state, blind)
    on conflict (workspace_id, origin_id) do update set state = excluded.state, blind = excluded.blind`;
}

/** Saves folded traits beside what is reckoned of people; unchanged ones are not written. */
export async function saveProfiles(
  tx: Tx,
  workspaceId: number,
  rows: readonly { readonly personId: string; readonly traits: JsonObject; readonly facets: readonly number[] }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into person_profile as p (workspace_id, person_id, traits, facets)
    select ${workspaceId}, n.person_id, n.traits::jsonb, n.facets::integer[]
    from unnest(${numbers(rows.map((row) => row.personId))}::bigint[], ${rows.map((row) => JSON.stringify(row.traits))}::text[], ${rows.map((row) => `{${row.facets.join(",")}}`)}::text[]) as n (person_id, traits, facets)
    on conflict (workspace_id, person_id) do update set traits = excluded.traits || p.computed, facets = excluded.facets || p.computed_facets
      where p.traits is distinct from excluded.traits || p.computed`;
}

/** Removes the folded traits of people who have none; what is reckoned of them stays. */
export async function deleteProfiles(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  const ids = numbers(personIds);
  await tx`delete from person_profile where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[]) and computed = '{}'`;
  await tx`
    update person_profile set traits = computed, facets = computed_facets
    where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[]) and traits is distinct from computed`;
}

export type TermRow = { readonly term: string; readonly originId: string };

export async function insertTerms(tx: Tx, workspaceId: number, rows: readonly TermRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into person_term (workspace_id, term, origin_id)
    select ${workspaceId}, n.* from unnest(${rows.map(({ term }) => term)}::text[], ${numbers(rows.map(({ originId }) => originId))}::bigint[]) as n on conflict do nothing`;
}

/** Removes terms of ids; answers how many there were. */
export async function deleteTerms(tx: Tx, workspaceId: number, rows: readonly TermRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const gone = await tx`
    delete from person_term where workspace_id = ${workspaceId} and ctid = any(array(
      select t.ctid from unnest(${rows.map(({ term }) => term)}::text[], ${numbers(rows.map(({ originId }) => originId))}::bigint[]) as n (term, origin_id)
      cross join lateral (select ctid from person_term where workspace_id = ${workspaceId} and term = n.term collate "C" and origin_id = n.origin_id offset 0) as t))`;
  return gone.count;
}

/** What some ids said about traits, with the blind terms of the tokens in it. */
export async function loadStates(
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly { readonly originId: string; readonly state: TraitState; readonly blind: BlindTerms }[]> {
  return tx<{ originId: string; state: TraitState; blind: BlindTerms }[]>`
    select origin_id as "originId", state, blind from origin_trait where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`;
}

/** Those of some ids that are personal themselves, with their tokens. */
export async function loadPersonalIds(
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly { readonly originId: string; readonly token: string }[]> {
  return tx<{ originId: string; token: string }[]>`
    select origin_id as "originId", value as token from identity where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and class <> ''`;
}

/** The states of a workspace's ids after one, in order. */
export async function loadTraitsPage(
  db: Db,
  workspaceId: number,
  afterOriginId: string,
  limit: number,
): Promise<readonly { readonly originId: string; readonly state: TraitState; readonly blind: BlindTerms }[]> {
  return db<{ originId: string; state: TraitState; blind: BlindTerms }[]>`
    select origin_id as "originId", state, blind from origin_trait where workspace_id = ${workspaceId} and origin_id > ${afterOriginId}::bigint order by origin_id limit ${limit}`;
}

/** Those of some terms that the search index lacks. */
export async function missingTerms(db: Db, workspaceId: number, rows: readonly TermRow[]): Promise<readonly TermRow[]> {
  if (rows.length === 0) return [];
  return db<TermRow[]>`
    select n.term, n.origin_id::text as "originId" from unnest(${rows.map(({ term }) => term)}::text[], ${numbers(rows.map(({ originId }) => originId))}::bigint[]) as n (term, origin_id)
    where not exists (select from person_term t where t.workspace_id = ${workspaceId} and t.term = n.term collate "C" and t.origin_id = n.origin_id)`;
}

/** Keeps the states of ids as they are now under a mark; those kept under it before stay as they are. */
export async function keepTraitsBefore(db: Db, workspaceId: number, mark: string, originIds: readonly string[]): Promise<void> {
  if (originIds.length === 0) return;
  await db`
    insert into trait_before (workspace_id, mark, origin_id, state, blind)
    select workspace_id, ${mark}, origin_id, state, blind from origin_trait where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])
    on conflict do nothing`;
}

/** The states of ids, now and as they were kept under a mark. */
export async function loadTraitsBefore(
  tx: Tx,
  workspaceId: number,
  mark: string,
  originIds: readonly string[],
): Promise<
  readonly {
    readonly originId: string;
    readonly state: TraitState;
    readonly blind: BlindTerms;
    readonly before: TraitState | null;
    readonly beforeBlind: BlindTerms | null;
  }[]
> {
  return tx`
    select t.origin_id::text as "originId", t.state, t.blind, b.state as before, b.blind as "beforeBlind"
    from origin_trait t left join trait_before b on b.workspace_id = t.workspace_id and b.mark = ${mark} and b.origin_id = t.origin_id
    where t.workspace_id = ${workspaceId} and t.origin_id = any(${numbers(originIds)}::bigint[])`;
}

/** Forgets whatever was kept of ids. */
export async function forgetTraitsBeforeOf(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<void> {
  await tx`delete from trait_before where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`;
}

/** Forgets what was kept under a mark. */
export async function forgetTraitsBefore(tx: Tx, workspaceId: number, mark: string): Promise<void> {
  await tx`delete from trait_before where workspace_id = ${workspaceId} and mark = ${mark}`;
}
