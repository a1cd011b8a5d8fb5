import type { Db } from "../../platform/storage/postgres.ts";
import type postgres from "postgres";
import type { SegmentRow } from "./segment.store.ts";

/** Whose stays are asked for. */
export type StaysOf = { readonly workspaceId: number; readonly id: string };

/** From when to when a person was in a segment; `id` tells stays of one instant apart. */
export type StayView = {
  readonly id: string;
  readonly personId: string;
  readonly enteredAt: Date;
  readonly enteredWhy: string;
  readonly leftAt: Date | null;
  readonly leftWhy: string | null;
};

type Fragment = postgres.PendingQuery<postgres.Row[]>;

function stays(db: Db, { workspaceId, id }: StaysOf): Fragment {
  return db`(select stay_id, person_id, entered_at, entered_why, left_at, left_why from segment_stay where workspace_id = ${workspaceId} and segment_id = ${id})`;
}

/**
 * Stays of people who have, or had, an id that was a person of its own once (`own`), and the same put together (`joined`). Everybody else's stays are under
 * the id that they go by now. Stays that ended before the time overlap none that changes within it, so they are left out.
 */
function joinedStays(db: Db, of: StaysOf, from: Date): Fragment {
  const { workspaceId } = of;
  return db`
    moved as materialized (
      select distinct i.person_id as owner from former_person f
      join ${stays(db, of)} h on h.person_id = f.person_id and (h.left_at is null or h.left_at >= ${from})
      join identity i on i.workspace_id = ${workspaceId} and i.origin_id = f.person_id
      where f.workspace_id = ${workspaceId} and i.person_id <> f.person_id),
    own as materialized (
      select m.owner, h.* from moved m
      join identity i on i.workspace_id = ${workspaceId} and i.person_id = m.owner
      join ${stays(db, of)} h on h.person_id = i.origin_id and (h.left_at is null or h.left_at >= ${from})),
    ${putTogether(db, db`owner`)}`;
}

/** Of the stays in `own`, those of one `key` that overlap as one (`joined`), which began as the first of them and ended as the last. */
function putTogether(db: Db, key: Fragment): Fragment {
  return db`
    ordered as (
      select *, max(coalesce(left_at, 'infinity')) over (partition by ${key} order by entered_at, stay_id rows between unbounded preceding and 1 preceding) as until from own),
    numbered as (
      select *, count(*) filter (where until is null or until <= entered_at) over (partition by ${key} order by entered_at, stay_id) as part from ordered),
    joined as materialized (
      select ${key}, (array_agg(stay_id order by entered_at, stay_id))[1] as head_id, min(entered_at) as entered_at, (array_agg(entered_why order by entered_at, stay_id))[1] as entered_why,
        case when bool_and(left_at is not null) then (array_agg(stay_id order by left_at desc, stay_id desc))[1] end as tail_id,
        case when bool_and(left_at is not null) then max(left_at) end as left_at,
        case when bool_and(left_at is not null) then (array_agg(left_why order by left_at desc, stay_id desc))[1] end as left_why
      from numbered group by ${key}, part)`;
}

/** How many came or left within an interval, by why; intervals count from 1, and what is after the last has the next number. */
export type ChangeCount = { readonly interval: number; readonly way: "entered" | "left"; readonly why: string; readonly people: number };

/**
 * What changed from the first bound on, between each two of them and after the last, and the size that all of it led to. It reads the changes of that time
 * alone, from indexes, so it costs what changed and not what there is; people of several ids come out of that and are counted again as one.
 */
export async function countChanges(
  db: Db,
  of: StaysOf,
  bounds: readonly Date[],
): Promise<{ readonly size: number; readonly changes: readonly ChangeCount[] }> {
  const { workspaceId, id } = of;
  const [first] = bounds;
  if (first === undefined) throw new TypeError("there is at least one bound");
  const edges = db`${bounds.map((bound) => bound.toISOString())}::timestamptz[]`;
  const [row] = await db<{ size: number; changes: ChangeCount[] | null }[]>`
    with ${joinedStays(db, of, first)},
    counted as (
      select width_bucket(entered_at, ${edges}) as interval, 'entered' as way, entered_why as why, count(*) as n from ${stays(db, of)} h where entered_at >= ${first} group by 1, 3
      union all
      select width_bucket(left_at, ${edges}), 'left', left_why, count(*) from ${stays(db, of)} h where left_at >= ${first} group by 1, 3
      union all
      select width_bucket(entered_at, ${edges}), 'entered', entered_why, -count(*) from own where entered_at >= ${first} group by 1, 3
      union all
      select width_bucket(left_at, ${edges}), 'left', left_why, -count(*) from own where left_at >= ${first} group by 1, 3
      union all
      select width_bucket(entered_at, ${edges}), 'entered', entered_why, count(*) from joined where entered_at >= ${first} group by 1, 3
      union all
      select width_bucket(left_at, ${edges}), 'left', left_why, count(*) from joined where left_at >= ${first} group by 1, 3),
    summed as (select interval, way, why, sum(n)::int as people from counted group by 1, 2, 3 having sum(n) <> 0)
    select (select size from segment where workspace_id = ${workspaceId} and segment_id = ${id})
        - (select count(*)::int from own where left_at is null) + (select count(*)::int from joined where left_at is null) as size,
      (select json_agg(s) from summed s) as changes`;
  return { size: row?.size ?? 0, changes: row?.changes ?? [] };
}

export type StaysAsked = {
  readonly what: "entered" | "left";
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly why: string | undefined;
  /** The last stay of the page before. */
  readonly after: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
};

/** Stays by when they began, or ended, the last first. Only the people of a page are looked at whole. */
export async function loadStaysOf(db: Db, of: StaysOf, asked: StaysAsked): Promise<readonly StayView[]> {
  const { what, limit } = asked;
  const found: StayView[] = [];
  for (let after = asked.after; ;) {
    const rows = await loadRows(db, of, { ...asked, after });
    const whole = await loadWhole(db, of, [...new Set(rows.map(({ personId }) => personId))]);
    const byEnd = new Map(whole.map((stay) => [what === "entered" ? stay.headId : stay.tailId, stay]));
    // What is stored of a stay in between is no change.
    for (const { id } of rows) {
      const stay = byEnd.get(id);
      if (stay !== undefined) found.push({ ...stay, id });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit || found.length >= limit) return found.slice(0, limit);
    after = last;
  }
}

type StoredChange = { readonly id: string; readonly personId: string; readonly at: Date };

/** What is stored of stays, by the id that each is under. */
async function loadRows(db: Db, of: StaysOf, { what, from, to, why, after, limit }: StaysAsked): Promise<readonly StoredChange[]> {
  const at = what === "entered" ? db`entered_at` : db`left_at`;
  return db<StoredChange[]>`
    select stay_id as id, person_id as "personId", ${at} as at from ${stays(db, of)} h
    where ${at} is not null ${from === undefined ? db`` : db`and ${at} >= ${from}`} ${to === undefined ? db`` : db`and ${at} < ${to}`}
      ${why === undefined ? db`` : db`and ${what === "entered" ? db`entered_why` : db`left_why`} = ${why}`}
      ${after === undefined ? db`` : db`and (${at}, stay_id) < (${after.at}, ${after.id}::bigint)`}
    order by ${at} desc, stay_id desc limit ${limit} /* workspace_id: in the part */`;
}

type WholeStay = Omit<StayView, "id"> & { readonly headId: string; readonly tailId: string | null };

/** All stays of whoever some ids belong to now, put together. */
async function loadWhole(db: Db, of: StaysOf, ids: readonly string[]): Promise<readonly WholeStay[]> {
  if (ids.length === 0) return [];
  const { workspaceId } = of;
  return db<WholeStay[]>`
    with owners as materialized (
      select distinct i.person_id as owner from unnest(${[...ids]}::bigint[]) as asked (id) join identity i on i.workspace_id = ${workspaceId} and i.origin_id = asked.id),
    own as materialized (
      select o.owner, h.* from owners o
      cross join lateral (select origin_id from identity where workspace_id = ${workspaceId} and person_id = o.owner offset 0) i
      cross join lateral (select * from ${stays(db, of)} each where each.person_id = i.origin_id offset 0) h),
    ${putTogether(db, db`owner`)}
    select owner as "personId", head_id as "headId", tail_id as "tailId", entered_at as "enteredAt", entered_why as "enteredWhy", left_at as "leftAt", left_why as "leftWhy"
    from joined`;
}

/** A person, by the first of the stays in which they were. */
export type PersonAt = { readonly id: string; readonly enteredAt: Date; readonly personId: string };

/** Who was in at an instant, each once, in the order in which they came, from after a stay on. */
export async function loadPeopleAt(
  db: Db,
  of: StaysOf,
  { at, after, limit }: { readonly at: Date; readonly after: Omit<PersonAt, "personId"> | undefined; readonly limit: number },
): Promise<readonly PersonAt[]> {
  const { workspaceId } = of;
  return db<PersonAt[]>`
    select h.stay_id as id, h.entered_at as "enteredAt", i.person_id as "personId" from ${stays(db, of)} h
    join identity i on i.workspace_id = ${workspaceId} and i.origin_id = h.person_id
    where ${after === undefined ? db`` : db`(h.entered_at, h.stay_id) > (${after.enteredAt}, ${after.id}::bigint) and`}
      h.entered_at <= ${at} and (h.left_at is null or h.left_at > ${at}) and not exists (
      select from identity o cross join lateral (select * from ${stays(db, of)} each where each.person_id = o.origin_id offset 0) e
      where o.workspace_id = ${workspaceId} and o.person_id = i.person_id and (e.entered_at, e.stay_id) < (h.entered_at, h.stay_id)
        and e.entered_at <= ${at} and (e.left_at is null or e.left_at > ${at}) offset 0)
    order by h.entered_at, h.stay_id limit ${limit}`;
}

export type PersonStayRow = Omit<StayView, "personId"> & {
  readonly segmentId: string;
  readonly name: string;
  readonly kind: SegmentRow["kind"];
};

/** Stays under any of some ids, in every segment; the ids are one person's, so stays that overlap are put together. */
export async function loadStaysOfPerson(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
  {
    after,
    limit,
  }: { readonly after: (NonNullable<StaysAsked["after"]> & { readonly segmentId: string }) | undefined; readonly limit: number },
): Promise<readonly PersonStayRow[]> {
  const ids = db`${[...originIds]}::bigint[]`;
  const changedAt = db`coalesce(j.left_at, j.entered_at)`;
  return db<PersonStayRow[]>`
    with own as (
      select segment_id, stay_id, entered_at, entered_why, left_at, left_why from segment_stay where workspace_id = ${workspaceId} and person_id = any(${ids})),
    ${putTogether(db, db`segment_id`)}
    select j.head_id as id, j.entered_at as "enteredAt", j.entered_why as "enteredWhy", j.left_at as "leftAt", j.left_why as "leftWhy",
      s.segment_id as "segmentId", s.name, s.kind
    from joined j join segment s on s.workspace_id = ${workspaceId} and s.segment_id = j.segment_id and s.managed_by is distinct from 'population'
    ${after === undefined ? db`` : db`where (${changedAt}, j.segment_id, j.head_id) < (${after.at}, ${after.segmentId}::bigint, ${after.id}::bigint)`}
    order by ${changedAt} desc, j.segment_id desc, j.head_id desc limit ${limit}`;
}
