import type { enrolInJourney } from "@terrace/contract/api/journeys";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { findJourney, loadDefinition } from "./journey.store.ts";
import { letIn } from "./let-in.ts";
import { holdVersions } from "./running.store.ts";

type Asked = z.output<typeof enrolInJourney.body>["people"][number];

type Enrolled = z.input<typeof enrolInJourney.response>;

/** Lets people in whom a server names, and tells what became of each. Throws `journey.not_found`, `journey.wrong_state`, `journey.entry_not_api`. */
export async function enrol(deps: JourneyDeps, workspaceId: number, id: string, people: readonly Asked[]): Promise<Enrolled> {
  return inTransaction(deps.db, async (tx) => {
    await holdVersions(tx);
    const { version, definition } = await liveOrThrow(deps, tx, workspaceId, id);
    const enteredMs = deps.nowMs();
    const named = people.flatMap((one, at) => {
      const originId = originOf(deps, workspaceId, one);
      return originId === undefined ? [] : [{ at, originId, key: one.key ?? "", properties: one.properties, enteredMs }];
    });
    const by = { workspaceId, journeyId: id, version, definition, keys: "apart" } as const;
    const became = await letIn(deps, tx, by, named);
    const outcomes = new Map(named.map(({ at }, index) => [at, became[index]]));
    return {
      entered: became.filter(({ outcome }) => outcome === "entered").length,
      items: people.map((_, at) => outcomes.get(at) ?? { outcome: "invalid", enrolment: null }),
    };
  });
}

const PERSON_ID_MAX = 2n ** 63n - 1n;

/** The number of an id; undefined where it can be none of its kind. */
function originOf({ privacy }: JourneyDeps, workspaceId: number, { kind, value }: Asked): string | undefined {
  if (kind === "person") return /^\d{1,19}$/.test(value) && BigInt(value) <= PERSON_ID_MAX ? value : undefined;
  const id = normaliseIdentity(kind, value);
  return id.ok ? privacy.originId(workspaceId, id.value.kind, id.value.value) : undefined;
}

async function liveOrThrow(deps: JourneyDeps, tx: Tx, workspaceId: number, id: string) {
  const journey = await findJourney(tx, workspaceId, id);
  if (journey === undefined) throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace" });
  const version = journey.liveVersion;
  const definition = version === null ? undefined : await loadDefinition(tx, deps.privacy, workspaceId, { journeyId: id, version });
  if (journey.state !== "live" || version === null || definition === undefined)
    throw faultError("journey.wrong_state", { field: "journey", mend: "Start the journey first", details: { state: journey.state } });
  if (definition.entry.kind !== "api")
    throw faultError("journey.entry_not_api", { field: "journey", mend: "Choose a journey into which people come by the API" });
  return { version, definition };
}
