import type { EndReason, Enrolment, HeardEvent, Passage, Place } from "@terrace/domain/journeys/enrolment";
import type { JsonObject } from "@terrace/domain/json";
import { numbers } from "../../platform/storage/bulk-values.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";

/** waiting: whether they may come in is being asked; held: kept out, so that the effect can be told. */
export const ENROLMENT_STATES = ["waiting", "in", "out", "held"] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];
const PHASES = ["arriving", "asking", "waiting"] as const;

export type StoredEnrolment = {
  readonly id: string;
  readonly workspaceId: number;
  readonly journeyId: string;
  readonly version: number;
  readonly originId: string;
  readonly key: string;
  readonly state: EnrolmentState;
  readonly enrolment: Enrolment;
};

type Cipher = Pick<JourneyDeps["privacy"], "encryptPayload" | "decryptPayload">;
type More = { readonly asked?: Place["asked"]; readonly eventsFromMs?: number; readonly passed?: readonly string[] };
type Row = {
  readonly id: string;
  readonly workspaceId: number;
  readonly journeyId: string;
  readonly version: number;
  readonly originId: string;
  readonly key: string;
  readonly state: number;
  readonly phase: number;
  readonly enteredMs: string;
  readonly sinceMs: string;
  readonly dueMs: string | null;
  readonly goalMs: string | null;
  readonly endedMs: string | null;
  readonly endReason: string | null;
  readonly steps: number;
  readonly exitsAsked: boolean;
  readonly node: string;
  readonly more: More | null;
  readonly kept: Uint8Array | null;
};

const columns = (sql: Db | Tx) => sql`
  e.enrolment_id as id, e.workspace_id as "workspaceId", e.journey_id as "journeyId", e.version, e.origin_id as "originId", e.entry_key as key, e.state, e.phase,
  e.entered_ms as "enteredMs", e.since_ms as "sinceMs", e.due_ms as "dueMs", e.goal_ms as "goalMs", e.ended_ms as "endedMs", e.end_reason as "endReason",
  e.steps, e.exits_asked as "exitsAsked", e.node, e.more, e.kept`;

function storedOf(cipher: Cipher, row: Row): StoredEnrolment {
  const { id, workspaceId, journeyId, version, originId, key, node, kept } = row;
  const end = row.endedMs === null ? null : { reason: (row.endReason ?? "exit") as EndReason, node, atMs: Number(row.endedMs) };
  const enrolment: Enrolment = {
    enteredMs: Number(row.enteredMs),
    place: placeOf(row),
    kept: kept === null ? {} : (JSON.parse(openText(cipher, kept)) as JsonObject),
    goalMs: msOf(row.goalMs),
    end,
  };
  return { id, workspaceId, journeyId, version, originId, key, state: ENROLMENT_STATES[row.state] ?? "out", enrolment };
}

function placeOf({ node, phase, sinceMs: since, dueMs, steps, exitsAsked, more }: Row): Place {
  const sinceMs = Number(since);
  const usual = { asked: null, eventsFromMs: sinceMs, passed: [], ...more };
  return { node, phase: PHASES[phase] ?? "arriving", sinceMs, dueMs: msOf(dueMs), steps, exitsAsked, ...usual };
}

const msOf = (text: string | null): number | null => (text === null ? null : Number(text));

function moreOf({ asked, eventsFromMs, sinceMs, passed }: Place): string | null {
  const more: More = {
    ...(asked === null ? {} : { asked }),
    ...(eventsFromMs === sinceMs ? {} : { eventsFromMs }),
    ...(passed.length === 0 ? {} : { passed }),
  };
  return Object.keys(more).length === 0 ? null : JSON.stringify(more);
}

const sealKept = (cipher: Cipher, kept: JsonObject): Uint8Array | null =>
  Object.keys(kept).length === 0 ? null : sealText(cipher, JSON.stringify(kept));

/** Lets somebody in, to be asked first whether they may; answers the number of the enrolment. */
export async function insertEnrolment(tx: Tx, cipher: Cipher, entering: Omit<StoredEnrolment, "id" | "state">): Promise<string> {
  const { workspaceId, journeyId, version, originId, key, enrolment } = entering;
  const { place, enteredMs, kept } = enrolment;
  const [row] = await tx<{ id: string }[]>`
    insert into journey_enrolment (workspace_id, journey_id, version, origin_id, entry_key, state, phase, entered_ms, since_ms, due_ms, steps, exits_asked, node, kept)
    values (${workspaceId}, ${journeyId}, ${version}, ${originId}, ${key}, 0, 0, ${enteredMs}, ${place.sinceMs}, ${place.dueMs}, 0, false, ${place.node}, ${sealKept(cipher, kept)})
    returning enrolment_id as id`;
  if (row === undefined) throw new Error("insert into journey_enrolment returned no row");
  return row.id;
}

/** Enrolments of some ids in some journeys, those that are over as well, held until the transaction ends, in order of their numbers. */
export async function lockEnrolmentsOf(
  tx: Tx,
  cipher: Cipher,
  workspaceId: number,
  { originIds, journeyIds }: { readonly originIds: readonly string[]; readonly journeyIds: readonly string[] },
): Promise<readonly StoredEnrolment[]> {
  const rows = await tx<Row[]>`
    select ${columns(tx)} from journey_enrolment e
    where e.workspace_id = ${workspaceId} and e.origin_id = any(${numbers(originIds)}::bigint[]) and e.journey_id = any(${numbers(journeyIds)}::bigint[])
    order by e.enrolment_id for update`;
  return rows.map((row) => storedOf(cipher, row));
}

/** Keeps others from letting the same people in until the transaction ends. */
export async function lockEntering(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<void> {
  await tx`
    select pg_advisory_xact_lock(hashtextextended('journey ' || ${workspaceId} || ' ' || p, 0))
    from (select unnest(${[...personIds]}::text[]) as p order by 1) as people`;
}

/** Claims those who are due in journeys that go on, so many of each at most, skipping whom another process has. */
export async function claimDue(
  tx: Tx,
  cipher: Cipher,
  claim: { readonly journeyIds: readonly string[]; readonly nowMs: number; readonly perJourney: number },
): Promise<readonly StoredEnrolment[]> {
  const rows = await tx<Row[]>`
    /* all workspaces: one loop serves them all */
    select ${columns(tx)} from unnest(${numbers(claim.journeyIds)}::bigint[]) as j (journey_id)
    cross join lateral (
      select * from journey_enrolment
      where journey_id = j.journey_id and due_ms <= ${claim.nowMs} order by due_ms limit ${claim.perJourney} for update skip locked) e`;
  return rows.map((row) => storedOf(cipher, row)).toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
}

/** Those whose question came up before an instant, without holding them. */
export async function loadAsking(
  db: Db,
  cipher: Cipher,
  asked: { readonly journeyIds: readonly string[]; readonly untilMs: number; readonly limit: number },
): Promise<readonly StoredEnrolment[]> {
  const rows = await db<Row[]>`
    /* all workspaces: one loop serves them all */
    select ${columns(db)} from journey_enrolment e
    where e.journey_id = any(${numbers(asked.journeyIds)}::bigint[]) and e.asked_ms <= ${asked.untilMs} and e.state in (0, 1)
    order by e.asked_ms, e.enrolment_id limit ${asked.limit}`;
  return rows.map((row) => storedOf(cipher, row));
}

/** Holds those of some enrolments whose question is still open. */
export async function lockAsking(tx: Tx, cipher: Cipher, ids: readonly string[]): Promise<readonly StoredEnrolment[]> {
  const rows = await tx<Row[]>`
    select ${columns(tx)} from journey_enrolment e /* all workspaces: the loop's own list */
    where e.enrolment_id = any(${numbers(ids)}::bigint[]) and e.asked_ms is not null and e.state in (0, 1)
    order by e.enrolment_id for update skip locked`;
  return rows.map((row) => storedOf(cipher, row));
}

/** Writes where somebody is now. An answer is awaited since `askedMs`, or none is. */
export async function saveEnrolment(tx: Tx, cipher: Cipher, saved: StoredEnrolment, askedMs: number | null): Promise<void> {
  const { id, workspaceId, version, state, enrolment } = saved;
  const { place, goalMs, end, kept } = enrolment;
  const isOver = end !== null || state === "held";
  await tx`
    update journey_enrolment set version = ${version}, state = ${ENROLMENT_STATES.indexOf(end === null ? state : "out")}, phase = ${PHASES.indexOf(place.phase)},
      since_ms = ${place.sinceMs}, due_ms = ${isOver ? null : place.dueMs}, asked_ms = ${isOver ? null : askedMs}, goal_ms = ${goalMs},
      ended_ms = ${end?.atMs ?? null}, end_reason = ${end?.reason ?? null}, steps = ${place.steps}, exits_asked = ${place.exitsAsked}, node = ${place.node},
      more = ${isOver ? null : moreOf(place)}::text::jsonb, kept = ${isOver ? null : sealKept(cipher, kept)}
    where workspace_id = ${workspaceId} and enrolment_id = ${id}`;
}

/** Takes somebody back who may not come in. */
export async function deleteEnrolment(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from journey_enrolment where workspace_id = ${workspaceId} and enrolment_id = ${id}`;
}

/** Notes steps; each step of an enrolment is noted once. */
export async function insertPassages(
  tx: Tx,
  { workspaceId, journeyId, id }: Pick<StoredEnrolment, "workspaceId" | "journeyId" | "id">,
  passages: readonly Passage[],
): Promise<void> {
  for (const { step, node, cameMs, leftMs, out, why } of passages)
    await tx`
      insert into journey_passage (workspace_id, enrolment_id, step, journey_id, node, came_ms, left_ms, out, why)
      values (${workspaceId}, ${id}, ${step}, ${journeyId}, ${node}, ${cameMs}, ${leftMs}, ${out}, ${JSON.stringify(why)}::text::jsonb)`;
}

/** Keeps an event for somebody on their way; one that is kept already stays. */
export async function keepHeard(
  tx: Tx,
  cipher: Cipher,
  { workspaceId, id }: Pick<StoredEnrolment, "workspaceId" | "id">,
  event: HeardEvent,
): Promise<void> {
  await tx`
    insert into journey_heard (workspace_id, enrolment_id, event_id, body)
    values (${workspaceId}, ${id}, ${event.id}, ${sealText(cipher, JSON.stringify(event))}) on conflict do nothing`;
}

/** Events kept for some enrolments, by enrolment. */
export async function loadHeard(tx: Tx, cipher: Cipher, ids: readonly string[]): Promise<ReadonlyMap<string, readonly HeardEvent[]>> {
  const rows = await tx<{ id: string; body: Uint8Array }[]>`
    select enrolment_id as id, body from journey_heard /* all workspaces: the loop's own list */ where enrolment_id = any(${numbers(ids)}::bigint[])
    order by enrolment_id, event_id`;
  const groups = Map.groupBy(rows, ({ id }) => id);
  return new Map([...groups].map(([id, own]) => [id, own.map(({ body }) => JSON.parse(openText(cipher, body)) as HeardEvent)]));
}

/** Forgets kept events: all of an enrolment, or some. */
export async function dropHeard(tx: Tx, workspaceId: number, id: string, eventIds: readonly string[] | "all"): Promise<void> {
  await tx`
    delete from journey_heard where workspace_id = ${workspaceId} and enrolment_id = ${id} ${eventIds === "all" ? tx`` : tx`and event_id = any(${[...eventIds]}::text[])`}`;
}
