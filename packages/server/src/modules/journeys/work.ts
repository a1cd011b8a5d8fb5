import { bucketOf } from "@terrace/domain/assignment/bucket";
import { advance } from "@terrace/domain/journeys/advance";
import type { Answer, HeardEvent, Moved } from "@terrace/domain/journeys/enrolment";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { applyEffects, type Doing } from "./effects.ts";
import { claimDue, deleteEnrolment, dropHeard, insertPassages, loadHeard, saveEnrolment, type StoredEnrolment } from "./enrolment.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import type { RunningVersion } from "./journey.store.ts";
import { selecting, type Running } from "./running.ts";
import { loadZones, zoneOf } from "./zone.views.ts";

/** People of one transaction. */
const CLAIM_MAX = 200;
const PER_JOURNEY_MIN = 10;

/** Works off what is due in journeys that go on; answers how many were. */
export async function workDue(deps: JourneyDeps, running: Running): Promise<number> {
  const journeyIds = liveOf(await running.fresh());
  if (journeyIds.length === 0) return 0;
  const claim = { journeyIds, nowMs: deps.nowMs(), perJourney: Math.max(PER_JOURNEY_MIN, Math.floor(CLAIM_MAX / journeyIds.length)) };
  return inTransaction(deps.db, async (tx) => {
    const claimed = await claimDue(tx, deps.privacy, claim);
    const held = await heldBack(deps, running, claimed);
    await goOn(
      deps,
      tx,
      running,
      claimed.map((stored) => ({ stored, isHeld: held.has(stored.id), answer: undefined })),
    );
    return claimed.length;
  });
}

/** Journeys whose people go on; those of paused ones stay where they are. */
export function liveOf(versions: readonly RunningVersion[]): readonly string[] {
  return [...new Set(versions.flatMap(({ journeyId, journeyState }) => (journeyState === "live" ? [journeyId] : [])))];
}

/** Those of whom are about to come in that are held back, by number: by a holdout of the workspace, or by the journey's own share. */
async function heldBack(deps: JourneyDeps, running: Running, claimed: readonly StoredEnrolment[]): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  const entering = claimed.filter(({ state }) => state === "waiting");
  for (const [journeyId, own] of Map.groupBy(entering, (one) => one.journeyId)) {
    const workspaceId = own[0]?.workspaceId ?? 0;
    const ids = [...new Set(own.map(({ originId }) => originId))];
    const asked = await deps.holdouts.ask(workspaceId, { program: { kind: "journey", key: journeyId }, ids });
    for (const { id, originId, version } of own) {
      const share = running.find(journeyId, version)?.definition.holdout ?? 0;
      if (asked.get(originId)?.may === false || bucketOf(`journey-holdout:${journeyId}`, originId) < share) held.add(id);
    }
  }
  return held;
}

/** Somebody who is taken on: held back at the door, or with the answer to their question. */
export type Going = { readonly stored: StoredEnrolment; readonly isHeld: boolean; readonly answer: Answer | undefined };

/** Takes people on, with what their steps do: places, passages and effects commit together. */
export async function goOn(deps: JourneyDeps, tx: Tx, running: Running, going: readonly Going[]): Promise<void> {
  const heard = await loadHeard(
    tx,
    deps.privacy,
    going.map(({ stored }) => stored.id),
  );
  const events = [];
  for (const [workspaceId, own] of Map.groupBy(going, ({ stored }) => stored.workspaceId)) {
    const context = await contextOf(deps, tx, workspaceId, own);
    const doing: Doing[] = [];
    for (const one of own) doing.push(...(await oneStep(deps, tx, running, { ...one, context, heard: heard.get(one.stored.id) ?? [] })));
    events.push(...(await applyEffects(deps, tx, workspaceId, doing)));
  }
  await appendWithin(tx, deps.privacy, events);
}

type Context = {
  readonly personOf: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, IdentityRef>;
  readonly zones: ReadonlyMap<string, string>;
  readonly zone: string;
  readonly selects: ReturnType<typeof selecting>;
};

async function contextOf(deps: JourneyDeps, tx: Tx, workspaceId: number, own: readonly Going[]): Promise<Context> {
  const originIds = [...new Set(own.map(({ stored }) => stored.originId))];
  const owned = await deps.people.idsOfPeople(tx, workspaceId, originIds);
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  return {
    personOf,
    names: await deps.people.clearIds(workspaceId, originIds),
    zones: await loadZones(tx, workspaceId, [...new Set(personOf.values())]),
    zone: (await deps.workspace(workspaceId))?.timeZone ?? "UTC",
    selects: selecting(deps, workspaceId, await deps.virtualEvents(workspaceId)),
  };
}

type Step = Going & { readonly context: Context; readonly heard: readonly HeardEvent[] };

async function oneStep(deps: JourneyDeps, tx: Tx, running: Running, step: Step): Promise<readonly Doing[]> {
  const { stored, context } = step;
  const { workspaceId, id, originId } = stored;
  const definition = running.find(stored.journeyId, stored.version)?.definition;
  const personId = context.personOf.get(originId);
  if (definition === undefined || personId === undefined) {
    await deleteEnrolment(tx, workspaceId, id);
    return [];
  }
  const nowMs = deps.nowMs();
  const door = atDoor(step, definition);
  if (door === "out") await deleteEnrolment(tx, workspaceId, id);
  if (door === "held") await saveEnrolment(tx, deps.privacy, { ...stored, state: "held" }, null);
  if (door === "asked") await saveEnrolment(tx, deps.privacy, asking(stored), nowMs);
  if (door !== "in") return [];
  const moved = advance(definition, admitted(stored), factsOf(step, personId), {
    nowMs,
    answer: stored.state === "in" ? step.answer : undefined,
  });
  const kept: StoredEnrolment = { ...stored, state: "in", enrolment: moved.enrolment };
  await saveEnrolment(tx, deps.privacy, kept, moved.ask === null ? null : nowMs);
  await insertPassages(tx, stored, moved.passages);
  await forgetHeard(tx, kept, moved, step.heard);
  return [{ stored: kept, definition, effects: moved.effects, personId, ref: context.names.get(originId) }];
}

/** Whether somebody comes in: those held back do not, and those whom the entry's condition is about are asked for first. */
function atDoor({ stored, isHeld, answer }: Going, { entry }: JourneyDefinition): "in" | "out" | "held" | "asked" {
  if (stored.state !== "waiting") return "in";
  if (isHeld) return "held";
  if (entry.condition === null) return "in";
  if (answer?.kind !== "conditions") return "asked";
  return answer.holds[0] === true ? "in" : "out";
}

function asking(stored: StoredEnrolment): StoredEnrolment {
  const { enrolment } = stored;
  return { ...stored, enrolment: { ...enrolment, place: { ...enrolment.place, phase: "asking", dueMs: null } } };
}

/** Somebody at the first node, whether their condition was asked or not. */
function admitted({ state, enrolment }: StoredEnrolment): StoredEnrolment["enrolment"] {
  return state === "in" ? enrolment : { ...enrolment, place: { ...enrolment.place, phase: "arriving", dueMs: enrolment.place.sinceMs } };
}

function factsOf({ stored, context, heard }: Step, personId: string) {
  return {
    journeyId: stored.journeyId,
    originId: stored.originId,
    personZone: zoneOf(context.zones.get(personId), context.zone),
    workspaceZone: context.zone,
    winners: new Map<string, string>(),
    heard,
    selects: context.selects,
  };
}

/** What was heard on the way is of no use any more where somebody waits, nor what a passage names. */
async function forgetHeard(
  tx: Tx,
  { workspaceId, id, enrolment }: StoredEnrolment,
  { passages }: Moved,
  heard: readonly HeardEvent[],
): Promise<void> {
  if (heard.length === 0) return;
  const isDone = enrolment.end !== null || enrolment.place.phase === "waiting";
  await dropHeard(tx, workspaceId, id, isDone ? "all" : passages.flatMap(({ why }) => (why.kind === "event" ? [why.event] : [])));
}
