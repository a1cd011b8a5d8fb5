import { problemOfCondition } from "@terrace/domain/flags/check-attribute-condition";
import { namedPeople } from "@terrace/domain/flags/names-people";
import { cycleFrom, presupposed } from "@terrace/domain/flags/prerequisites";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { loadEnvironments } from "./environment.store.ts";
import { checkExperimentRules } from "./experiment-checks.ts";
import type { FlagDeps } from "./flag-deps.ts";
import { loadStanding } from "./flag.store.ts";
import { openDefinition, type Definition } from "./sealed-definition.ts";

/**
 * What a schema cannot see: conditions that clients would misread, people who are named, environments, segments and flags that are not there, and flags that
 * presuppose themselves. `before` is what is in force, for a flag that is. Throws `flag.condition_invalid`, `flag.names_people`, `flag.no_such_environment`,
 * `condition.no_such_segment`, `flag.no_such_prerequisite`, `flag.cycle`, and what `checkExperimentRules` throws.
 */
export async function checkDefinition(
  deps: FlagDeps,
  tx: Tx,
  workspaceId: number,
  { key, definition, before }: { readonly key: string; readonly definition: Definition; readonly before?: Definition },
): Promise<void> {
  const known = new Set((await loadEnvironments(tx, workspaceId)).map((row) => row.key));
  const unknown = Object.keys(definition.environments).find((environment) => !known.has(environment));
  if (unknown !== undefined)
    throw faultError("flag.no_such_environment", { field: `definition.environments.${unknown}`, mend: `Use ${[...known].join(", ")}` });
  refuseConditions(definition);
  refuseNames(definition);
  await requireSegmentsOf(deps, workspaceId, definition);
  await requirePrerequisites(deps, tx, workspaceId, { key, definition });
  await checkExperimentRules(deps, tx, workspaceId, { key, definition, before });
}

function refuseConditions({ environments }: Definition): void {
  for (const [environment, { rules }] of Object.entries(environments))
    for (const [place, { condition }] of rules.entries()) {
      const problem = problemOfCondition(condition);
      if (problem === undefined) continue;
      const field = `definition.environments.${environment}.rules[${place}].condition${problem.path === "" ? "" : `.${problem.path}`}`;
      throw faultError("flag.condition_invalid", { field, mend: problem.mend });
    }
}

function refuseNames(definition: Definition): void {
  const found = namedPeople(definition);
  if (found === undefined) return;
  const mend =
    found.what === "attribute"
      ? "Put these people in a segment and ask about that, or ask about an attribute that says nothing of who somebody is"
      : "Put these people in a segment and ask about that, or name them by ids that say nothing of who they are";
  throw faultError("flag.names_people", { field: `definition.${found.path}`, mend });
}

async function requireSegmentsOf({ segmentNames }: FlagDeps, workspaceId: number, { environments }: Definition): Promise<void> {
  const named = Object.entries(environments).flatMap(([environment, { rules }]) =>
    rules.flatMap(({ segments: { any, none } }, place) =>
      [...any, ...none].map((id) => ({ id, field: `definition.environments.${environment}.rules[${place}].segments` })),
    ),
  );
  if (named.length === 0) return;
  const found = await segmentNames(
    workspaceId,
    [...new Set(named.map(({ id }) => id))].filter((id) => /^[1-9]\d{0,17}$/.test(id)),
  );
  const missing = named.find(({ id }) => !found.has(id));
  if (missing !== undefined)
    throw faultError("condition.no_such_segment", {
      field: missing.field,
      mend: "Choose a segment of this workspace",
      details: { segment: missing.id },
    });
}

async function requirePrerequisites(
  deps: FlagDeps,
  tx: Tx,
  workspaceId: number,
  { key, definition }: { readonly key: string; readonly definition: Definition },
): Promise<void> {
  const wanted = presupposed(definition);
  if (wanted.size === 0) return;
  const others = (await loadStanding(tx, workspaceId)).filter((row) => row.key !== key);
  const graph = new Map(others.map((row) => [row.key, presupposed(openDefinition(deps, row.definition))]));
  const missing = [...wanted].find((flag) => flag !== key && !graph.has(flag));
  if (missing !== undefined)
    throw faultError("flag.no_such_prerequisite", {
      field: "definition.prerequisites",
      mend: "Name flags that there are",
      details: { flag: missing },
    });
  const way = cycleFrom(key, graph.set(key, wanted));
  if (way !== undefined)
    throw faultError("flag.cycle", {
      field: "definition.prerequisites",
      mend: "Take one of them out of the circle",
      details: { way: way.join(" → ") },
    });
}

/** Flags that presuppose one. */
export async function flagsNeeding(deps: Pick<FlagDeps, "privacy">, tx: Tx, workspaceId: number, key: string): Promise<readonly string[]> {
  const rows = await loadStanding(tx, workspaceId);
  return rows.filter((row) => row.key !== key && presupposed(openDefinition(deps, row.definition)).has(key)).map((row) => row.key);
}
