import type { enrolInJourney } from "@terrace/contract/api/journeys";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { enterJourney, mayEnter } from "@terrace/domain/journeys/enter-journey";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { insertEnrolment, lockEnrolmentsOf, lockEntering, type StoredEnrolment } from "./enrolment.store.ts";
import { lastOf } from "./hear-events.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { findJourney, loadDefinition } from "./journey.store.ts";

type Asked = z.output<typeof enrolInJourney.body>["people"][number];

/** Lets people in whom a server names; whoever nobody knows, is in, or may not come in again is passed by. Throws `journey.not_found`, `journey.wrong_state`. */
export async function enrol(
  deps: JourneyDeps,
  workspaceId: number,
  id: string,
  people: readonly Asked[],
): Promise<{ readonly entered: number }> {
  const { journey, version, definition } = await liveOrThrow(deps, workspaceId, id);
  return inTransaction(deps.db, async (tx) => {
    const named = people.map((one) => ({ ...one, originId: originOf(deps, workspaceId, one) }));
    const owned = await deps.people.idsOfPeople(tx, workspaceId, [...new Set(named.map(({ originId }) => originId))]);
    const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
    await lockEntering(tx, workspaceId, [...new Set(personOf.values())]);
    const ids = { originIds: owned.map(({ originId }) => originId), journeyIds: [journey] };
    const known = [...(await lockEnrolmentsOf(tx, deps.privacy, workspaceId, ids))];
    let entered = 0;
    for (const { originId, key = "", properties } of named) {
      const personId = personOf.get(originId);
      if (personId === undefined) continue;
      const last = known.findLast((one) => one.key === key && personOf.get(one.originId) === personId);
      const atMs = deps.nowMs();
      if (!mayEnter(definition.reentry, last && lastOf(last, definition, atMs), atMs)) continue;
      const enrolment = enterJourney(definition, atMs, properties);
      known.push(await enter(deps, tx, { workspaceId, journeyId: journey, version, originId, key, enrolment }));
      entered += 1;
    }
    return { entered };
  });
}

async function enter(deps: JourneyDeps, tx: Tx, entering: Omit<StoredEnrolment, "id" | "state">): Promise<StoredEnrolment> {
  return { ...entering, id: await insertEnrolment(tx, deps.privacy, entering), state: "waiting" };
}

function originOf({ privacy }: JourneyDeps, workspaceId: number, { kind, value }: Asked): string {
  if (kind === "person") return /^\d{1,20}$/.test(value) ? value : "0";
  const id = normaliseIdentity(kind, value);
  return id.ok ? privacy.originId(workspaceId, id.value.kind, id.value.value) : "0";
}

async function liveOrThrow(deps: JourneyDeps, workspaceId: number, id: string) {
  const journey = await findJourney(deps.db, workspaceId, id);
  if (journey === undefined) throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace" });
  const version = journey.liveVersion;
  const definition = version === null ? undefined : await loadDefinition(deps.db, deps.privacy, workspaceId, { journeyId: id, version });
  if (journey.state !== "live" || version === null || definition === undefined)
    throw faultError("journey.wrong_state", { field: "journey", mend: "Start the journey first", details: { state: journey.state } });
  if (definition.entry.kind !== "api")
    throw faultError("journey.entry_not_api", { field: "journey", mend: "Choose a journey into which people come by the API" });
  return { journey: id, version, definition };
}
