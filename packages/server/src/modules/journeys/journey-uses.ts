import type { Use } from "@terrace/contract/api/segments";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import type { JourneyDeps } from "./journey-deps.ts";
import { loadStandingDefinitions, openDefinition } from "./journey.store.ts";

/** Journeys of which a version that people go by, or the newest, names something; those that are over name nothing any more. */
export async function journeysNaming(
  { db, privacy }: { readonly db: JourneyDeps["db"]; readonly privacy: Pick<JourneyDeps["privacy"], "decryptPayload"> },
  workspaceId: number,
  names: (definition: JourneyDefinition) => boolean,
): Promise<readonly Use[]> {
  const rows = await loadStandingDefinitions(db, workspaceId);
  const naming = rows.filter(({ definition }) => names(openDefinition(privacy, definition)));
  return [...new Map(naming.map(({ id, name }) => [id, { kind: "journey" as const, id, name }])).values()];
}
