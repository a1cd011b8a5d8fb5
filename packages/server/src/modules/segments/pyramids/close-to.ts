import type { listCloseToPromotion } from "@terrace/contract/api/pyramid-figures";
import { planProgress, progressOf, type ProgressPlan } from "@terrace/domain/pyramids/progress";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { namesOf } from "./people-names.ts";
import { readNear } from "./progress.views.ts";
import type { PyramidRow } from "./pyramid.store.ts";
import { pyramidViews } from "./pyramid-view.ts";

type Close = z.output<typeof listCloseToPromotion.response>;
export type RankAsked = { readonly layer: string; readonly limit: number; readonly queryId?: string | undefined };

/** People of the layers below one, by how near they are to meeting its rule. Throws `pyramid.no_such_layer`, `pyramid.no_rule`. */
export async function closeTo(
  deps: SegmentDeps,
  context: RouteContext,
  row: PyramidRow,
  { layer, limit, queryId }: RankAsked,
): Promise<Close> {
  const layers = (await pyramidViews(deps, context.workspaceId, [row]))[0]?.layers ?? [];
  const at = layers.findIndex(({ key }) => key === layer);
  const asked = layers[at];
  if (asked === undefined) throw faultError("pyramid.no_such_layer", { field: "layer", mend: "Choose a layer of the pyramid" });
  if (asked.rule === null) throw faultError("pyramid.no_rule", { field: "layer", mend: "Choose a layer with a rule" });
  const plan = planProgress(asked.rule);
  const below = layers.slice(at + 1);
  // The rule is part of what is asked: whoever may not see its fields is refused.
  const question = { kind: "pyramid_close", body: { pyramid: row.key, layer, rule: asked.rule }, queryId };
  const { answer, meta } = await deps.ask(question, context, (tools, read) =>
    readNear({ tools, read }, { plan, segments: below.map(({ segment }) => segment), limit }),
  );
  const names = await namesOf(
    deps,
    context,
    answer.map(({ id }) => id),
  );
  return {
    items: answer.map(({ id, place, amounts }) => ({ ...names(id), layer: below[place]?.key ?? null, ...shownOf(plan, amounts) })),
    countable: plan.units.flatMap(({ kind, condition }) => (kind === "countable" ? [condition] : [])),
    uncountable: plan.units.flatMap(({ kind, condition }) => (kind === "countable" ? [] : [condition])),
    meta,
  };
}

function shownOf(plan: ProgressPlan, amounts: readonly number[]): Pick<Close["items"][number], "progress" | "lacks" | "unmet"> {
  const { progress, unmet } = progressOf(plan, amounts);
  const lacking = unmet.flatMap((place) => {
    const unit = plan.units[place];
    return unit === undefined ? [] : [{ unit, has: amounts[place] ?? 0 }];
  });
  return {
    progress,
    lacks: lacking.flatMap(({ unit, has }) =>
      unit.kind === "countable" ? [{ leaf: unit.condition, has, needs: unit.needs, op: unit.isWhole ? ("gte" as const) : unit.op }] : [],
    ),
    unmet: lacking.flatMap(({ unit }) => (unit.kind === "countable" ? [] : [unit.condition])),
  };
}
