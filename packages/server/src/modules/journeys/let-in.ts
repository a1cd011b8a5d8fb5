import { enterJourney } from "@terrace/domain/journeys/enter-journey";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { JsonObject } from "@terrace/domain/json";
import type { Tx } from "../../platform/storage/postgres.ts";
import { lockPeople, mayComeIn } from "./door.ts";
import { loadLast, loadPast, lockHearing, nextEnrolmentIds } from "./enrolment.store.ts";
import { noSteps, writeSteps } from "./enrolment-writes.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";

/** By which version people come in. `once`: nobody comes in twice for one key, and re-entry is asked whatever they came in for. */
export type LetInBy = {
  readonly workspaceId: number;
  readonly journeyId: string;
  readonly version: number;
  readonly definition: JourneyDefinition;
  readonly keys: "apart" | "once";
};
export type Named = { readonly originId: string; readonly key: string; readonly properties: JsonObject; readonly enteredMs: number };

/** What became of somebody; the number of their enrolment where they came in. */
export type LetIn =
  { readonly outcome: "entered"; readonly enrolment: string } | { readonly outcome: "notAgain" | "unknown"; readonly enrolment: null };

/** Lets some people in, in this order; whoever nobody knows, is in, or may not come in again is passed by. Answers what became of each. */
export async function letIn(
  deps: Pick<JourneyDeps, "people" | "privacy">,
  tx: Tx,
  { workspaceId, journeyId, version, definition, keys }: LetInBy,
  named: readonly Named[],
): Promise<readonly LetIn[]> {
  const originIds = named.map(({ originId }) => originId);
  const owned = await lockPeople(deps, tx, workspaceId, { originIds, entering: new Set(originIds) });
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const known = { originIds: owned.map(({ originId }) => originId), journeyIds: [journeyId], keys: named.map(({ key }) => key) };
  const own = Map.groupBy(await lockHearing(tx, workspaceId, known.originIds), ({ originId }) => personOf.get(originId));
  const before = [...(await loadPast(tx, workspaceId, known)), ...(keys === "once" ? await loadLast(tx, workspaceId, known) : [])];
  const past = Map.groupBy(before, ({ originId }) => personOf.get(originId));
  const ids = [...(await nextEnrolmentIds(tx, named.length))];
  const steps = noSteps();
  const letInOne = ({ originId, key, properties, enteredMs }: Named): LetIn => {
    const personId = personOf.get(originId);
    if (personId === undefined) return { outcome: "unknown", enrolment: null };
    const person = { own: own.get(personId) ?? [], past: past.get(personId) ?? [] };
    if (!mayComeIn(person, definition, { journeyId, key, atMs: enteredMs, keys })) return { outcome: "notAgain", enrolment: null };
    const enrolment = enterJourney(definition, { enteredMs, heardMs: enteredMs }, properties);
    const entered = { id: ids.pop() ?? "", workspaceId, journeyId, version, originId, key, state: "waiting", enrolment } as const;
    steps.entered.push(entered);
    own.set(personId, [...person.own, entered]);
    return { outcome: "entered", enrolment: entered.id };
  };
  const all = named.map(letInOne);
  await writeSteps(tx, deps.privacy, workspaceId, steps);
  return all;
}
