import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A journey that takes people by dates, since an instant. */
export type Calendar = {
  readonly id: string;
  readonly workspaceId: number;
  readonly journeyId: string;
  readonly fromMs: number;
  readonly filledTo: string;
  readonly filled: boolean;
};

/** Whether there is anything to do about dates at all. */
export async function isAnyCalendar(db: Db): Promise<boolean> {
  const [row] = await db<
    { any: boolean }[]
  >`select /* all workspaces: one loop serves them all */ exists (select from journey_calendar) as any`;
  return row?.any === true;
}

/** Lets a journey take people by dates that come after an instant. */
export async function beginCalendar(tx: Tx, workspaceId: number, journeyId: string, fromMs: number): Promise<void> {
  await tx`insert into journey_calendar (workspace_id, journey_id, from_ms) values (${workspaceId}, ${journeyId}, ${fromMs})`;
}

/** Nobody comes into a journey by dates any more. */
export async function endCalendar(tx: Tx, workspaceId: number, journeyId: string): Promise<void> {
  await tx`update journey_calendar set ended = true where workspace_id = ${workspaceId} and journey_id = ${journeyId} and not ended`;
}

/** Whether this transaction is the one that works on dates, until it ends. */
export async function lockDates(tx: Tx): Promise<boolean> {
  const [row] = await tx<{ mine: boolean }[]>`
    select /* no workspace_id: one lock */ pg_try_advisory_xact_lock(hashtextextended('journey dates', 0)) as mine`;
  return row?.mine === true;
}

/** Calendars that go on; `filled` ones, and those of which every change of a person is noted by now. */
export async function loadCalendars(tx: Tx): Promise<readonly Calendar[]> {
  const rows = await tx<(Omit<Calendar, "fromMs"> & { fromMs: string })[]>`
    /* all workspaces: one loop serves them all */
    select calendar_id as id, workspace_id as "workspaceId", journey_id as "journeyId", from_ms as "fromMs", filled_to as "filledTo", filled from journey_calendar
    where not ended and (filled or begun_by < pg_snapshot_xmin(pg_current_snapshot())) order by calendar_id`;
  return rows.map((row) => ({ ...row, fromMs: Number(row.fromMs) }));
}

/** Takes some dates of calendars that are over away, and those that have none left; answers how many. */
export async function clearEnded(tx: Tx, limit: number): Promise<number> {
  const gone = await tx`
    /* all workspaces: one loop serves them all */
    delete from journey_date where (calendar_id, person_id) in (
      select d.calendar_id, d.person_id from journey_calendar c join journey_date d on d.calendar_id = c.calendar_id where c.ended limit ${limit})`;
  if (gone.count > 0) return gone.count;
  const calendars = await tx`delete /* all workspaces: one loop serves them all */ from journey_calendar where ended`;
  return calendars.count;
}

export async function noteFilled(tx: Tx, { id }: Calendar, upTo: { readonly filledTo: string; readonly filled: boolean }): Promise<void> {
  await tx`
    update /* no workspace_id: the loop's own calendar */ journey_calendar set filled_to = ${upTo.filledTo}, filled = ${upTo.filled} where calendar_id = ${id}`;
}

/** What a trait says of somebody, and their own zone, whatever they say. */
export type Said = { readonly personId: string; readonly said: string | null; readonly zone: string | null };

/** What a trait says of people in order of their numbers, after one on. */
export async function loadSaidAfter(
  tx: Tx,
  workspaceId: number,
  { trait, after, limit }: { readonly trait: string; readonly after: string; readonly limit: number },
): Promise<readonly Said[]> {
  return tx<Said[]>`
    select person_id as "personId", traits->>${trait} as said, traits->>'timezone' as zone from person_profile
    where workspace_id = ${workspaceId} and person_id > ${after} order by person_id limit ${limit}`;
}

/** What a trait says of some people; nobody of whom there is no profile. */
export async function loadSaid(tx: Tx, workspaceId: number, trait: string, personIds: readonly string[]): Promise<readonly Said[]> {
  return tx<Said[]>`
    select person_id as "personId", traits->>${trait} as said, traits->>'timezone' as zone from person_profile
    where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[])`;
}

/** People whose traits changed, some of them, by workspace; they are not told again. */
export async function takeChanged(tx: Tx, limit: number): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await tx<{ workspaceId: number; personId: string }[]>`
    /* all workspaces: one loop serves them all */
    delete from journey_date_change where change_seq in (select change_seq from journey_date_change order by change_seq limit ${limit})
    returning workspace_id as "workspaceId", person_id as "personId"`;
  const groups = Map.groupBy(rows, ({ workspaceId }) => workspaceId);
  return new Map([...groups].map(([workspaceId, own]) => [workspaceId, [...new Set(own.map(({ personId }) => personId))]]));
}

export type DueDate = { readonly personId: string; readonly dueMs: number };

/** When some people are next brought in. */
export async function loadDates(tx: Tx, { id }: Calendar, personIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx<{ personId: string; dueMs: string }[]>`
    select /* no workspace_id: the loop's own calendar */ person_id as "personId", due_ms as "dueMs" from journey_date
    where calendar_id = ${id} and person_id = any(${numbers(personIds)}::bigint[])`;
  return new Map(rows.map(({ personId, dueMs }) => [personId, Number(dueMs)]));
}

/** Whose date has come, those first whose came first. */
export async function loadDueDates(tx: Tx, { id }: Calendar, nowMs: number, limit: number): Promise<readonly DueDate[]> {
  const rows = await tx<{ personId: string; dueMs: string }[]>`
    select /* no workspace_id: the loop's own calendar */ person_id as "personId", due_ms as "dueMs" from journey_date
    where calendar_id = ${id} and due_ms <= ${nowMs} order by due_ms, person_id limit ${limit}`;
  return rows.map(({ personId, dueMs }) => ({ personId, dueMs: Number(dueMs) }));
}

/** Writes when people are next brought in; null: not any more. */
export async function saveDates(
  tx: Tx,
  { id, workspaceId }: Calendar,
  dates: readonly { readonly personId: string; readonly dueMs: number | null }[],
): Promise<void> {
  const never = dates.filter(({ dueMs }) => dueMs === null).map(({ personId }) => personId);
  if (never.length > 0)
    await tx`
      delete from journey_date where workspace_id = ${workspaceId} and calendar_id = ${id} and person_id = any(${numbers(never)}::bigint[])`;
  const some = dates.flatMap(({ personId, dueMs }) => (dueMs === null ? [] : [{ personId, dueMs }]));
  if (some.length === 0) return;
  await tx`
    insert into journey_date (calendar_id, workspace_id, person_id, due_ms)
    select ${id}, ${workspaceId}, p, d from unnest(${numbers(some.map(({ personId }) => personId))}::bigint[], ${numbers(some.map(({ dueMs }) => dueMs))}::bigint[]) as s (p, d)
    on conflict (calendar_id, person_id) do update set due_ms = excluded.due_ms where journey_date.due_ms <> excluded.due_ms`;
}

/** Forgets when people are brought in, for an erasure. */
export async function forgetDates(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<void> {
  await tx`delete from journey_date where workspace_id = ${workspaceId} and person_id = any(${numbers(originIds)}::bigint[])`;
  await tx`delete from journey_date_change where workspace_id = ${workspaceId} and person_id = any(${numbers(originIds)}::bigint[])`;
}
