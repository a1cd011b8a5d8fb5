import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** How far a member is in a segment; they are taken in order of when they entered it. */
export type MemberPlace = { readonly at: string; readonly stay: string };
/** A journey that takes people by a schedule, and the version by which they come in. */
export type Schedule = {
  readonly journeyId: string;
  readonly workspaceId: number;
  readonly version: number;
  readonly doneMs: number;
  readonly runMs: number | null;
  readonly after: MemberPlace | undefined;
};
type Row = Pick<Schedule, "journeyId" | "workspaceId" | "version"> & {
  readonly doneMs: string;
  readonly runMs: string | null;
  readonly afterAt: string | null;
  readonly afterStay: string | null;
};

/** Schedules of journeys that let people in now. */
const live = (sql: Db | Tx) => sql`
  select s.journey_id as "journeyId", s.workspace_id as "workspaceId", j.live_version as version, s.done_ms as "doneMs", s.run_ms as "runMs", s.after_at::text as "afterAt", s.after_stay as "afterStay"
  from journey_schedule s join journey j on j.journey_id = s.journey_id and j.state = 'live' and j.live_version is not null`;

function readSchedule({ doneMs, runMs, afterAt, afterStay, ...row }: Row): Schedule {
  const after = afterAt === null || afterStay === null ? undefined : { at: afterAt, stay: afterStay };
  return { ...row, doneMs: Number(doneMs), runMs: runMs === null ? null : Number(runMs), after };
}

/** Schedules of all journeys that let people in now. */
export async function loadSchedules(db: Db): Promise<readonly Schedule[]> {
  const rows = await db<Row[]>`
    /* all workspaces: one loop serves them all */ ${live(db)} order by s.journey_id`;
  return rows.map(readSchedule);
}

/** The schedule of a journey, held until the transaction ends; undefined when it is gone, nobody comes in by it now, or another process has it. */
export async function lockSchedule(tx: Tx, { workspaceId, journeyId }: Schedule): Promise<Schedule | undefined> {
  const [row] = await tx<Row[]>`
    ${live(tx)} where s.workspace_id = ${workspaceId} and s.journey_id = ${journeyId} for update of s skip locked`;
  return row === undefined ? undefined : readSchedule(row);
}

/** Lets a journey take people at planned instants that come after one. */
export async function beginSchedule(tx: Tx, workspaceId: number, journeyId: string, fromMs: number): Promise<void> {
  await tx`insert into journey_schedule (workspace_id, journey_id, done_ms) values (${workspaceId}, ${journeyId}, ${fromMs})`;
}

/** Nobody comes into a journey by a schedule any more. */
export async function endSchedule(tx: Tx, workspaceId: number, journeyId: string): Promise<void> {
  await tx`delete from journey_schedule where workspace_id = ${workspaceId} and journey_id = ${journeyId}`;
}

export async function saveSchedule(tx: Tx, { workspaceId, journeyId, doneMs, runMs, after }: Schedule): Promise<void> {
  await tx`
    update journey_schedule set done_ms = ${doneMs}, run_ms = ${runMs}, after_at = ${after?.at ?? null}::text::timestamptz, after_stay = ${after?.stay ?? null}
    where workspace_id = ${workspaceId} and journey_id = ${journeyId}`;
}
