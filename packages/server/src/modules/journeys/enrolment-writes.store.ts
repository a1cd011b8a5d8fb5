import { watchedUntil } from "@terrace/domain/journeys/hear-event";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { JsonObject } from "@terrace/domain/json";
import { sealText } from "../../platform/sealed-text.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import {
  ENROLMENT_STATES,
  moreOf,
  PHASES,
  sealKept,
  type Cipher,
  type KeptEvent,
  type NotedPassage,
  type StoredEnrolment,
} from "./enrolment-rows.ts";

const ROWS_PER_STATEMENT = 2_000;

/** The journey's own share, or a holdout of the workspace. */
export type HeldBy = "ownShare" | "holdout";

/** Where somebody is now. */
export type Saved = {
  readonly stored: StoredEnrolment;
  readonly definition: JourneyDefinition;
  /** Since when an answer is awaited; null: none is. */
  readonly askedMs: number | null;
  /** What is kept from now on; undefined: what was. */
  readonly kept?: JsonObject | undefined;
  /** Why somebody is held back, where they just came to be. */
  readonly heldBy?: HeldBy | undefined;
};

/** What is to be written of some people's steps: each enrolment is saved once, as it is last. */
export type Steps = {
  readonly entered: StoredEnrolment[];
  readonly saved: Map<string, Saved>;
  readonly gone: string[];
  readonly passages: NotedPassage[];
  readonly kept: KeptEvent[];
  readonly forgotten: { readonly id: string; readonly event: string }[];
};

export function noSteps(): Steps {
  return { entered: [], saved: new Map(), gone: [], passages: [], kept: [], forgotten: [] };
}

/** Writes steps with a few statements, however many people took them. */
export async function writeSteps(tx: Tx, cipher: Cipher, workspaceId: number, steps: Steps): Promise<void> {
  if (steps.gone.length > 0)
    await tx`delete from journey_enrolment where workspace_id = ${workspaceId} and enrolment_id = any(${numbers(steps.gone)}::bigint[])`;
  for (const some of inParts(steps.entered)) await insertEntered(tx, cipher, workspaceId, some);
  for (const some of inParts([...steps.saved.values()])) await updateSaved(tx, cipher, workspaceId, some);
  for (const some of inParts(steps.passages)) await insertPassages(tx, workspaceId, some);
  for (const some of inParts(steps.kept)) await keepHeard(tx, cipher, workspaceId, some);
  for (const some of inParts(steps.forgotten))
    await tx`
      delete from journey_heard h using unnest(${numbers(some.map(({ id }) => id))}::bigint[], ${some.map(({ event }) => event)}::text[]) as f (id, event)
      where h.workspace_id = ${workspaceId} and h.enrolment_id = f.id and h.event_id = f.event`;
}

function inParts<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / ROWS_PER_STATEMENT) }, (_, at) =>
    all.slice(at * ROWS_PER_STATEMENT, (at + 1) * ROWS_PER_STATEMENT),
  );
}

const hexOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString("hex"));

/** Lets people in, to be asked first whether they may. */
async function insertEntered(tx: Tx, cipher: Cipher, workspaceId: number, entered: readonly StoredEnrolment[]): Promise<void> {
  const rows = entered.map(({ id, journeyId, version, originId, key, enrolment: { enteredMs, place, kept } }) => ({
    id,
    journey: journeyId,
    version,
    origin: originId,
    key,
    entered: enteredMs,
    since: place.sinceMs,
    due: place.dueMs,
    node: place.node,
    more: moreOf(place),
    kept: hexOf(sealKept(cipher, kept)),
  }));
  await tx`
    insert into journey_enrolment (enrolment_id, workspace_id, journey_id, version, origin_id, entry_key, state, phase, entered_ms, since_ms, due_ms, steps,
      exits_asked, node, more, kept)
    overriding system value
    select id, ${workspaceId}, journey, version, origin, key, 0, 0, entered, since, due, 0, false, node, more, decode(kept, 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id bigint, journey bigint, version integer, origin bigint, key text, entered bigint,
      since bigint, due bigint, node text, more jsonb, kept text)`;
}

async function updateSaved(tx: Tx, cipher: Cipher, workspaceId: number, saved: readonly Saved[]): Promise<void> {
  const rows = saved.map((one) => {
    const { stored, definition, heldBy } = one;
    const { place, goalMs, end } = stored.enrolment;
    return {
      id: stored.id,
      version: stored.version,
      state: ENROLMENT_STATES.indexOf(end === null ? stored.state : "out"),
      phase: PHASES.indexOf(place.phase),
      since: place.sinceMs,
      goal: goalMs,
      watched: stored.state === "waiting" ? null : watchedUntil(definition, stored.enrolment),
      ended: end?.atMs ?? null,
      reason: end?.reason ?? heldBy ?? null,
      steps: place.steps,
      exits: place.exitsAsked,
      node: place.node,
      ...(end !== null || stored.state === "held" ? NOTHING_TO_DO : toDo(cipher, one)),
    };
  });
  await tx`
    update journey_enrolment e set version = r.version, state = r.state, phase = r.phase, since_ms = r.since, due_ms = r.due, asked_ms = r.asked, goal_ms = r.goal,
      watched_until_ms = r.watched, ended_ms = r.ended, end_reason = coalesce(r.reason, e.end_reason), steps = r.steps, exits_asked = r.exits, node = r.node, more = r.more,
      kept = case when r.same then e.kept else decode(r.kept, 'hex') end
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id bigint, version integer, state smallint, phase smallint, since bigint, due bigint,
      asked bigint, goal bigint, watched bigint, ended bigint, reason text, steps integer, exits boolean, node text, more jsonb, same boolean, kept text)
    where e.workspace_id = ${workspaceId} and e.enrolment_id = r.id`;
}

/** Nobody waits for whoever is out or held back. */
const NOTHING_TO_DO = { due: null, asked: null, more: null, same: false, kept: null };

function toDo(cipher: Cipher, { stored: { enrolment }, askedMs, kept }: Saved): Readonly<Record<keyof typeof NOTHING_TO_DO, unknown>> {
  const { place } = enrolment;
  const sealed = kept === undefined ? null : hexOf(sealKept(cipher, kept));
  return { due: place.dueMs, asked: askedMs, more: moreOf(place), same: kept === undefined, kept: sealed };
}

/** Notes steps; each step of an enrolment is noted once. */
async function insertPassages(tx: Tx, workspaceId: number, noted: readonly NotedPassage[]): Promise<void> {
  const rows = noted.map(({ by, passage: { step, node, cameMs, leftMs, out, why } }) => ({
    id: by.id,
    journey: by.journeyId,
    step,
    node,
    came: cameMs,
    left: leftMs,
    out,
    why,
  }));
  await tx`
    insert into journey_passage (workspace_id, enrolment_id, step, journey_id, node, came_ms, left_ms, out, why)
    select ${workspaceId}, id, step, journey, node, came, "left", out, why
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id bigint, journey bigint, step integer, node text, came bigint, "left" bigint, out text, why jsonb)`;
}

/** Keeps events for people on their way; one that is kept already stays. */
async function keepHeard(tx: Tx, cipher: Cipher, workspaceId: number, kept: readonly KeptEvent[]): Promise<void> {
  const rows = kept.map(({ by, event }) => ({ id: by.id, event: event.id, body: hexOf(sealText(cipher, JSON.stringify(event))) }));
  await tx`
    insert into journey_heard (workspace_id, enrolment_id, event_id, body)
    select ${workspaceId}, id, event, decode(body, 'hex') from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id bigint, event text, body text)
    on conflict do nothing`;
}
