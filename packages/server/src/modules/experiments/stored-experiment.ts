import { experimentDefinitionSchema, type ExperimentDefinition, type ExperimentView } from "@terrace/contract/api/experiments";
import type { Variant } from "@terrace/domain/experiments/standing";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { openText } from "../../platform/sealed-text.ts";
import { loadPeriods } from "./bandit/period.store.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { loadDefinitions } from "./standing.store.ts";
import { loadExperiments, type ExperimentRow } from "./experiment.store.ts";
import type { Asked, Started } from "./asked.ts";

const ID = /^[1-9]\d{0,17}$/;

export function definitionOf({ privacy }: Pick<ExperimentDeps, "privacy">, row: Pick<ExperimentRow, "definition">): ExperimentDefinition {
  return experimentDefinitionSchema.parse(JSON.parse(openText(privacy, row.definition)));
}

/** Variants of those of some experiments that are kept, by their keys. */
export async function variantsOf(
  deps: Pick<ExperimentDeps, "privacy">,
  sql: Db | Tx,
  workspaceId: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly Variant[]>> {
  const rows = keys.length === 0 ? [] : await loadDefinitions(sql, workspaceId, keys);
  return new Map(rows.map((row) => [row.key, definitionOf(deps, row).variants]));
}

export async function askedOf(deps: Pick<ExperimentDeps, "db" | "privacy">, row: ExperimentRow): Promise<Asked> {
  const definition = definitionOf(deps, row);
  const periods = definition.allocation.kind === "bandit" ? await loadPeriods(deps.db, row.workspaceId, row.id) : [];
  return { key: row.key, definition, startedAt: row.startedAt, stoppedAt: row.stoppedAt, periods, coverages: row.coverages };
}

export function experimentView(deps: Pick<ExperimentDeps, "privacy">, row: ExperimentRow): ExperimentView {
  const { id, key, name, hypothesis, state, decision, decidedVariant, learning, createdBy, openChange, steps } = row;
  return {
    id,
    key,
    name,
    hypothesis,
    state,
    definition: definitionOf(deps, row),
    startedAt: row.startedAt?.toISOString() ?? null,
    stoppedAt: row.stoppedAt?.toISOString() ?? null,
    decision,
    decidedVariant,
    learning,
    createdBy,
    createdAt: row.createdAt.toISOString(),
    openChange,
    steps: [...steps],
  };
}

/** Throws `experiment.not_found`. */
export async function requireExperiment({ db }: Pick<ExperimentDeps, "db">, workspaceId: number, id: string): Promise<ExperimentRow> {
  const [row] = ID.test(id) ? await loadExperiments(db, workspaceId, { id, limit: 1 }) : [];
  if (row === undefined) throw unknownExperiment();
  return row;
}

/** One that has something to tell. Throws `experiment.not_found`, `experiment.state_changed`. */
export async function requireStarted(
  deps: Pick<ExperimentDeps, "db" | "privacy">,
  workspaceId: number,
  id: string,
  field = "experiment",
): Promise<Started> {
  const asked = await askedOf(deps, await requireExperiment(deps, workspaceId, id));
  const { startedAt } = asked;
  if (startedAt === null) throw faultError("experiment.state_changed", { field, mend: "It was not started; there is nothing to tell yet" });
  return { ...asked, startedAt };
}

/** The number of an experiment in a path. Throws `experiment.not_found`. */
export function idOf(text: string): string {
  if (!ID.test(text)) throw unknownExperiment();
  return text;
}

export function unknownExperiment(): Error {
  return faultError("experiment.not_found", { field: "experiment", mend: "List the experiments for the ids there are" });
}
