import * as api from "@terrace/contract/api/experiment-readings";
import { plannedShares } from "@terrace/domain/assignment/real-shares";
import { checkIndependence } from "@terrace/domain/experiments/independence";
import { tellGroups } from "@terrace/domain/experiments/tell-groups";
import { tellNovelty } from "@terrace/domain/experiments/tell-novelty";
import { total } from "@terrace/domain/statistics/describe";
import { Readable } from "node:stream";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Answer } from "../insight/module.ts";
import type { Asked } from "./asked.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { noveltyQuestion, pairQuestion } from "./question.ts";
import { settingsOf } from "./settings.ts";
import { shownVariants } from "./tell.ts";
import { exportResults } from "./read-results.ts";
import { requireStarted } from "./stored-experiment.ts";

/** What can be read of an experiment besides its results. */
export function readingRoutes(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(api.experimentNovelty, async ({ params, body, query }, context) => {
      const asked = await requireStarted(deps, context.workspaceId, params.experiment);
      requireFixed(asked, "experiment");
      const { question, places } = noveltyQuestion(asked, body.days, deps.nowMs());
      const { from, to, days, metrics, meta } = await deps.insight.run("experiment-novelty", question, context, query);
      const settings = settingsOf(asked, deps.nowMs());
      const asks = places.flatMap((place) => settings.metrics[place] ?? []);
      const told = tellNovelty({ metrics }, { ...settings, metrics: asks });
      return {
        from,
        to,
        days,
        metrics: asked.definition.metrics.map((_, place) => {
          const at = places.indexOf(place);
          const [read, shown] = [metrics[at], told[at]];
          if (read === undefined || shown === undefined) return null;
          return {
            unit: read.unit,
            statistic: read.statistic,
            variants: shown.variants.map(({ days: each, trend }) => ({ days: [...each], trend })),
          };
        }),
        meta,
      };
    }),
    handle(api.experimentInteraction, async ({ params, body, query }, context) => {
      const asked = await requireStarted(deps, context.workspaceId, params.experiment);
      const other = await requireStarted(deps, context.workspaceId, body.with, "with");
      if (asked.key === other.key)
        throw faultError("request.invalid", { field: "with", mend: "Name another experiment than the one in the path" });
      requireFixed(asked, "experiment");
      requireFixed(other, "with");
      const answer = await deps.insight.run("experiment-pair", pairQuestion(asked, other, deps.nowMs()), context, query);
      return interactionOf(asked, other, answer);
    }),
    handle(api.exportExperimentResults, async ({ params, query }, context) => {
      const { name, csv } = await exportResults(deps, params.experiment, query, context);
      context.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`);
      return { stream: Readable.from([csv], { objectMode: false }), contentType: "text/csv; charset=utf-8" };
    }),
  ];
}

/** Where shares change, whoever came on some days is mostly of one variant: what is told by day or within another experiment would be of the days. */
function requireFixed({ definition }: Asked, field: string): void {
  if (definition.allocation.kind === "bandit")
    throw faultError("experiment.allocation_unfit", {
      field,
      mend: "Ask for the results: this is not told of experiments whose shares change",
    });
}

function interactionOf(asked: Asked, other: Asked, { from, to, variants, metrics, meta }: Answer<"experiment-pair">) {
  const people = variants.map((variant) => variant.people);
  const plannedOf = ({ definition, coverages }: Asked, units: readonly number[]) =>
    plannedShares(units, { weights: definition.variants.map(({ weight }) => weight), coverages });
  const independence = checkIndependence(people, {
    own: plannedOf(asked, people.map(total)),
    other: plannedOf(
      other,
      other.definition.variants.map((_, at) => total(people.map((within) => within[at] ?? 0))),
    ),
  });
  const others = other.definition.variants.map(({ key }) => key);
  const groups = others.map((_, second) => ({
    metrics: metrics.map(({ statistic, known, yesOrNo, within }) => ({ statistic, known, yesOrNo, variants: within[second] ?? [] })),
  }));
  // Where the other one ended first, it ends this reading too.
  const told = tellGroups(groups, settingsOf(asked, Date.parse(to)));
  return {
    from,
    to,
    others,
    variants,
    independence,
    metrics: metrics.map(({ unit, statistic }, at) => ({
      unit,
      statistic,
      variants: asked.definition.variants.map((_, variant) => ({
        within: told.groups.flatMap((group) => shownVariants(group[at])[variant] ?? []),
        interaction: independence.blocks ? null : (told.interaction[at]?.[variant] ?? null),
      })),
    })),
    meta,
  };
}
