import * as api from "@terrace/contract/api/rfm-traits";
import type { RfmTraits } from "@terrace/contract/api/rfm-traits";
import { DONE } from "@terrace/contract/route";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { openText } from "../../../platform/sealed-text.ts";
import { loadClasses, loadValues } from "../classes/class.store.ts";
import type { LiveDeps } from "../live/live-deps.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { putRfm, removeRfm } from "./rfm.commands.ts";
import { findScoring, type ScoringRow } from "./rfm.store.ts";

/** RFM scores of everyone as traits. */
export function rfmTraitsRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  return [
    handle(api.getRfmTraits, async (_input, { workspaceId }) => viewOf(deps, workspaceId)),
    handle(api.putRfmTraits, async ({ body }, context) => {
      await putRfm(deps, context, body);
      return viewOf(deps, context.workspaceId);
    }),
    handle(api.deleteRfmTraits, async (_input, context) => {
      await removeRfm(deps, context);
      return DONE;
    }),
  ];
}

async function viewOf(deps: LiveDeps, workspaceId: number): Promise<RfmTraits> {
  const row = await findScoring(deps.db, workspaceId);
  if (row === undefined) return { on: false, scoring: null, scheduled: null, people: 0 };
  const spec: unknown = JSON.parse(openText(deps.privacy, row.spec));
  const [groups] = await loadClasses(deps.db, workspaceId, "rfm");
  const values = (await loadValues(deps.db, workspaceId)).filter(({ classId }) => classId === groups?.id);
  return {
    on: true,
    scoring: api.rfmTraitsSchema.shape.scoring.parse({ ...(spec as object), dailyAt: row.dailyAt }),
    scheduled: scheduledView(row),
    people: values.reduce((sum, { people }) => sum + people, 0),
  };
}

/** When everyone was scored, and will be. */
export function scheduledView({ dailyAt, asOf, nextAt, lagMs, failedAt }: ScoringRow): NonNullable<RfmTraits["scheduled"]> {
  return {
    schedule: { dailyAt },
    asOf: asOf?.toISOString() ?? null,
    nextAt: nextAt.toISOString(),
    lagMs,
    failedAt: failedAt?.toISOString() ?? null,
  };
}
