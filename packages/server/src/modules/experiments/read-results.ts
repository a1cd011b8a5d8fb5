import type { ExperimentResults } from "@terrace/contract/api/experiments";
import type { Started } from "./asked.ts";
import { loadDays } from "./experiment-day.store.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { questionOf, type Question } from "./question.ts";
import { keptDay, resultsOf } from "./tell.ts";
import { resultsCsv, type CsvPart } from "./results-csv.ts";
import { askedOf, requireExperiment, requireStarted } from "./stored-experiment.ts";

type Asker = Parameters<ExperimentDeps["insight"]["run"]>[2];
type Asking = { readonly breakdown?: Question["breakdown"]; readonly wanted?: Parameters<ExperimentDeps["insight"]["run"]>[3] };

/** The results as of now, or as of the stop; of groups too where they are asked for. */
export async function readResults(
  deps: ExperimentDeps,
  asked: Started,
  { breakdown, wanted }: Asking,
  asker: Asker,
): Promise<ExperimentResults> {
  const question = questionOf(asked, { nowMs: deps.nowMs() });
  const whole = { ...question, ...(breakdown === undefined ? {} : { breakdown }) };
  return resultsOf(asked, question, await deps.insight.run("experiment", whole, asker, wanted), deps.nowMs());
}

/** What the results were at the end of each local day. Throws `experiment.not_found`. */
export async function readDays(deps: ExperimentDeps, workspaceId: number, experiment: string) {
  const row = await requireExperiment(deps, workspaceId, experiment);
  const asked = await askedOf(deps, row);
  const days = await loadDays(deps.db, workspaceId, row.id);
  return days.map(({ until, metrics: marks, answer }) => ({
    until: until.toISOString(),
    variants: [...answer.variants],
    ...keptDay(asked, { until, marks, answer }),
  }));
}

/** All of it as one table. */
export async function exportResults(
  deps: ExperimentDeps,
  experiment: string,
  { language, trait }: { readonly language: "zh-CN" | "en"; readonly trait?: string | undefined },
  asker: Asker,
): Promise<{ readonly name: string; readonly csv: string }> {
  const asked = await requireStarted(deps, asker.workspaceId, experiment);
  const results = await readResults(deps, asked, trait === undefined ? {} : { breakdown: { by: { trait } } }, asker);
  const days = await readDays(deps, asker.workspaceId, experiment);
  const parts: readonly CsvPart[] = [
    { part: "results", until: results.to, group: null, metrics: results.metrics },
    ...days.map(({ until, metrics }): CsvPart => ({ part: "day", until, group: null, metrics })),
    ...(results.breakdown ?? []).map(({ value, other, metrics }): CsvPart => ({
      part: other ? "other_groups" : "group",
      until: results.to,
      group: value,
      metrics,
    })),
  ];
  return { name: asked.key, csv: resultsCsv({ definition: asked.definition, results }, parts, language) };
}
