import type { HeardEvent } from "@terrace/domain/journeys/enrolment";
import { openText } from "../../platform/sealed-text.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { enrolmentColumns, readEnrolments, storedOf, type Cipher, type EnrolmentRow, type StoredEnrolment } from "./enrolment-rows.ts";

/** Whom an event can matter to: who is in or at the door, and whose goal is looked for. It is the condition of an index. */
const isHearing = (sql: Tx) => sql`(state in (0, 1) or watched_until_ms is not null)`;

/** Enrolments of some ids to which events can matter, held until the transaction ends, in order of their numbers; without what they keep. */
export async function lockHearing(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly StoredEnrolment[]> {
  const rows = await tx<EnrolmentRow[]>`
    select ${enrolmentColumns(tx)} from journey_enrolment e
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and ${isHearing(tx)}
    order by enrolment_id for update`;
  return rows.map((row) => storedOf(row, {}));
}

/** Locks of people in a workspace: a lock of each would need more than the engine has, when a batch brings in thousands. */
const LOCKS = 512n;

/** Keeps others from letting the same people in until the transaction ends. */
export async function lockEntering(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<void> {
  const locks = new Set(personIds.map((personId) => BigInt(personId) % LOCKS));
  await tx`
    select pg_advisory_xact_lock(hashtextextended('journey ' || ${workspaceId} || ' ' || l, 0))
    from (select unnest(${[...locks].toSorted((a, b) => Number(a - b)).map(String)}::text[]) as l) as locks`;
}

/** When somebody last was in a journey by one of their ids, for one key. */
export type Past = {
  readonly originId: string;
  readonly journeyId: string;
  readonly key: string;
  readonly enteredMs: number;
  readonly wasHeld: boolean;
};

/** The latest enrolments that are over, or held back, of some ids in some journeys for some keys. */
export async function loadPast(
  tx: Tx,
  workspaceId: number,
  asked: { readonly originIds: readonly string[]; readonly journeyIds: readonly string[]; readonly keys: readonly string[] },
): Promise<readonly Past[]> {
  const rows = await tx<(Omit<Past, "enteredMs"> & { enteredMs: string })[]>`
    select origin_id as "originId", journey_id as "journeyId", entry_key as key, state = 3 as "wasHeld", max(entered_ms) as "enteredMs" from journey_enrolment
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(asked.originIds)}::bigint[]) and state in (2, 3)
      and journey_id = any(${numbers(asked.journeyIds)}::bigint[]) and entry_key = any(${[...asked.keys]}::text[])
    group by 1, 2, 3, 4`;
  return rows.map((row) => ({ ...row, enteredMs: Number(row.enteredMs) }));
}

/** When some ids last were in some journeys, whatever for. */
export async function loadLast(
  tx: Tx,
  workspaceId: number,
  { originIds, journeyIds }: { readonly originIds: readonly string[]; readonly journeyIds: readonly string[] },
): Promise<readonly Past[]> {
  const rows = await tx<(Omit<Past, "enteredMs"> & { enteredMs: string })[]>`
    select origin_id as "originId", journey_id as "journeyId", '' as key, state = 3 as "wasHeld", max(entered_ms) as "enteredMs" from journey_enrolment
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and state in (2, 3)
      and journey_id = any(${numbers(journeyIds)}::bigint[])
    group by 1, 2, 4`;
  return rows.map((row) => ({ ...row, enteredMs: Number(row.enteredMs) }));
}

/** Of journeys in which some ids were before, whether the journey's own share held them back then. */
export async function loadDoorsPassed(
  tx: Tx,
  workspaceId: number,
  { originIds, journeyIds }: { readonly originIds: readonly string[]; readonly journeyIds: readonly string[] },
): Promise<readonly { readonly originId: string; readonly journeyId: string; readonly isHeld: boolean }[]> {
  return tx<{ originId: string; journeyId: string; isHeld: boolean }[]>`
    select distinct on (origin_id, journey_id) origin_id as "originId", journey_id as "journeyId", state = 3 and end_reason = 'ownShare' as "isHeld" from journey_enrolment
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and journey_id = any(${numbers(journeyIds)}::bigint[]) and state <> 0
    order by origin_id, journey_id, enrolment_id`;
}

/** Claims those who are due in journeys that go on, so many of each at most, skipping whom another process has and who is claimed already. */
export async function claimDue(
  tx: Tx,
  claim: {
    readonly journeyIds: readonly string[];
    readonly nowMs: number;
    readonly perJourney: number;
    readonly claimed: readonly string[];
  },
): Promise<readonly EnrolmentRow[]> {
  return tx<EnrolmentRow[]>`
    /* all workspaces: one loop serves them all */
    select ${enrolmentColumns(tx)} from unnest(${numbers(claim.journeyIds)}::bigint[]) as j (journey_id)
    cross join lateral (
      select * from journey_enrolment
      where journey_id = j.journey_id and due_ms <= ${claim.nowMs} and enrolment_id <> all(${numbers(claim.claimed)}::bigint[])
      order by due_ms limit ${claim.perJourney} for update skip locked) e`;
}

/** What a question of somebody is known by: they have one at a time, and each comes up once. */
export type QuestionKey = { readonly id: string; readonly steps: number; readonly asked: string | null };

/** Questions that are open and can be seen, so many of each journey at most, those that came up first before others. */
export async function loadOpenQuestions(
  db: Db,
  asked: { readonly journeyIds: readonly string[]; readonly nowMs: number; readonly perJourney: number },
): Promise<readonly QuestionKey[]> {
  return db<QuestionKey[]>`
    /* all workspaces: one loop serves them all */
    select e.enrolment_id as id, e.steps, e.more->>'asked' as asked from unnest(${numbers(asked.journeyIds)}::bigint[]) as j (journey_id)
    cross join lateral (
      select enrolment_id, asked_ms, steps, more from journey_enrolment
      where journey_id = j.journey_id and asked_ms <= ${asked.nowMs} and state in (0, 1) order by asked_ms limit ${asked.perJourney}) e
    order by e.asked_ms, e.enrolment_id`;
}

/** Those of some enrolments whose question is open, without holding them. */
export async function loadAsking(db: Db, cipher: Cipher, ids: readonly string[]): Promise<ReturnType<typeof readEnrolments>> {
  const rows = await db<EnrolmentRow[]>`
    select ${enrolmentColumns(db)} from journey_enrolment e /* all workspaces: the loop's own list */
    where e.enrolment_id = any(${numbers(ids)}::bigint[]) and e.asked_ms is not null and e.state in (0, 1)`;
  return readEnrolments(cipher, rows);
}

/** The same, held until the transaction ends, but for those whom another process has. */
export async function lockAsking(tx: Tx, cipher: Cipher, ids: readonly string[]): Promise<readonly StoredEnrolment[]> {
  const rows = await tx<EnrolmentRow[]>`
    select ${enrolmentColumns(tx)} from journey_enrolment e /* all workspaces: the loop's own list */
    where e.enrolment_id = any(${numbers(ids)}::bigint[]) and e.asked_ms is not null and e.state in (0, 1)
    order by e.enrolment_id for update skip locked`;
  return readEnrolments(cipher, rows).stored;
}

/** Lets those who can be answered first go first. */
export async function askLater(db: Db, ids: readonly string[], askedMs: number): Promise<void> {
  if (ids.length === 0) return;
  await db`
    update /* all workspaces: the loop's own list */ journey_enrolment set asked_ms = ${askedMs}
    where enrolment_id = any(${numbers(ids)}::bigint[]) and asked_ms is not null and state in (0, 1)`;
}

/** Events kept for some enrolments, by enrolment. */
export async function loadHeard(tx: Tx, cipher: Cipher, ids: readonly string[]): Promise<ReadonlyMap<string, readonly HeardEvent[]>> {
  const rows = await tx<{ id: string; body: Uint8Array }[]>`
    select enrolment_id as id, body from journey_heard /* all workspaces: the loop's own list */ where enrolment_id = any(${numbers(ids)}::bigint[])
    order by enrolment_id, event_id`;
  const groups = Map.groupBy(rows, ({ id }) => id);
  return new Map([...groups].map(([id, own]) => [id, own.map(({ body }) => JSON.parse(openText(cipher, body)) as HeardEvent)]));
}

/** Numbers for enrolments to come. */
export async function nextEnrolmentIds(tx: Tx, count: number): Promise<readonly string[]> {
  if (count === 0) return [];
  const rows = await tx<{ id: string }[]>`
    select /* no workspace_id: numbers alone */ nextval(pg_get_serial_sequence('journey_enrolment', 'enrolment_id')) as id from generate_series(1, ${count}::integer)`;
  return rows.map(({ id }) => id);
}
