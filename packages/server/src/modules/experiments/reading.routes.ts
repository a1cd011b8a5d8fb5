import * as api from "@terrace/contract/api/experiment-readings";
import { tellNovelty } from "@terrace/domain/experiments/tell-novelty";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { noveltyQuestion, settingsOf } from "./question.ts";
import { requireStarted } from "./stored-experiment.ts";

/** What can be read of an experiment besides its results. */
export function readingRoutes(deps: ExperimentDeps): readonly RouteHandler[] {
  return [
    handle(api.experimentNovelty, async ({ params, body, query }, context) => {
      const asked = await requireStarted(deps, context.workspaceId, params.experiment);
      const { question, places } = noveltyQuestion(asked, body.days);
      const { from, to, days, metrics, meta } = await deps.insight.run("experiment-novelty", question, context, query);
      const settings = settingsOf(asked, deps.nowMs());
      const told = tellNovelty({ metrics }, settings);
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
  ];
}
