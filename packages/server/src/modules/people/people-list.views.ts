import { PEOPLE_TOTAL_MAX } from "@terrace/contract/api/people";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { canBeTried, selectPeople, sizeNarrowings, tryPeople, tryPerson, type Fragment, type Narrowing } from "./narrowing.views.ts";
import { headOf, type PersonHead } from "./person.views.ts";

/** Conditions on people; times are Unix ms, half-open. */
export type PeopleFilter = {
  readonly identified: boolean | undefined;
  readonly seenFromMs: number | undefined;
  readonly seenToMs: number | undefined;
  readonly narrowings: readonly Narrowing[];
};

/** Where a page ended: among the people found by an exact id, who come first, or among the others. */
export type ListPlace = { readonly exact: boolean; readonly atMs: number; readonly personId: string };

export type PeopleOrder = {
  readonly sort: "last_seen" | "first_seen";
  readonly direction: "asc" | "desc";
  /** Where the page before ended. */ readonly after: ListPlace | undefined;
  readonly limit: number;
};

/** People of a page, the first `exact` of them found by an exact id, and how many there are in all, counted up to a limit. */
export type PeoplePage = {
  readonly heads: readonly PersonHead[];
  readonly exact: number;
  readonly total: number;
  readonly totalIsExact: boolean;
};

type Count = { readonly total: number; readonly totalIsExact: boolean };

/** Up to this many people are all looked at, because the total is exact. */
const NAMED_MAX = PEOPLE_TOTAL_MAX;
/** Up to this many are looked at rather than that many more are read; beyond it whole tables are. */
const GATHERED_MAX = 25_000;
const MANY: Count = { total: PEOPLE_TOTAL_MAX, totalIsExact: false };
/** How many people are tried to count those that match a condition that very many meet. */
const TRIED_MAX = 2_000;
/** How many people are walked for a page before the matches are gathered instead. */
const WALKED_MAX = 4_000;
/** Looking a person up by its id costs about a third of trying whether it meets a narrowing. */
const TRY_COST = 3;

type HeadRow = { personId: string; identified: boolean; idsCount: number; firstSeenMs: string; lastSeenMs: string };
/** A narrowing with how much there is to look at for it. */
type Sized = { readonly narrowing: Narrowing; readonly size: number };
/** A list to read: its narrowings, the one that fewest meet first, and all other conditions on a person `p`. */
type Listing = {
  readonly workspaceId: number;
  readonly filter: PeopleFilter;
  readonly order: PeopleOrder;
  readonly sized: readonly Sized[];
  readonly plain: Fragment;
  /** People shown before these, not among them. */ readonly shown: readonly string[];
};

/** A page of people with the number of all matches: those of whom a searched id is typed in full first, then all others in their order. */
export async function listPeoplePage(db: Db, workspaceId: number, filter: PeopleFilter, order: PeopleOrder): Promise<PeoplePage> {
  return inTransaction(db, async (tx) => {
    // Sent together; the connection answers them in turn, so the settings hold for the sizes.
    const [, sizes] = await Promise.all([
      walkIndexes(tx),
      sizeNarrowings(tx, workspaceId, filter.narrowings, {
        terms: filter.narrowings.length > 1 ? GATHERED_MAX : NAMED_MAX,
        tags: GATHERED_MAX,
        people: NAMED_MAX,
      }),
    ]);
    const sized = filter.narrowings.map((narrowing, index) => ({ narrowing, size: sizes[index] ?? 0 })).toSorted((a, b) => a.size - b.size);
    const exact = filter.narrowings.flatMap((narrowing) => (narrowing.by === "terms" ? narrowing.exact : []));
    const listing: Listing = { workspaceId, filter, order, sized, plain: plainConditions(tx, filter), shown: exact };
    const first = exact.length === 0 || order.after?.exact === false ? [] : await readExact(tx, listing);
    const rest: Listing = {
      ...listing,
      order: { ...order, after: order.after?.exact === true ? undefined : order.after, limit: order.limit - first.length },
    };
    const page = await (looksAtAll(sized) ? readFew(tx, rest) : readMany(tx, rest));
    const isCut = filter.narrowings.some((narrowing) => narrowing.by === "terms" && narrowing.isCut);
    return { ...page, heads: [...first, ...page.heads], exact: first.length, totalIsExact: page.totalIsExact && !isCut };
  });
}

/** One condition that many meet fills a page soon; of several, hardly anyone may meet all. */
function looksAtAll([fewest, ...others]: readonly Sized[]): boolean {
  return fewest !== undefined && fewest.size <= (others.length > 0 ? GATHERED_MAX : NAMED_MAX);
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

function plainConditions(tx: Tx, { seenFromMs, seenToMs }: PeopleFilter): Fragment {
  return joined(tx, [
    ...(seenFromMs === undefined ? [] : [tx`and p.last_seen_ms >= ${seenFromMs}`]),
    ...(seenToMs === undefined ? [] : [tx`and p.last_seen_ms < ${seenToMs}`]),
  ]);
}

function joined(tx: Tx, fragments: readonly Fragment[]): Fragment {
  return fragments.reduce((all, fragment) => tx`${all} ${fragment}`, tx``);
}

function kindOf(tx: Tx, identified: boolean | undefined): Fragment {
  return identified === undefined ? tx`` : identified ? tx`and p.identified` : tx`and not p.identified`;
}

type Ordering = { readonly after: Fragment; readonly inOrder: Fragment };

function ordering(tx: Tx, { sort, direction, after }: PeopleOrder): Ordering {
  const column = sort === "last_seen" ? tx`last_seen_ms` : tx`first_seen_ms`;
  const way = direction === "asc" ? tx`asc` : tx`desc`;
  const beyond = direction === "asc" ? tx`>` : tx`<`;
  return {
    inOrder: tx`order by p.${column} ${way}, p.person_id ${way}`,
    after: after === undefined ? tx`` : tx`and (p.${column}, p.person_id) ${beyond} (${after.atMs}, ${after.personId})`,
  };
}

function headColumns(tx: Tx): Fragment {
  return tx`p.person_id as "personId", p.identified, p.ids_count as "idsCount", p.first_seen_ms as "firstSeenMs", p.last_seen_ms as "lastSeenMs"`;
}

/** The people of whom an id was typed in full, so far as they meet the other conditions. */
async function readExact(tx: Tx, { workspaceId, filter, order, plain, shown }: Listing): Promise<readonly PersonHead[]> {
  const { after, inOrder } = ordering(tx, order);
  const tried = filter.narrowings.filter(({ by }) => by !== "terms").map((narrowing) => tryPerson(tx, workspaceId, narrowing));
  const rows = await tx<HeadRow[]>`
    select ${headColumns(tx)} from person p where p.workspace_id = ${workspaceId} and p.person_id = any(${shown}::bigint[]) ${kindOf(tx, filter.identified)} ${plain} ${joined(tx, tried)} ${after}
    ${inOrder} limit ${order.limit}`;
  return rows.map(headOf);
}

/** A page of those who meet a narrowing that few meet: all of them are looked up, and what else is asked of them is tried. */
async function readFew(
  tx: Tx,
  { workspaceId, filter, order, sized: [driver, ...others], plain, shown }: Listing,
): Promise<Count & { readonly heads: readonly PersonHead[] }> {
  if (driver === undefined) throw new RangeError("a list of few people needs a narrowing that few meet");
  const { after, inOrder } = ordering(tx, order);
  // `is true` keeps the planner from making a join of it: the people are hashed once.
  const isAmong = (narrowing: Narrowing): Fragment => tx`and (p.person_id in (${selectPeople(tx, workspaceId, narrowing)})) is true`;
  const isTried = ({ narrowing, size }: Sized): boolean => canBeTried(narrowing) && driver.size * TRY_COST < size;
  const conditions = others.map((other) => ({
    needsPerson: isTried(other) && other.narrowing.by === "kind",
    fragment: isTried(other) ? tryPerson(tx, workspaceId, other.narrowing) : isAmong(other.narrowing),
  }));
  // What needs no more than the id comes first: hardly anyone may be left whose row must be read.
  const [ofId, ofPerson] = [false, true].map((needsPerson) =>
    joined(
      tx,
      conditions.filter((condition) => condition.needsPerson === needsPerson).map(({ fragment }) => fragment),
    ),
  );
  const rows = await tx<((HeadRow & { total: number }) | { personId: null; total: number })[]>`
    with named as materialized (select distinct "personId" as person_id from (${selectPeople(tx, workspaceId, driver.narrowing)}) hit limit ${GATHERED_MAX}),
    met as materialized (select p.person_id from named p where true ${ofId ?? tx``}),
    hits as materialized (
      select p.* from met cross join lateral (
        select person_id, identified, ids_count, first_seen_ms, last_seen_ms, kinds from person where workspace_id = ${workspaceId} and person_id = met.person_id offset 0) p
      where true ${kindOf(tx, filter.identified)} ${plain} ${ofPerson ?? tx``})
    select counted.total, ${headColumns(tx)} from (select count(*)::int as total from hits) counted
    left join lateral (select * from hits p where p.person_id <> all(${shown}::bigint[]) ${after} ${inOrder} limit ${order.limit}) p on true ${inOrder}`;
  const total = rows[0]?.total ?? 0;
  return {
    heads: rows.flatMap((row) => (row.personId === null ? [] : [headOf(row)])),
    ...(total > PEOPLE_TOTAL_MAX ? MANY : { total, totalIsExact: true }),
  };
}

/** A page of very many: they are walked in their order and tried; where too few of those walked match, the matches are gathered. */
async function readMany(tx: Tx, listing: Listing): Promise<Count & { readonly heads: readonly PersonHead[] }> {
  const { sized, order } = listing;
  const [fewest] = sized;
  const walks = sized.every(({ narrowing }) => canBeTried(narrowing));
  const [count, walked] = await Promise.all([countMany(tx, listing), walks ? readOrdered(tx, listing, false) : []]);
  if (fewest === undefined || walked.length === order.limit) return { heads: walked, ...count };
  const counted = await sizeFewest(tx, listing);
  if (counted !== undefined) return readFew(tx, { ...listing, sized: counted });
  await leavePlanning(tx);
  return { heads: await readOrdered(tx, listing, true), ...count };
}

/** The narrowings with the one first that few enough meet to look at all of them; undefined when there is none. Sizes were found only as far as a page that fills needs them. */
async function sizeFewest(tx: Tx, { workspaceId, sized }: Listing): Promise<readonly Sized[] | undefined> {
  const limits = { terms: GATHERED_MAX, tags: GATHERED_MAX, people: NAMED_MAX, counted: true };
  const sizes = await sizeNarrowings(
    tx,
    workspaceId,
    sized.map(({ narrowing }) => narrowing),
    limits,
  );
  const counted = sized.map(({ narrowing }, index) => ({ narrowing, size: sizes[index] ?? 0 })).toSorted((a, b) => a.size - b.size);
  return (counted[0]?.size ?? 0) <= GATHERED_MAX ? counted : undefined;
}

/** Known and anonymous people are kept in two indexes, which are read side by side in their order. */
async function readOrdered(
  tx: Tx,
  { workspaceId, filter: { identified }, order, sized, plain, shown }: Listing,
  gather: boolean,
): Promise<readonly PersonHead[]> {
  const { after, inOrder } = ordering(tx, order);
  const walks = sized.length > 0 && !gather;
  const others = shown.length === 0 ? tx`` : tx`and p.person_id <> all(${shown}::bigint[])`;
  const gathered = gather
    ? joined(
        tx,
        sized.map(({ narrowing }) => tx`and p.person_id in (${selectPeople(tx, workspaceId, narrowing)})`),
      )
    : tx``;
  // Each part is cut off by itself: over both at once the planner would sort everyone.
  const part = (kind: Fragment) => tx`
    (select p.person_id, p.identified, p.ids_count, p.first_seen_ms, p.last_seen_ms, p.kinds from person p
    where p.workspace_id = ${workspaceId} and ${kind} ${after} ${plain} ${others} ${gathered} ${inOrder} limit ${walks ? WALKED_MAX : order.limit})`;
  const [known, anonymous] = [part(tx`p.identified`), part(tx`not p.identified`)];
  const either = identified === undefined ? tx`(${known} union all ${anonymous})` : identified ? known : anonymous;
  const tried = joined(
    tx,
    sized.map(({ narrowing, size }) => tryPeople(tx, workspaceId, narrowing, size)),
  );
  const people = walks ? tx`(select * from ${either} p ${inOrder} limit ${WALKED_MAX}) p where true ${tried}` : tx`${either} p`;
  const rows = await tx<
    HeadRow[]
  >`select ${headColumns(tx)} from ${people} ${inOrder} limit ${order.limit} /* workspace_id: in the parts */`;
  return rows.map(headOf);
}

/** Exact up to `PEOPLE_TOTAL_MAX`. Where people must be tried one by one, a bounded number of them is, and the count is what those gave at least. */
async function countMany(tx: Tx, { workspaceId, filter, sized, plain }: Listing): Promise<Count> {
  const { identified, seenFromMs, seenToMs } = filter;
  const isAlone = sized.length === 1 && identified === undefined && seenFromMs === undefined && seenToMs === undefined;
  if (isAlone || !sized.every(({ narrowing }) => canBeTried(narrowing))) return MANY;
  const kind = kindOf(tx, identified);
  const tried = joined(
    tx,
    sized.map(({ narrowing }) => tryPerson(tx, workspaceId, narrowing)),
  );
  const [row] =
    sized.length > 0
      ? await tx<{ total: number; looked: number }[]>`
      with few as materialized (select p.person_id, p.kinds from person p where p.workspace_id = ${workspaceId} ${kind} ${plain} limit ${TRIED_MAX + 1})
      select (select count(*)::int from few p where true ${tried}) as total, (select count(*)::int from few) as looked`
      : await tx<{ total: number; looked: number }[]>`
      select count(*)::int as total, 0 as looked from (select 1 from person p where p.workspace_id = ${workspaceId} ${kind} ${plain} limit ${PEOPLE_TOTAL_MAX + 1}) counted`;
  if (row === undefined || row.total > PEOPLE_TOTAL_MAX) return MANY;
  return { total: row.total, totalIsExact: row.looked <= TRIED_MAX };
}
