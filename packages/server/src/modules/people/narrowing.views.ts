import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { kindBit } from "@terrace/domain/identity/person-order";
import type postgres from "postgres";
import type { Tx } from "../../platform/storage/postgres.ts";

/** A condition on people that an index finds. With few people in it those are looked at; with many, people are walked in order and tried. */
export type Narrowing =
  | {
      readonly by: "terms";
      readonly terms: readonly string[];
      /** Terms that start with this count too. */ readonly start: string;
      /** Those that do; undefined when there are too many to try one by one. */ readonly started: readonly string[] | undefined;
      /** People found by an id of theirs or its start. */ readonly people: readonly string[];
      /** Those of whom an id is the text itself: they are shown first. */ readonly exact: readonly string[];
      /** More people were found by the start of an id than `people` holds. */ readonly isCut: boolean;
    }
  | { readonly by: "tag"; readonly tag: string; readonly now: Date }
  | {
      readonly by: "trait";
      readonly key: string;
      /** Stored forms of the text asked for; undefined when having the trait is enough. */ readonly values: readonly string[] | undefined;
      readonly facets: readonly number[];
    }
  | { readonly by: "kind"; readonly kind: IdentityKind }
  | { readonly by: "segment"; readonly segment: string };

export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Sorts after every text that continues another one. */
const LAST_CHARACTER = "\u{10FFFF}";

/** The size of what is larger than was counted. */
export const BEYOND_COUNT = Number.MAX_SAFE_INTEGER;

/** How many rows are counted to tell how many meet a narrowing: terms, tags and segments cost an index entry for each origin, the others a row of a table for each person. */
export type SizeLimits = { readonly terms: number; readonly tags: number; readonly people: number };

/** An estimate this many times the limit is believed: statistics may be stale, but not by that much. */
const ESTIMATE_MARGIN = 2;

/**
 * How much there is to look at for each narrowing, at least as many as there are people; `BEYOND_COUNT` where it is more than the limit.
 * Where reading up to the limit is dear, the planner's estimate may do; `counted` asks for counts only.
 */
export async function sizeNarrowings(
  tx: Tx,
  workspaceId: number,
  narrowings: readonly Narrowing[],
  limits: SizeLimits & { readonly counted?: boolean },
): Promise<readonly number[]> {
  if (narrowings.length === 0) return [];
  const maxima = narrowings.map(({ by }) =>
    by === "terms" ? limits.terms : by === "tag" || by === "segment" ? limits.tags : limits.people,
  );
  const areLarge = await Promise.all(
    narrowings.map(
      async (narrowing, index) =>
        limits.counted !== true &&
        narrowing.by === "trait" &&
        (await estimateTrait(tx, workspaceId, narrowing)) > (maxima[index] ?? 0) * ESTIMATE_MARGIN,
    ),
  );
  const counts = narrowings.map((narrowing, index) =>
    areLarge[index] === true
      ? tx`${(maxima[index] ?? 0) + 1}::int`
      : tx`(select count(*)::int from (${selectSized(tx, workspaceId, narrowing)} limit ${(maxima[index] ?? 0) + 1}) hit)`,
  );
  const [row] = await tx<
    { sizes: number[] }[]
  >`select array[${counts.reduce((all, count) => tx`${all}, ${count}`)}] as sizes /* workspace_id: in the parts */`;
  return (row?.sizes ?? []).map((size, index) => (size > (maxima[index] ?? 0) ? BEYOND_COUNT : size));
}

/** How many people the planner thinks have a trait: it keeps the most common facets, and takes the others for rare. */
async function estimateTrait(tx: Tx, workspaceId: number, narrowing: Extract<Narrowing, { by: "trait" }>): Promise<number> {
  const [row] = await tx<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }[]>`
    explain (format json) ${selectSized(tx, workspaceId, narrowing)}`;
  return row?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0;
}

/** The rows to count: fewer columns and looser conditions than of those to read. */
function selectSized(tx: Tx, workspaceId: number, narrowing: Narrowing): Fragment {
  switch (narrowing.by) {
    case "terms":
    case "tag":
    case "segment":
      return selectHits(tx, workspaceId, narrowing);
    case "trait":
      return tx`select from person_profile f where f.workspace_id = ${workspaceId} and f.facets && ${narrowing.facets}::integer[]`;
    case "kind":
      return tx`select from identity i where i.workspace_id = ${workspaceId} and i.kind = ${narrowing.kind}`;
    default:
      return narrowing satisfies never;
  }
}

/** The people who meet a narrowing, some of them more than once. */
export function selectPeople(tx: Tx, workspaceId: number, narrowing: Narrowing): Fragment {
  const hits = selectHits(tx, workspaceId, narrowing);
  switch (narrowing.by) {
    case "terms":
    case "tag":
    case "segment":
      return tx`select i.person_id as "personId" from (${hits}) hit join identity i on i.workspace_id = ${workspaceId} and i.origin_id = hit.origin_id`;
    case "trait":
    case "kind":
      return hits;
    default:
      return narrowing satisfies never;
  }
}

/** What an index gives for a narrowing: origins of people, or people. */
function selectHits(tx: Tx, workspaceId: number, narrowing: Narrowing): Fragment {
  switch (narrowing.by) {
    case "terms":
      return tx`
      select origin_id from person_term where workspace_id = ${workspaceId} and term = any(${narrowing.terms}::text[])
      union all select origin_id from person_term where workspace_id = ${workspaceId} and term >= ${narrowing.start} and term < ${narrowing.start + LAST_CHARACTER}
      union all select unnest(${narrowing.people}::bigint[])`;
    case "tag":
      return tx`select t.origin_id from person_tag t where t.workspace_id = ${workspaceId} and t.tag = ${narrowing.tag} and (t.expires_at is null or t.expires_at > ${narrowing.now})`;
    case "trait":
      return tx`select f.person_id as "personId" from person_profile f where f.workspace_id = ${workspaceId} and f.facets && ${narrowing.facets}::integer[] ${traitMatches(tx, narrowing)}`;
    case "kind":
      return tx`select i.person_id as "personId" from identity i where i.workspace_id = ${workspaceId} and i.kind = ${narrowing.kind}`;
    case "segment":
      return tx`select m.person_id as origin_id from segment_member m where m.workspace_id = ${workspaceId} and m.segment_id = ${narrowing.segment}`;
    default:
      return narrowing satisfies never;
  }
}

/** A narrowing as a condition on a person `p`, for which a few looks into indexes are enough. Of `p` it takes the id, and for a kind of id `kinds`. */
export function tryPerson(tx: Tx, workspaceId: number, narrowing: Narrowing): Fragment {
  switch (narrowing.by) {
    case "terms":
      return tx`and (p.person_id = any(${narrowing.people}::bigint[]) or exists (
      select from identity i join person_term t on t.workspace_id = ${workspaceId} and t.term = any(${[...narrowing.terms, ...(narrowing.started ?? [])]}::text[]) and t.origin_id = i.origin_id
      where i.workspace_id = ${workspaceId} and i.person_id = p.person_id offset 0))`;
    case "tag":
      return tx`and exists (
      select from identity i join person_tag t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id and t.tag = ${narrowing.tag} and (t.expires_at is null or t.expires_at > ${narrowing.now})
      where i.workspace_id = ${workspaceId} and i.person_id = p.person_id offset 0)`;
    case "trait":
      return tx`and exists (select from person_profile f where f.workspace_id = ${workspaceId} and f.person_id = p.person_id and f.facets && ${narrowing.facets}::integer[] ${traitMatches(tx, narrowing)} offset 0)`;
    case "segment":
      return tx`and exists (
      select from identity i join segment_member m on m.workspace_id = ${workspaceId} and m.segment_id = ${narrowing.segment} and m.person_id = i.origin_id
      where i.workspace_id = ${workspaceId} and i.person_id = p.person_id offset 0)`;
    case "kind":
      return tx`and (p.kinds & ${kindBit(narrowing.kind)}) <> 0`;
    default:
      return narrowing satisfies never;
  }
}

/** The same for very many people in turn, where `size` rows are to be looked at for the narrowing: of a tag or a segment of few enough ids, those are hashed once. */
export function tryPeople(tx: Tx, workspaceId: number, narrowing: Narrowing, size: number): Fragment {
  if ((narrowing.by !== "tag" && narrowing.by !== "segment") || size === BEYOND_COUNT) return tryPerson(tx, workspaceId, narrowing);
  // `is true` keeps the planner from making a join of it.
  return tx`and exists (
      select from identity i where i.workspace_id = ${workspaceId} and i.person_id = p.person_id and (i.origin_id in (${selectHits(tx, workspaceId, narrowing)})) is true offset 0)`;
}

/** Whether `tryPerson` says all there is to say: too many different texts with one start cannot be tried. */
export function canBeTried(narrowing: Narrowing): boolean {
  return narrowing.by !== "terms" || narrowing.started !== undefined;
}

/** Hashes may meet, so the trait itself is looked at as well. */
function traitMatches(tx: Tx, { key, values }: Extract<Narrowing, { by: "trait" }>): Fragment {
  if (values === undefined) return tx`and f.traits ? ${key}`;
  return tx`and (f.traits ->> ${key} = any(${values}::text[]) or (jsonb_typeof(f.traits -> ${key}) = 'array' and exists (select from jsonb_array_elements_text(f.traits -> ${key}) element where element = any(${values}::text[]))))`;
}
