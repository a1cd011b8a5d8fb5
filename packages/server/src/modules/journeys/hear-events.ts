import { valuesAt, pathOf, scalarsOf } from "@terrace/domain/conditions/value-at";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { ENTRY_DELAY_MAX_MS, enterJourney } from "@terrace/domain/journeys/enter-journey";
import type { HeardEvent, Moved, Selects } from "@terrace/domain/journeys/enrolment";
import { hearEvent, hearGoal, mattersAtDoor, mayMatterLater } from "@terrace/domain/journeys/hear-event";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { lockPeople, mayComeIn } from "./door.ts";
import { takeBack } from "./effects.ts";
import type { StoredEnrolment } from "./enrolment-rows.ts";
import { loadPast, lockHearing, nextEnrolmentIds, type Past } from "./enrolment.store.ts";
import { noSteps, writeSteps, type Steps } from "./enrolment-writes.store.ts";
import { passHeard } from "./heard-mark.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { eachOrHalved, faultName } from "./parked.ts";
import { holdVersions, isAnyRunning } from "./running.store.ts";
import { namesHeard, selecting, type Running, type RunningVersion } from "./running.ts";

const KEY_LENGTH_MAX = 200;
/** What was received before a journey was started lets nobody in; clocks of two machines differ by less than this. */
const CLOCKS_DIFFER_MS = 60_000;

/** Hears in settled events who comes into journeys, and what those who are in wait for. Its effects commit with its cursor, and what was heard once is not heard again. */
export function createHearing(deps: JourneyDeps, running: Running): Reaction {
  return {
    name: "journeys",
    wanted: () => isAnyRunning(deps.db),
    react: async (tx, all) => {
      await holdVersions(tx);
      const events = await passHeard(tx, all);
      const versions = Map.groupBy(await running.inside(tx), ({ workspaceId }) => workspaceId);
      for (const [workspaceId, own] of [...Map.groupBy(events, ({ event }) => event.workspaceId)].toSorted(([a], [b]) => a - b))
        await hearIn(deps, tx, running, { workspaceId, versions: versions.get(workspaceId) ?? [], events: own });
    },
  };
}

type Hearing = { readonly workspaceId: number; readonly versions: readonly RunningVersion[]; readonly events: readonly PlacedEvent[] };
type Placed = { readonly at: number; readonly event: HeardEvent; readonly originId: string; readonly receivedAtMs: number };

/** An event that a fault of its own keeps from being heard is told of and passed. */
async function hearIn(deps: JourneyDeps, tx: Tx, running: Running, { workspaceId, versions, events }: Hearing): Promise<void> {
  if (versions.length === 0) return;
  const virtuals = await deps.virtualEvents(workspaceId);
  const names = namesHeard(
    versions.map(({ definition }) => definition),
    virtuals,
  );
  const placed = events
    .filter(({ event }) => event.ids.length > 0 && (names.has(event.name) || names.has(null)))
    .flatMap((one, at) => placedOf(deps, one, at));
  const selects = selecting(deps, workspaceId, virtuals);
  await eachOrHalved(
    tx,
    [...Map.groupBy(placed, ({ originId }) => originId).values()],
    (inner, some) =>
      hearSome(deps, inner, running, { workspaceId, versions, selects, placed: some.flat().toSorted((a, b) => a.at - b.at) }),
    (_tx, one, error) => {
      deps.log.error(
        { workspaceId, events: one.map(({ event }) => event.id), fault: faultName(error) },
        "events could not be heard by journeys",
      );
      return Promise.resolve();
    },
  );
}

type Some = Omit<Hearing, "events"> & { readonly selects: Selects; readonly placed: readonly Placed[] };

async function hearSome(deps: JourneyDeps, tx: Tx, running: Running, { workspaceId, versions, selects, placed }: Some): Promise<void> {
  const entries = new Map(placed.map((one) => [one, entriesBy(versions, one, selects)]));
  const entering = new Set(placed.flatMap((one) => (entries.get(one)?.length === 0 ? [] : [one.originId])));
  const owned = await lockPeople(deps, tx, workspaceId, { originIds: placed.map(({ originId }) => originId), entering });
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const originIds = owned.map(({ originId }) => originId);
  const stored = await lockHearing(tx, workspaceId, originIds);
  const all = [...entries.values()].flat();
  const coming = new Set([...entering].map((id) => personOf.get(id)));
  const past = await pastOf(tx, workspaceId, { entries: all, originIds: originIds.filter((id) => coming.has(personOf.get(id))) });
  const own = Map.groupBy(stored, ({ originId }) => personOf.get(originId));
  const before = Map.groupBy(past, ({ originId }) => personOf.get(originId));
  const hearer: Hearer = { selects, definitionOf: await running.definitions(tx, stored), nowMs: deps.nowMs(), steps: noSteps() };
  const ids = [...(await nextEnrolmentIds(tx, all.length))];
  for (const one of placed) {
    const personId = personOf.get(one.originId);
    if (personId === undefined) continue;
    const person = { own: own.get(personId) ?? [], past: before.get(personId) ?? [] };
    own.set(personId, person.own);
    hearOne(hearer, one.event, person.own);
    for (const entry of entries.get(one) ?? []) comeIn(hearer, one, entry, { person, workspaceId, id: () => ids.pop() ?? "" });
  }
  await writeSteps(tx, deps.privacy, workspaceId, hearer.steps);
  const isNew = new Set(stored.flatMap(({ id, enrolment: { end } }) => (end === null ? [id] : [])));
  await takeBack(
    deps,
    tx,
    [...hearer.steps.saved.values()].flatMap((saved) => (isNew.has(saved.stored.id) ? [saved.stored] : [])),
  );
}

type Entry = { readonly version: RunningVersion; readonly key: string };

async function pastOf(
  tx: Tx,
  workspaceId: number,
  { entries, originIds }: { readonly entries: readonly Entry[]; readonly originIds: readonly string[] },
): Promise<readonly Past[]> {
  if (entries.length === 0) return [];
  const journeyIds = [...new Set(entries.map(({ version }) => version.journeyId))];
  return loadPast(tx, workspaceId, { originIds, journeyIds, keys: [...new Set(entries.map(({ key }) => key))] });
}

function placedOf({ privacy }: JourneyDeps, { event, lane, seq, index }: PlacedEvent, at: number): readonly Placed[] {
  const [first] = event.ids;
  if (first === undefined) return [];
  const { name, properties, context, receivedAtMs } = event;
  // A clock that is ahead takes nobody's journey ahead.
  const timeMs = Math.min(event.timeMs, receivedAtMs);
  const heard: HeardEvent = { id: `${lane}-${seq}-${index}`, name, timeMs, properties, context };
  return [{ at, event: heard, originId: privacy.originId(event.workspaceId, first.kind, first.value), receivedAtMs }];
}

type Hearer = {
  readonly selects: Selects;
  readonly definitionOf: (stored: StoredEnrolment) => JourneyDefinition | undefined;
  readonly nowMs: number;
  readonly steps: Steps;
};

/** What an event does to somebody's enrolments. Whoever is held back is looked at for the goal alone. */
function hearOne(hearer: Hearer, event: HeardEvent, own: StoredEnrolment[]): void {
  for (const [at, stored] of own.entries()) {
    const definition = hearer.definitionOf(stored);
    if (definition === undefined) continue;
    if (stored.state === "waiting") {
      if (mattersAtDoor(definition, stored.enrolment, event, hearer)) hearer.steps.kept.push({ by: stored, event });
    } else own[at] = heardBy(hearer, stored, definition, event);
  }
}

function heardBy(
  { steps, nowMs, ...hearing }: Hearer,
  stored: StoredEnrolment,
  definition: JourneyDefinition,
  event: HeardEvent,
): StoredEnrolment {
  const { enrolment, passages } = effectOf(hearing, stored, definition, event);
  const now = { ...stored, enrolment };
  // A goal that leaves somebody where they are leaves their question open, too.
  const askedMs = enrolment.place.phase === "asking" ? nowMs : null;
  if (enrolment !== stored.enrolment) steps.saved.set(stored.id, { stored: now, definition, askedMs });
  steps.passages.push(...passages.map((passage) => ({ by: stored, passage })));
  const isOnTheWay = stored.state === "in" && passages.length === 0;
  if (isOnTheWay && mayMatterLater(definition, enrolment, event, hearing)) steps.kept.push({ by: stored, event });
  return now;
}

type Heard = Pick<Moved, "enrolment" | "passages">;

function effectOf(
  hearing: Pick<Hearer, "selects">,
  { state, enrolment }: StoredEnrolment,
  definition: JourneyDefinition,
  event: HeardEvent,
): Heard {
  if (state === "held") return { enrolment: hearGoal(definition, enrolment, event, hearing) ?? enrolment, passages: [] };
  return hearEvent(definition, enrolment, event, hearing) ?? { enrolment, passages: [] };
}

type Coming = {
  readonly person: { readonly own: StoredEnrolment[]; readonly past: readonly Past[] };
  readonly workspaceId: number;
  readonly id: () => string;
};

/** Lets somebody in by an event, where they may come in again. */
function comeIn({ steps }: Hearer, one: Placed, { version, key }: Entry, { person, workspaceId, id }: Coming): void {
  const { journeyId, definition } = version;
  const enteredMs = one.event.timeMs;
  if (!mayComeIn(person, definition, { journeyId, key, atMs: enteredMs })) return;
  const entered: StoredEnrolment = {
    id: id(),
    workspaceId,
    journeyId,
    version: version.version,
    originId: one.originId,
    key,
    state: "waiting",
    enrolment: enterJourney(definition, { enteredMs, heardMs: one.receivedAtMs }, one.event.properties),
  };
  steps.entered.push(entered);
  person.own.push(entered);
}

/** By which versions an event lets somebody in, and for what. */
function entriesBy(versions: readonly RunningVersion[], { event, receivedAtMs }: Placed, selects: Selects): readonly Entry[] {
  if (receivedAtMs - event.timeMs > ENTRY_DELAY_MAX_MS) return [];
  return versions.flatMap((version) => {
    if (!version.isLive || version.journeyState !== "live" || receivedAtMs < version.startedMs - CLOCKS_DIFFER_MS) return [];
    const key = entryKey(version, event, selects);
    return key === undefined ? [] : [{ version, key }];
  });
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
  return key === "" || key.length > KEY_LENGTH_MAX || key.includes("\0") ? undefined : key;
}
