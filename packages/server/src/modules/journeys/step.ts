import { advance } from "@terrace/domain/journeys/advance";
import type { HeardEvent, Moved, Passage } from "@terrace/domain/journeys/enrolment";
import { hearEvent, hearGoal, inOrder } from "@terrace/domain/journeys/hear-event";
import type { Doing } from "./effects.ts";
import type { StoredEnrolment } from "./enrolment-rows.ts";
import type { HeldBy, Steps } from "./enrolment-writes.store.ts";
import type { Context, Guided } from "./going.ts";
import type { Door } from "./held-back.ts";
import { zoneOf } from "./zone.views.ts";

/** What comes of taking somebody on, put to what is to be written; answers what their steps do. */
export function stepOf(one: Guided, door: Door, context: Context, steps: Steps): readonly Doing[] {
  const { stored, definition } = one;
  const personId = context.personOf.get(stored.originId);
  if (personId === undefined || door === "out") steps.gone.push(stored.id);
  else if (door === "asked") steps.saved.set(stored.id, { stored: asking(stored), definition, askedMs: context.nowMs });
  else if (door === "in") return goIn(one, personId, context, steps);
  else holdBack(one, door, context, steps);
  return [];
}

function goIn(one: Guided, personId: string, context: Context, steps: Steps): readonly Doing[] {
  const { stored, definition } = one;
  const heard = context.heard.get(stored.id) ?? [];
  const moved = stored.state === "waiting" ? admitted(one, heard, { context, personId }) : taken(one, heard, { context, personId });
  const { enrolment } = moved;
  const now: StoredEnrolment = { ...stored, state: "in", enrolment };
  const kept = enrolment.kept === stored.enrolment.kept ? undefined : enrolment.kept;
  steps.saved.set(stored.id, { stored: now, definition, askedMs: moved.ask === null ? null : context.nowMs, kept });
  steps.passages.push(...moved.passages.map((passage) => ({ by: stored, passage })));
  steps.forgotten.push(...forgotten(now, moved.passages, heard).map((event) => ({ id: stored.id, event })));
  const { dueMs, sinceMs } = stored.enrolment.place;
  return [
    { stored: now, definition, effects: moved.effects, causeMs: dueMs ?? sinceMs, personId, ref: context.names.get(stored.originId) },
  ];
}

type Knowing = { readonly context: Context; readonly personId: string };

/** Somebody who comes in: what was heard while they were at the door may be the goal or take them out; else they go on from the first node. */
function admitted(one: Guided, heard: readonly HeardEvent[], knowing: Knowing): Moved {
  const { stored, definition } = one;
  const { enrolment: before } = stored;
  let enrolment = { ...before, place: { ...before.place, phase: "arriving" as const, dueMs: before.place.sinceMs } };
  const passages: Passage[] = [];
  for (const event of inOrder(heard)) {
    const moved = hearEvent(definition, enrolment, event, knowing.context);
    if (moved === undefined) continue;
    passages.push(...moved.passages);
    if (moved.enrolment.end !== null) return { ...moved, passages };
    enrolment = { ...enrolment, goalMs: moved.enrolment.goalMs };
  }
  // The answer was to the question at the door.
  const inside = { stored: { ...stored, enrolment }, definition, answer: undefined };
  return taken(inside, heard, knowing);
}

function taken({ stored, definition, answer }: Guided, heard: readonly HeardEvent[], { context, personId }: Knowing): Moved {
  const { journeyId, originId } = stored;
  const facts = {
    journeyId,
    originId,
    personZone: zoneOf(context.zones.get(personId), context.zone),
    workspaceZone: context.zone,
    winners: new Map<string, string>(),
    heard,
    selects: context.selects,
  };
  return advance(definition, stored.enrolment, facts, { nowMs: context.nowMs, answer });
}

function holdBack({ stored, definition }: Guided, heldBy: HeldBy, { heard, selects }: Context, steps: Steps): void {
  const events = heard.get(stored.id) ?? [];
  let { enrolment } = stored;
  for (const event of inOrder(events)) enrolment = hearGoal(definition, enrolment, event, { selects }) ?? enrolment;
  steps.saved.set(stored.id, { stored: { ...stored, state: "held", enrolment }, definition, askedMs: null, heldBy });
  steps.forgotten.push(...events.map((event) => ({ id: stored.id, event: event.id })));
}

function asking(stored: StoredEnrolment): StoredEnrolment {
  const { enrolment } = stored;
  return { ...stored, enrolment: { ...enrolment, place: { ...enrolment.place, phase: "asking", dueMs: null } } };
}

/** What was heard on the way is of no use any more where somebody waits, nor what a passage names. */
function forgotten({ enrolment }: StoredEnrolment, passages: readonly Passage[], heard: readonly HeardEvent[]): readonly string[] {
  if (enrolment.end !== null || enrolment.place.phase === "waiting") return heard.map(({ id }) => id);
  return passages.flatMap(({ why }) => (why.kind === "event" ? [why.event] : []));
}
