import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { appendWithin } from "../../platform/feed/append-within.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { applyEffects, takeBack, type Doing } from "./effects.ts";
import { loadHeard } from "./enrolment.store.ts";
import { noSteps, writeSteps } from "./enrolment-writes.store.ts";
import type { Context, Going, Guided } from "./going.ts";
import { decideDoors } from "./held-back.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { unpark } from "./parked.store.ts";
import { eachOrHalved, faultName, park } from "./parked.ts";
import { selecting, type Running } from "./running.ts";
import { stepOf } from "./step.ts";
import { loadZones } from "./zone.views.ts";

/**
 * Takes people on, with what their steps do: places, passages and effects commit together. Whose step fails by itself is put off, and everybody else goes on; so is
 * whose version cannot be read.
 */
export async function goOn(deps: JourneyDeps, tx: Tx, running: Running, going: readonly Going[]): Promise<void> {
  const definitionOf = await running.definitions(
    tx,
    going.map(({ stored }) => stored),
  );
  const guided = going.flatMap((one): readonly Guided[] => {
    const definition = definitionOf(one.stored);
    return definition === undefined ? [] : [{ ...one, definition }];
  });
  const lost = going.map(({ stored }) => stored).filter((stored) => definitionOf(stored) === undefined);
  await park(deps, tx, lost, "version unreadable");
  const events: FeedEvent[] = [];
  for (const [workspaceId, own] of [...Map.groupBy(guided, ({ stored }) => stored.workspaceId)].toSorted(([a], [b]) => a - b)) {
    const told = await eachOrHalved(
      tx,
      own,
      (inner, some) => goOnIn(deps, inner, workspaceId, some),
      (outer, { stored }, error) => park(deps, outer, [stored], faultName(error)),
    );
    events.push(...told.flat());
  }
  await appendWithin(tx, deps.privacy, events);
}

async function contextOf(deps: JourneyDeps, tx: Tx, workspaceId: number, own: readonly Going[]): Promise<Context> {
  const originIds = [...new Set(own.map(({ stored }) => stored.originId))];
  const ids = own.map(({ stored }) => stored.id);
  const owned = await deps.people.idsOfPeople(tx, workspaceId, originIds);
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const idsOf = Map.groupBy(owned, ({ personId }) => personId);
  return {
    personOf,
    idsOf: new Map([...idsOf].map(([personId, all]) => [personId, all.map(({ originId }) => originId)])),
    names: await deps.people.clearIdsIn(tx, workspaceId, originIds),
    zones: await loadZones(tx, workspaceId, [...idsOf.keys()]),
    zone: (await deps.workspace(workspaceId))?.timeZone ?? "UTC",
    selects: selecting(deps, workspaceId, await deps.virtualEvents(workspaceId)),
    heard: await loadHeard(tx, deps.privacy, ids),
    nowMs: deps.nowMs(),
  };
}

async function goOnIn(deps: JourneyDeps, tx: Tx, workspaceId: number, own: readonly Guided[]): Promise<readonly FeedEvent[]> {
  const context = await contextOf(deps, tx, workspaceId, own);
  const { doors, told } = await decideDoors(deps, tx, { workspaceId, own, context });
  const steps = noSteps();
  const doing = own.flatMap((one): readonly Doing[] => stepOf(one, doors.get(one.stored.id) ?? "in", context, steps));
  await writeSteps(tx, deps.privacy, workspaceId, steps);
  await unpark(
    tx,
    workspaceId,
    own.map(({ stored }) => stored.id),
  );
  const events = await applyEffects(deps, tx, workspaceId, doing);
  await takeBack(
    deps,
    tx,
    doing.map(({ stored }) => stored),
  );
  return [...told, ...events];
}
