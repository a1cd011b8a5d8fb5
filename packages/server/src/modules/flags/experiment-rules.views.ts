import type { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { coverageAt } from "@terrace/domain/flags/compile-flag";
import { isSplitting } from "@terrace/domain/flags/experiment-rules";
import { holdersOf } from "@terrace/domain/flags/namespaces";
import type { z } from "zod";
import { loadEnvironments } from "./environment.store.ts";
import { holdsShares, loadExperimentRules } from "./experiment-checks.ts";
import type { FlagDeps } from "./flag-deps.ts";

type View = z.output<typeof listExperimentRules.response>["items"][number];

/** Rules of standing flags that name experiments, flag after flag. */
export async function viewExperimentRules(
  deps: Pick<FlagDeps, "db" | "privacy" | "standings" | "nowMs">,
  workspaceId: number,
): Promise<readonly View[]> {
  const [rules, standings, environments] = await Promise.all([
    loadExperimentRules(deps, deps.db, workspaceId),
    deps.standings(deps.db, workspaceId),
    loadEnvironments(deps.db, workspaceId),
  ]);
  const reviewed = new Set(environments.filter(({ review }) => review).map(({ key }) => key));
  const now = new Date(deps.nowMs()).toISOString();
  const isHeld = holdsShares(standings);
  return rules.map((at): View => {
    const { flag, environment, isOn, rule } = at;
    const { id, on, ramp, experiment, namespace, sticky, unit } = rule;
    const splits = isOn && isSplitting(rule);
    const kept = standings.get(experiment);
    return {
      flag,
      environment,
      rule: id,
      on: on && isOn,
      splits,
      reviewed: splits && reviewed.has(environment),
      remembers: sticky && unit === "person",
      coverage: coverageAt(rule, now),
      growsAt: ramp.find(({ at: time }) => time > now)?.at ?? null,
      experiment,
      kept: kept === undefined ? null : { id: kept.id, state: kept.state },
      namespace: namespace === null ? null : { key: namespace.key, ...namespace.range, held: holdersOf([at], isHeld).length > 0 },
    };
  });
}
