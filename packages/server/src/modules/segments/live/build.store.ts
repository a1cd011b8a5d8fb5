import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { RuleRow } from "./rule.store.ts";

/** A rule whose members are still to be found by one query. */
export type Unbuilt = Pick<RuleRow, "segmentId" | "condition" | "standings" | "why">;

/** Rules of a workspace that are still to be built, the oldest first; those whose standings were never reckoned cannot be yet. */
export async function loadUnbuilt(db: Db | Tx, workspaceId: number): Promise<readonly Unbuilt[]> {
  return db<Unbuilt[]>`
    select segment_id as "segmentId", condition, standings, why from segment_rule
    where workspace_id = ${workspaceId} and wants_build and stage = 'filling'
      and not exists (select from segment_standing t where t.workspace_id = ${workspaceId} and t.segment_id = any(standings) and t.as_of is null)
    order by segment_id limit 10000`;
}

/** Those of some segments of which the event engine does not know all members yet. */
export async function uncopiedAmong(db: Db | Tx, workspaceId: number, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db<{ id: string }[]>`
    select segment_id as id from segment where workspace_id = ${workspaceId} and segment_id = any(${[...ids]}::bigint[]) and copied_at is null`;
  return new Set(rows.map(({ id }) => id));
}

/** Notes that a rule is built as of an instant, or that no query can; false when it has another condition by now, or needs no building any more. */
export async function markBuilt(tx: Tx, workspaceId: number, { segmentId, condition }: Unbuilt, builtAt: Date | null): Promise<boolean> {
  const marked = await tx`
    update segment_rule set wants_build = false, built_at = ${builtAt}
    where workspace_id = ${workspaceId} and segment_id = ${segmentId} and wants_build and stage = 'filling' and condition = ${condition}`;
  return marked.count === 1;
}

/** What the one transaction that writes the members of a workspace may take to compare them with those who were there. */
const WRITE_MEMORY = "64MB";

export type Written = { readonly entered: number; readonly left: number };

/** People by any of their ids, none of which comes twice, with commas between them: as many texts as it takes. */
export type PeopleTexts = readonly string[];

export type Writing = {
  readonly workspaceId: number;
  readonly segmentId: string;
  readonly people: PeopleTexts;
  readonly why: string;
  readonly at: Date;
  /** Why whoever comes or goes is to be looked at for what asks about the segment; undefined where they are not. */
  readonly touch?: "schedule" | "pass";
};

/**
 * Makes some people the members of a segment, in one statement: who is in and shall not be leaves, who is not and shall be enters, of those
 * who were joined one membership stays. The event engine is told of who left one by one, and of all others at once. Ids that nobody has are left out.
 * Nearly all ids are people's own, so whose the others are is looked up for those alone.
 */
export async function writeMembers(tx: Tx, { workspaceId, segmentId, people, why, at, touch }: Writing): Promise<Written> {
  await tx`select set_config('jit', 'off', true), set_config('work_mem', ${WRITE_MEMORY}, true)`;
  await tx`create temporary table segment_wanted (origin_id bigint not null) on commit drop`;
  for (const ids of people) await tx`insert into segment_wanted select * from unnest(${`{${ids}}`}::bigint[])`;
  await tx`analyze segment_wanted`;
  const [written] = await tx<[Written]>`
    with found as materialized (
      select w.origin_id, p.person_id from segment_wanted w left join person p on p.workspace_id = ${workspaceId} and p.person_id = w.origin_id),
    moved as materialized (
      select distinct i.person_id from found f join identity i on i.workspace_id = ${workspaceId} and i.origin_id = f.origin_id where f.person_id is null),
    wanted as materialized (
      select person_id from found where person_id is not null
      union all
      select person_id from moved m where not exists (select from found f where f.person_id = m.person_id)),
    standing as materialized (
      select m.person_id as member_id, i.person_id,
        row_number() over (partition by i.person_id order by (m.person_id = i.person_id) desc, m.person_id) as place
      from segment_member m join identity i on i.workspace_id = m.workspace_id and i.origin_id = m.person_id
      where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId}),
    leaving as materialized (
      select s.member_id, case when w.person_id is null then ${why} else 'merge' end as why
      from standing s left join wanted w using (person_id) where w.person_id is null or s.place > 1),
    entering as materialized (
      select person_id from wanted w where not exists (select from standing s where s.person_id = w.person_id) order by person_id),
    gone as (
      delete from segment_member m using leaving l where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId} and m.person_id = l.member_id
      returning m.person_id, m.stay_id, m.entered_at, m.entered_why, l.why),
    ended as (
      insert into segment_history (workspace_id, segment_id, person_id, stay_id, entered_at, entered_why, left_at, left_why)
      select ${workspaceId}::integer, ${segmentId}::bigint, person_id, stay_id, entered_at, entered_why, ${at}::timestamptz, why from gone),
    told as (
      insert into segment_change (workspace_id, segment_id, person_id, is_gone)
      select ${workspaceId}::integer, ${segmentId}::bigint, member_id, true from leaving),
    came as (
      insert into segment_member (workspace_id, segment_id, person_id, entered_at, entered_why)
      select ${workspaceId}::integer, ${segmentId}::bigint, person_id, ${at}::timestamptz, ${why} from entering),
    touched as (
      insert into segment_touch (workspace_id, origin_id, why, at)
      select ${workspaceId}::integer, c.id, ${touch ?? ""}, ${at}::timestamptz from (select person_id as id from entering union all select member_id from leaving) c where ${touch !== undefined}::boolean)
    select (select count(*)::int from entering) as entered, (select count(*)::int from leaving) as left`;
  await tx`drop table segment_wanted`;
  await tx`
    update segment set size = size + ${written.entered - written.left}::integer, copied_at = null,
      copy_seq = nextval(pg_get_serial_sequence('segment_change', 'change_seq')) + 1
    where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
  return written;
}
