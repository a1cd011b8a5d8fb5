import { mayEnter, type LastEnrolment } from "@terrace/domain/journeys/enter-journey";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { StoredEnrolment } from "./enrolment-rows.ts";
import { lockEntering, type Past } from "./enrolment.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";

const DAY_MS = 86_400_000;
/** How long whoever is held back counts as being in, where the journey has no goal. */
const HELD_DAYS = 30;

type Owned = Awaited<ReturnType<JourneyDeps["people"]["idsOfPeople"]>>;

/** Whose some ids are, with all ids of these people. Nobody else lets people in to whom ids of `entering` belong, until the transaction ends. */
export async function lockPeople(
  { people }: Pick<JourneyDeps, "people">,
  tx: Tx,
  workspaceId: number,
  { originIds, entering }: { readonly originIds: readonly string[]; readonly entering: ReadonlySet<string> },
): Promise<Owned> {
  const all = [...new Set(originIds)];
  let owned = await people.idsOfPeople(tx, workspaceId, all);
  if (entering.size === 0) return owned;
  for (;;) {
    const wanted = owned.filter(({ originId }) => entering.has(originId)).map(({ personId }) => personId);
    await lockEntering(tx, workspaceId, wanted);
    const now = await people.idsOfPeople(tx, workspaceId, all);
    // People who were joined while the lock was waited for have another one.
    const locked = new Set(wanted);
    if (now.every(({ originId, personId }) => !entering.has(originId) || locked.has(personId))) return now;
    owned = now;
  }
}

/** A person's enrolments: those that events can matter to, and when they last were in. */
export type OfPerson = { readonly own: readonly StoredEnrolment[]; readonly past: readonly Past[] };

/** Whether somebody comes in at an instant, once more or for the first time, for a key. */
export function mayComeIn({ own, past }: OfPerson, definition: JourneyDefinition, { journeyId, key, atMs, keys }: Coming): boolean {
  const heldMs = (definition.goal?.withinDays ?? HELD_DAYS) * DAY_MS;
  const isOnce = keys === "once";
  if (isOnce && [...own, ...past].some((one) => one.journeyId === journeyId && one.key === key)) return false;
  const isSame = (one: { readonly journeyId: string; readonly key: string }) => one.journeyId === journeyId && (isOnce || one.key === key);
  const times: readonly LastEnrolment[] = [
    ...own
      .filter(isSame)
      .flatMap(({ state, enrolment: { enteredMs, end } }) => (state === "held" ? [] : [{ enteredMs, isOpen: end === null }])),
    ...past.filter(isSame).map(({ enteredMs, wasHeld }) => ({ enteredMs, isOpen: wasHeld && atMs < enteredMs + heldMs })),
  ];
  if (times.length === 0) return true;
  const last = { enteredMs: Math.max(...times.map(({ enteredMs }) => enteredMs)), isOpen: times.some(({ isOpen }) => isOpen) };
  return mayEnter(definition.reentry, last, atMs);
}
export type Coming = {
  readonly journeyId: string;
  readonly key: string;
  readonly atMs: number;
  /** `once`: the key names an occasion that brings nobody in twice, and re-entry is asked whatever somebody came in for. */
  readonly keys?: "apart" | "once";
};
