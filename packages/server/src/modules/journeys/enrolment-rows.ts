import type { EndReason, Enrolment, HeardEvent, Passage, Place } from "@terrace/domain/journeys/enrolment";
import type { JsonObject } from "@terrace/domain/json";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";

/** waiting: whether they may come in is being asked; held: kept out, so that the effect can be told. */
export const ENROLMENT_STATES = ["waiting", "in", "out", "held"] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];
export const PHASES = ["arriving", "asking", "waiting"] as const;

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

/** An enrolment whose kept properties cannot be opened: it is told of, and stops nobody else. */
export type Unreadable = Pick<StoredEnrolment, "id" | "workspaceId" | "journeyId"> & { readonly error: unknown };

export type Cipher = Pick<JourneyDeps["privacy"], "encryptPayload" | "decryptPayload">;
type More = { readonly asked?: Place["asked"]; readonly eventsFromMs?: number; readonly passed?: readonly string[] };
export type EnrolmentRow = {
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

export const enrolmentColumns = (sql: Db | Tx) => sql`
  e.enrolment_id as id, e.workspace_id as "workspaceId", e.journey_id as "journeyId", e.version, e.origin_id as "originId", e.entry_key as key, e.state, e.phase,
  e.entered_ms as "enteredMs", e.since_ms as "sinceMs", e.due_ms as "dueMs", e.goal_ms as "goalMs", e.ended_ms as "endedMs", e.end_reason as "endReason",
  e.steps, e.exits_asked as "exitsAsked", e.node, e.more, e.kept`;

/** Enrolments as they are stored, in order of their numbers. */
export function readEnrolments(
  cipher: Cipher,
  rows: readonly EnrolmentRow[],
): { readonly stored: readonly StoredEnrolment[]; readonly unreadable: readonly Unreadable[] } {
  const stored: StoredEnrolment[] = [];
  const unreadable: Unreadable[] = [];
  for (const row of rows.toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id))))
    try {
      stored.push(storedOf(row, row.kept === null ? {} : (JSON.parse(openText(cipher, row.kept)) as JsonObject)));
    } catch (error) {
      unreadable.push({ id: row.id, workspaceId: row.workspaceId, journeyId: row.journeyId, error });
    }
  return { stored, unreadable };
}

/** Somebody's place, with what was kept where it matters. */
export function storedOf(row: EnrolmentRow, kept: JsonObject): StoredEnrolment {
  const { id, workspaceId, journeyId, version, originId, key, node } = row;
  const end = row.endedMs === null ? null : { reason: (row.endReason ?? "exit") as EndReason, node, atMs: Number(row.endedMs) };
  const enrolment: Enrolment = { enteredMs: Number(row.enteredMs), place: placeOf(row), kept, goalMs: msOf(row.goalMs), end };
  return { id, workspaceId, journeyId, version, originId, key, state: ENROLMENT_STATES[row.state] ?? "out", enrolment };
}

function placeOf({ node, phase, sinceMs: since, dueMs, steps, exitsAsked, more }: EnrolmentRow): Place {
  const sinceMs = Number(since);
  const usual = { asked: null, eventsFromMs: sinceMs, passed: [], ...more };
  return { node, phase: PHASES[phase] ?? "arriving", sinceMs, dueMs: msOf(dueMs), steps, exitsAsked, ...usual };
}

const msOf = (text: string | null): number | null => (text === null ? null : Number(text));

/** What is seldom there of a place. */
export function moreOf({ asked, eventsFromMs, sinceMs, passed }: Place): More | null {
  const more: More = {
    ...(asked === null ? {} : { asked }),
    ...(eventsFromMs === sinceMs ? {} : { eventsFromMs }),
    ...(passed.length === 0 ? {} : { passed }),
  };
  return Object.keys(more).length === 0 ? null : more;
}

export const sealKept = (cipher: Cipher, kept: JsonObject): Uint8Array | null =>
  Object.keys(kept).length === 0 ? null : sealText(cipher, JSON.stringify(kept));

/** A step that was taken, and by whom. */
export type NotedPassage = { readonly by: Pick<StoredEnrolment, "id" | "workspaceId" | "journeyId">; readonly passage: Passage };
/** An event that is kept for somebody on their way. */
export type KeptEvent = { readonly by: Pick<StoredEnrolment, "id" | "workspaceId">; readonly event: HeardEvent };
