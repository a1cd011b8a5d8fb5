import { bucketOf } from "@terrace/domain/assignment/bucket";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { Tx } from "../../platform/storage/postgres.ts";
import { loadDoorsPassed } from "./enrolment.store.ts";
import type { Context, Guided } from "./going.ts";
import type { HeldBy } from "./enrolment-writes.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";

/** Whether somebody comes in: those whom the entry's condition is about are asked for it first, and only who meets it comes in or is held back. */
export type Door = "in" | "out" | "asked" | HeldBy;
type At = { readonly workspaceId: number; readonly own: readonly Guided[]; readonly context: Context };

/** What becomes of those who are at the door, by enrolment, and what it tells on the spine. */
type Doors = { readonly doors: ReadonlyMap<string, Door>; readonly told: readonly FeedEvent[] };

/** Decides about those who are at the door. */
export async function decideDoors(deps: JourneyDeps, tx: Tx, { workspaceId, own, context }: At): Promise<Doors> {
  const told: FeedEvent[] = [];
  const doors = new Map<string, Door>();
  const waiting = own.filter(({ stored }) => stored.state === "waiting");
  for (const one of waiting) doors.set(one.stored.id, byCondition(one));
  const admitted = waiting.filter(({ stored }) => doors.get(stored.id) === "in");
  const shares = await ownShares(tx, { workspaceId, own: admitted, context });
  for (const id of shares) doors.set(id, "ownShare");
  const left = Map.groupBy(
    admitted.filter(({ stored }) => !shares.has(stored.id)),
    ({ stored }) => stored.journeyId,
  );
  for (const [key, some] of left) {
    const ids = [...new Set(some.map(({ stored }) => stored.originId))];
    const { answers: asked, told: exposures } = await deps.holdouts.askIn(tx, workspaceId, { program: { kind: "journey", key }, ids });
    told.push(...exposures);
    for (const { stored } of some) if (asked.get(stored.originId)?.may === false) doors.set(stored.id, "holdout");
  }
  return { doors, told };
}

function byCondition({ definition: { entry }, answer }: Guided): Door {
  if (entry.condition === null) return "in";
  if (answer?.kind !== "conditions") return "asked";
  return answer.holds[0] === true ? "in" : "out";
}

/** Whom the journey's own share holds back. Who was let in or held back once is so again, by whichever of their ids they come. */
async function ownShares(tx: Tx, { workspaceId, own, context: { personOf, idsOf } }: At): Promise<ReadonlySet<string>> {
  const asked = own.filter(({ definition, stored }) => definition.holdout > 0 && personOf.has(stored.originId));
  if (asked.length === 0) return new Set();
  const nameOf = (originId: string, journeyId: string): string => `${personOf.get(originId) ?? ""} ${journeyId}`;
  const before = await loadDoorsPassed(tx, workspaceId, {
    originIds: [...new Set(asked.flatMap(({ stored }) => idsOf.get(personOf.get(stored.originId) ?? "") ?? []))],
    journeyIds: [...new Set(asked.map(({ stored }) => stored.journeyId))],
  });
  const decided = new Map<string, boolean>();
  for (const { originId, journeyId, isHeld } of before) {
    const name = nameOf(originId, journeyId);
    decided.set(name, isHeld || decided.get(name) === true);
  }
  const held = new Set<string>();
  for (const { stored, definition } of asked) {
    const name = nameOf(stored.originId, stored.journeyId);
    const isHeld = decided.get(name) ?? bucketOf(`journey-holdout:${stored.journeyId}`, stored.originId) < definition.holdout;
    decided.set(name, isHeld);
    if (isHeld) held.add(stored.id);
  }
  return held;
}
