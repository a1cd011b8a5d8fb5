import { valuesAt, pathOf, scalarsOf } from "@terrace/domain/conditions/value-at";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { enterJourney, mayEnter, type LastEnrolment } from "@terrace/domain/journeys/enter-journey";
import type { HeardEvent, Selects } from "@terrace/domain/journeys/enrolment";
import { hearEvent, mayMatterLater } from "@terrace/domain/journeys/hear-event";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import {
  insertEnrolment,
  insertPassages,
  keepHeard,
  lockEnrolmentsOf,
  lockEntering,
  saveEnrolment,
  type StoredEnrolment,
} from "./enrolment.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import type { RunningVersion } from "./journey.store.ts";
import { namesHeard, selecting, type Running } from "./running.ts";

const KEY_LENGTH_MAX = 200;
const DAY_MS = 86_400_000;
/** How long whoever is held back counts as being in, where the journey has no goal. */
const HELD_DAYS = 30;

/** Hears in settled events who comes into journeys, and what those who are in wait for. Its effects commit with its cursor, so each event takes effect once. */
export function createHearing(deps: JourneyDeps, running: Running): Reaction {
  return {
    name: "journeys",
    wanted: async () => (await running.fresh()).length > 0,
    react: async (tx, events) => {
      const versions = Map.groupBy(running.known(), ({ workspaceId }) => workspaceId);
      for (const [workspaceId, own] of [...Map.groupBy(events, ({ event }) => event.workspaceId)].toSorted(([a], [b]) => a - b))
        await hearIn(deps, tx, running, { workspaceId, versions: versions.get(workspaceId) ?? [], events: own });
    },
  };
}

type Hearing = { readonly workspaceId: number; readonly versions: readonly RunningVersion[]; readonly events: readonly PlacedEvent[] };
type Placed = { readonly event: HeardEvent; readonly originId: string; readonly receivedAtMs: number };

async function hearIn(deps: JourneyDeps, tx: Tx, running: Running, { workspaceId, versions, events }: Hearing): Promise<void> {
  const names = new Set(versions.flatMap(({ definition }) => [...namesHeard(definition)]));
  const placed = events
    .filter(({ event }) => event.ids.length > 0 && (names.has(event.name) || names.has(null)))
    .flatMap((one) => placedOf(deps, one));
  if (placed.length === 0) return;
  const owned = await deps.people.idsOfPeople(tx, workspaceId, [...new Set(placed.map(({ originId }) => originId))]);
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const entering = placed.flatMap(({ originId }) => personOf.get(originId) ?? []);
  await lockEntering(tx, workspaceId, [...new Set(entering)]);
  const stored = await lockEnrolmentsOf(tx, deps.privacy, workspaceId, {
    originIds: owned.map(({ originId }) => originId),
    journeyIds: [...new Set(versions.map(({ journeyId }) => journeyId))],
  });
  const people = Map.groupBy(stored, ({ originId }) => personOf.get(originId) ?? originId);
  const selects = selecting(deps, workspaceId, await deps.virtualEvents(workspaceId));
  for (const one of placed) {
    const personId = personOf.get(one.originId);
    if (personId === undefined) continue;
    const own = people.get(personId) ?? [];
    people.set(personId, own);
    await hearOne(deps, tx, running, { one, own, selects });
    await enterBy(deps, tx, versions, { one, own, selects });
  }
}

function placedOf({ privacy }: JourneyDeps, { event, lane, seq, index }: PlacedEvent): readonly Placed[] {
  const [first] = event.ids;
  if (first === undefined) return [];
  const { name, timeMs, properties, context, receivedAtMs } = event;
  const heard: HeardEvent = { id: `${lane}-${seq}-${index}`, name, timeMs, properties, context };
  return [{ event: heard, originId: privacy.originId(event.workspaceId, first.kind, first.value), receivedAtMs }];
}

type OfPerson = { readonly one: Placed; readonly own: StoredEnrolment[]; readonly selects: Selects };

/** What an event does to somebody's enrolments. Whoever is held back is looked at for the goal alone. */
async function hearOne(deps: JourneyDeps, tx: Tx, running: Running, { one: { event }, own, selects }: OfPerson): Promise<void> {
  for (const [at, stored] of own.entries()) {
    const definition = running.find(stored.journeyId, stored.version)?.definition;
    if (definition === undefined || stored.enrolment.end !== null) continue;
    const isHeld = stored.state === "held";
    const heard = isHeld
      ? { ...definition, exits: [], nodes: [], goal: definition.goal && { ...definition.goal, leaves: false } }
      : definition;
    const moved = hearEvent(heard, stored.enrolment, event, { selects });
    if (moved !== undefined) {
      own[at] = { ...stored, enrolment: moved.enrolment };
      await saveEnrolment(tx, deps.privacy, own[at], stillAsked(moved.enrolment.place.phase, deps.nowMs()));
      await insertPassages(tx, stored, moved.passages);
    } else if (!isHeld && mayMatterLater(definition, stored.enrolment, event, { selects }))
      await keepHeard(tx, deps.privacy, stored, event);
  }
}

/** A goal that leaves somebody where they are leaves their question open, too. */
function stillAsked(phase: string, atMs: number): number | null {
  return phase === "asking" ? atMs : null;
}

/** Lets somebody in by an event, where a journey says so and they may come in again. */
async function enterBy(deps: JourneyDeps, tx: Tx, versions: readonly RunningVersion[], { one, own, selects }: OfPerson): Promise<void> {
  for (const version of versions) {
    if (!version.isLive || version.journeyState !== "live") continue;
    const key = entryKey(version, one.event, selects);
    if (key === undefined) continue;
    const { workspaceId, journeyId, definition } = version;
    const last = own.filter((each) => each.journeyId === journeyId && each.key === key).at(-1);
    const atMs = one.receivedAtMs;
    if (!mayEnter(definition.reentry, last && lastOf(last, definition, atMs), atMs)) continue;
    const entering = {
      workspaceId,
      journeyId,
      version: version.version,
      originId: one.originId,
      key,
      enrolment: enterJourney(definition, atMs, one.event.properties),
    };
    own.push({ ...entering, id: await insertEnrolment(tx, deps.privacy, entering), state: "waiting" });
  }
}

/** Whoever is held back is in for as long as the goal could be reached. */
export function lastOf({ state, enrolment }: StoredEnrolment, { goal }: JourneyDefinition, atMs: number): LastEnrolment {
  const { enteredMs, end } = enrolment;
  const heldUntilMs = enteredMs + (goal?.withinDays ?? HELD_DAYS) * DAY_MS;
  return { enteredMs, isOpen: state === "held" ? atMs < heldUntilMs : end === null };
}

/** For what an event lets somebody in; empty: for nothing in particular. Undefined: it does not. */
function entryKey({ definition: { entry } }: RunningVersion, event: HeardEvent, selects: Selects): string | undefined {
  if (entry.kind === "segment") {
    const isMeant =
      event.name === (entry.change === "enters" ? SEGMENT_ENTERED : SEGMENT_LEFT) && event.properties["segment"] === entry.segment;
    return isMeant ? "" : undefined;
  }
  if (entry.kind !== "event" || !selects(entry.on, event)) return undefined;
  if (entry.keyedBy === null) return "";
  const [value] = valuesAt(event.properties, pathOf(entry.keyedBy)).flatMap(scalarsOf);
  const key = value === undefined ? "" : String(value);
  return key === "" || key.length > KEY_LENGTH_MAX ? undefined : key;
}
