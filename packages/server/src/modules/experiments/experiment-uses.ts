import type { Use } from "@terrace/contract/api/segments";
import type { Json } from "@terrace/domain/json";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { EXPERIMENTS_MAX, loadExperiments } from "./experiment.store.ts";
import { definitionOf } from "./stored-experiment.ts";

/** Experiments whose people or metrics ask about something; those put away ask nothing any more. */
export async function experimentsNaming(
  deps: Pick<ExperimentDeps, "db" | "privacy">,
  workspaceId: number,
  asks: (definition: Json) => boolean,
): Promise<readonly Use[]> {
  const rows = await loadExperiments(deps.db, workspaceId, { standing: true, limit: EXPERIMENTS_MAX });
  return rows
    .filter((row) => asks(JSON.parse(JSON.stringify(definitionOf(deps, row))) as Json))
    .map(({ id, name }) => ({ kind: "experiment", id, name }));
}
