import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { kindBit } from "@terrace/domain/identity/person-order";
import type postgres from "postgres";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { headOf, type PersonHead } from "./person.views.ts";

/** A condition on people that an index finds. With few people in it they are named one by one; with many, people are walked in order and tried. */
export type Narrowing =
  | { readonly by: "terms"; readonly terms: readonly string[]; /** Terms that start with this count too. */ readonly start: string; /** Those that do; undefined when there are too many to try one by one. */ readonly started: readonly string[] | undefined; /** People found by an id of theirs. */ readonly people: readonly string[] }
  | { readonly by: "tag"; readonly tag: string; readonly now: Date }
  | { readonly by: "trait"; readonly key: string; /** Stored forms of the text asked for; undefined when having the trait is enough. */ readonly values: readonly string[] | undefined; readonly facets: readonly number[] }
  | { readonly by: "kind"; readonly kind: IdentityKind };

/** Conditions on people; times are Unix ms, half-open. */
export type PeopleFilter = { readonly identified: boolean | undefined; readonly seenFromMs: number | undefined; readonly seenToMs: number | undefined; readonly narrowings: readonly Narrowing[] };

export type PeopleOrder = { readonly sort: "last_seen" | "first_seen"; readonly direction: "asc" | "desc"; /** Where the page before ended. */ readonly after: { readonly atMs: number; readonly personId: string } | undefined; readonly limit: number };

/** People of a page, and how many there are in all, counted up to a limit. */
export type PeoplePage = { readonly heads: readonly PersonHead[]; readonly total: number; readonly totalIsExact: boolean };

/** Up to this many people are named one by one. */
const NAMED_MAX = 10_000;
const TOTAL_MAX = 10_000;
/** How many people are tried to count those that match a condition that very many meet. */
const TRIED_MAX = 2_000;
/** How many people are walked for a page before the matches are gathered instead. */
const WALKED_MAX = 10_000;
/** Sorts after every text that continues another one. */
const LAST_CHARACTER = "\u{10FFFF}";

type Fragment = postgres.PendingQuery<postgres.Row[]>;
type HeadRow = { personId: string; identified: boolean; idsCount: number; firstSeenMs: string; lastSeenMs: string };
/** Conditions that an index of `person` serves, and those that are tried person by person. */
type Conditions = { readonly plain: Fragment; readonly tried: Fragment; /** The same conditions as `tried`, for gathering all matches. */ readonly gathered: Fragment; readonly tries: boolean; /** Trying a person costs a few looks into indexes. */ readonly walkable: boolean; /** People are named one by one. */ readonly named: boolean; /** Nothing but what is tried. */ readonly alone: boolean };

/** A page of people with the number of all matches. */
export async function listPeoplePage(db: Db, workspaceId: number, filter: PeopleFilter, order: PeopleOrder): Promise<PeoplePage> {
  return inTransaction(db, async (tx) => {
    await walkIndexes(tx);
    const conditions = await conditionsOf(tx, workspaceId, filter);
    const count = await countMatches(tx, workspaceId, conditions, filter);
    const { identified } = filter;
    const walked = conditions.walkable ? await readPage(tx, workspaceId, { conditions, identified, order, gather: false }) : [];
    if (!conditions.tries || walked.length === order.limit) return { heads: walked, ...count };
    await leavePlanning(tx);
    return { heads: await readPage(tx, workspaceId, { conditions, identified, order, gather: true }), ...count };
  });
}

/** Every statement here is made for indexes and a few rows; the planner, which cannot know how few, would read whole tables for some. */
async function walkIndexes(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: settings of this transaction */ set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true)`;
}

/** Gathering many matches is a matter of joins over whole tables. */
async function leavePlanning(tx: Tx): Promise<void> {
  await tx`select /* no workspace_id: settings of this transaction */ set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)`;
}

async function conditionsOf(tx: Tx, workspaceId: number, filter: PeopleFilter): Promise<Conditions> {
  const plain: Fragment[] = [];
  if (filter.seenFromMs !== undefined) plain.push(tx`and p.last_seen_ms >= ${filter.seenFromMs}`);
  if (filter.seenToMs !== undefined) plain.push(tx`and p.last_seen_ms < ${filter.seenToMs}`);
  const tried: Fragment[] = [];
  const gathered: Fragment[] = [];
  let [named, walkable] = [false, true];
  for (const narrowing of filter.narrowings) {
    const people = await namePeople(tx, workspaceId, narrowing);
    if (people === undefined) {
      tried.push(tryPerson(tx, workspaceId, narrowing));
      if (narrowing.by === "terms" && narrowing.started === undefined) walkable = false;
      gathered.push(tx`and p.person_id in (${selectPeople(tx, workspaceId, narrowing)})`);
    } else {
      plain.push(tx`and p.person_id = any(${people}::bigint[])`);
      named = true;
    }
  }
  return { plain: joined(tx, plain), tried: joined(tx, tried), gathered: joined(tx, gathered), tries: tried.length > 0, walkable, named, alone: plain.length === 0 };
}

function joined(tx: Tx, fragments: readonly Fragment[]): Fragment {
  return fragments.reduce((all, fragment) => tx`${all} ${fragment}`, tx``);
}

type PageQuery = { readonly conditions: Conditions; readonly identified: boolean | undefined; readonly order: PeopleOrder; readonly gather: boolean };

/** Known and anonymous people are kept in two indexes, which are read side by side in their order. */
async function readPage(tx: Tx, workspaceId: number, { conditions, identified, order, gather }: PageQuery): Promise<readonly PersonHead[]> {
  const column = order.sort === "last_seen" ? tx`last_seen_ms` : tx`first_seen_ms`;
  const way = order.direction === "asc" ? tx`asc` : tx`desc`;
  const beyond = order.direction === "asc" ? tx`>` : tx`<`;
  const after = order.after === undefined ? tx`` : tx`and (p.${column}, p.person_id) ${beyond} (${order.after.atMs}, ${order.after.personId})`;
  const inOrder = tx`order by p.${column} ${way}, p.person_id ${way}`;
  const walks = conditions.tries && !gather;
  // Each part is cut off by itself: over both at once the planner would sort everyone.
  const part = (kind: Fragment) => tx`
    (select p.person_id, p.identified, p.ids_count, p.first_seen_ms, p.last_seen_ms, p.kinds from person p
    where p.workspace_id = ${workspaceId} and ${kind} ${after} ${conditions.plain} ${gather ? conditions.gathered : tx``} ${inOrder} limit ${walks ? WALKED_MAX : order.limit})`;
  const [known, anonymous] = [part(tx`p.identified`), part(tx`not p.identified`)];
  const either = identified === undefined ? tx`(${known} union all ${anonymous})` : identified ? known : anonymous;
  const people = walks ? tx`(select * from ${either} p ${inOrder} limit ${WALKED_MAX}) p where true ${conditions.tried}` : tx`${either} p`;
  const rows = await tx<HeadRow[]>`
    select p.person_id as "personId", p.identified, p.ids_count as "idsCount", p.first_seen_ms as "firstSeenMs", p.last_seen_ms as "lastSeenMs"
    from ${people} ${inOrder} limit ${order.limit} /* workspace_id: in the parts */`;
  return rows.map(headOf);
}

/** Exact up to `TOTAL_MAX`. Where people must be tried one by one, a bounded number of them is, and the count is what those gave at least. */
async function countMatches(tx: Tx, workspaceId: number, conditions: Conditions, { identified, narrowings }: PeopleFilter): Promise<{ readonly total: number; readonly totalIsExact: boolean }> {
  const many = { total: TOTAL_MAX, totalIsExact: false };
  if (!conditions.walkable || (conditions.tries && conditions.alone && identified === undefined && narrowings.length === 1)) return many;
  const kind = identified === undefined ? tx`` : identified ? tx`and p.identified` : tx`and not p.identified`;
  const tried = conditions.tries && !conditions.named;
  const [row] = tried
    ? await tx<{ total: number; looked: number }[]>`
      with few as materialized (select p.person_id, p.kinds from person p where p.workspace_id = ${workspaceId} ${kind} ${conditions.plain} limit ${TRIED_MAX + 1})
      select (select count(*)::int from few p where true ${conditions.tried}) as total, (select count(*)::int from few) as looked`
    : await tx<{ total: number; looked: number }[]>`
      select count(*)::int as total, 0 as looked from (select 1 from person p where p.workspace_id = ${workspaceId} ${kind} ${conditions.plain} ${conditions.tried} limit ${TOTAL_MAX + 1}) counted`;
  if (row === undefined || row.total > TOTAL_MAX) return many;
  return { total: row.total, totalIsExact: row.looked <= TRIED_MAX };
}

/** The people that meet a condition, or undefined when there are too many to name. */
async function namePeople(tx: Tx, workspaceId: number, narrowing: Narrowing): Promise<readonly string[] | undefined> {
  const rows = await tx<{ personId: string }[]>`${selectPeople(tx, workspaceId, narrowing)} limit ${NAMED_MAX + 1} /* workspace_id: in the part */`;
  if (rows.length > NAMED_MAX) return undefined;
  return [...new Set(rows.map(({ personId }) => personId))];
}

function selectPeople(tx: Tx, workspaceId: number, narrowing: Narrowing): Fragment {
  switch (narrowing.by) {
    case "terms": return tx`
      select i.person_id as "personId" from (
        select origin_id from person_term where workspace_id = ${workspaceId} and term = any(${narrowing.terms}::text[])
        union all select origin_id from person_term where workspace_id = ${workspaceId} and term >= ${narrowing.start} and term < ${narrowing.start + LAST_CHARACTER}
        union all select unnest(${narrowing.people}::bigint[])) hit
      join identity i on i.workspace_id = ${workspaceId} and i.origin_id = hit.origin_id`;
    case "tag": return tx`
      select i.person_id as "personId" from person_tag t join identity i on i.workspace_id = ${workspaceId} and i.origin_id = t.origin_id
      where t.workspace_id = ${workspaceId} and t.tag = ${narrowing.tag} and (t.expires_at is null or t.expires_at > ${narrowing.now})`;
    case "trait": return tx`select f.person_id as "personId" from person_profile f where f.workspace_id = ${workspaceId} and f.facets && ${narrowing.facets}::integer[] ${traitMatches(tx, narrowing)}`;
    case "kind": return tx`select i.person_id as "personId" from identity i where i.workspace_id = ${workspaceId} and i.kind = ${narrowing.kind}`;
    default: return narrowing satisfies never;
  }
}

function tryPerson(tx: Tx, workspaceId: number, narrowing: Narrowing): Fragment {
  switch (narrowing.by) {
    case "terms": return tx`and (p.person_id = any(${narrowing.people}::bigint[]) or exists (
      select from identity i join person_term t on t.workspace_id = ${workspaceId} and t.term = any(${[...narrowing.terms, ...(narrowing.started ?? [])]}::text[]) and t.origin_id = i.origin_id
      where i.workspace_id = ${workspaceId} and i.person_id = p.person_id offset 0))`;
    case "tag": return tx`and exists (
      select from identity i join person_tag t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id and t.tag = ${narrowing.tag} and (t.expires_at is null or t.expires_at > ${narrowing.now})
      where i.workspace_id = ${workspaceId} and i.person_id = p.person_id offset 0)`;
    case "trait": return tx`and exists (select from person_profile f where f.workspace_id = ${workspaceId} and f.person_id = p.person_id ${traitMatches(tx, narrowing)} offset 0)`;
    case "kind": return tx`and (p.kinds & ${kindBit(narrowing.kind)}) <> 0`;
    default: return narrowing satisfies never;
  }
}

/** Hashes may meet, so the trait itself is looked at as well. */
function traitMatches(tx: Tx, { key, values }: Extract<Narrowing, { by: "trait" }>): Fragment {
  if (values === undefined) return tx`and f.traits ? ${key}`;
  return tx`and (f.traits ->> ${key} = any(${values}::text[]) or (jsonb_typeof(f.traits -> ${key}) = 'array' and exists (select from jsonb_array_elements_text(f.traits -> ${key}) element where element = any(${values}::text[]))))`;
}
