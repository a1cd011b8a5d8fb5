import { experimentBandit, exportExperimentBandit, type ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import { reportBandit } from "@terrace/domain/experiments/bandit-report";
import { followedMetric } from "@terrace/domain/experiments/check-bandit";
import { Readable } from "node:stream";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { Answer } from "../../insight/module.ts";
import type { ExperimentDeps } from "../experiment-deps.ts";
import type { Asked } from "../asked.ts";
import { questionOf } from "../question.ts";
import { askedOf, requireExperiment } from "../stored-experiment.ts";
import { banditCsv } from "./bandit-csv.ts";
import type { ExperimentId } from "./period.store.ts";
import { followedArms, sharesSettings, type BanditAllocation } from "./turn-shares.ts";

/** What is told of bandits beside the results of any experiment. */
export function banditRoutes(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(experimentBandit, async ({ params, query }, context) => (await readBandit(deps, params.experiment, context, query)).report),
    handle(exportExperimentBandit, async ({ params, query }, context) => {
      const { key, definition, report } = await readBandit(deps, params.experiment, context);
      context.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`${key}-bandit.csv`)}`);
      const csv = banditCsv(definition, report, query.language);
      return { stream: Readable.from([csv], { objectMode: false }), contentType: "text/csv; charset=utf-8" };
    }),
  ];
}

type Asker = Parameters<ExperimentDeps["insight"]["run"]>[2];
type Wanted = Parameters<ExperimentDeps["insight"]["run"]>[3];

/** The report as of now, or as of the stop. Throws `experiment.not_found`, `experiment.allocation_unfit`, `experiment.state_changed`. */
async function readBandit(deps: ExperimentDeps, experiment: string, asker: Asker, wanted?: Wanted) {
  const row = await requireExperiment(deps, asker.workspaceId, experiment);
  const asked = await askedOf(deps, row);
  const { key, definition, startedAt } = asked;
  const { allocation } = definition;
  if (allocation.kind !== "bandit")
    throw faultError("experiment.allocation_unfit", { field: "experiment", mend: "Its shares are fixed; ask for its results" });
  if (startedAt === null)
    throw faultError("experiment.state_changed", { field: "experiment", mend: "It was not started; there is nothing to tell yet" });
  const answer = await deps.insight.run("experiment", questionOf(asked, { nowMs: deps.nowMs() }), asker, wanted);
  const report: ExperimentBandit = { ...reportOf(row, { asked, allocation, answer }), nextAt: row.sharesDueAt?.toISOString() ?? null };
  return { key, definition, report };
}

type Told = { readonly asked: Asked; readonly allocation: BanditAllocation; readonly answer: Answer<"experiment"> };

function reportOf(
  of: ExperimentId,
  { asked: { definition, periods, coverages }, allocation, answer }: Told,
): Omit<ExperimentBandit, "nextAt"> {
  const metric = followedMetric(definition.metrics);
  const drawn = followedArms(answer, metric, periods);
  const people = periods.map(
    (_, at) => answer.periods?.[at]?.variants.map((variant) => variant.people) ?? definition.variants.map(() => 0),
  );
  const report = reportBandit(
    drawn.map((period, at) => ({ ...period, people: people[at] ?? [] })),
    { ...sharesSettings(of, definition, { allocation, period: periods.length }), level: definition.level, coverages },
  );
  const { unit, statistic } = answer.metrics[metric] ?? { unit: "number" as const, statistic: "mean" as const };
  return {
    metric,
    unit,
    statistic,
    from: answer.from,
    to: answer.to,
    periods: periods.map(({ period, from, parts, moved, readUntil, arms: known }, at) => ({
      period,
      from: from.toISOString(),
      parts: [...parts],
      moved,
      people: [...(people[at] ?? [])],
      readUntil: readUntil?.toISOString() ?? null,
      known: known === null ? null : [...known],
    })),
    arms: report.arms.map(({ mean, error: _error, ...arm }, at) => ({
      ...arm,
      variant: definition.variants[at]?.key ?? "",
      part: periods.at(-1)?.parts[at] ?? 0,
      value: mean,
    })),
    split: report.split,
    won: report.won,
    meta: answer.meta,
  };
}
