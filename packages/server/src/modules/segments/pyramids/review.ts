import { monthPeriod } from "@terrace/domain/pyramids/months";
import { review } from "@terrace/domain/pyramids/standing";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { keepFromEvaluating } from "../live/engine.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { readTimes, toolsOf, type Contributed } from "./contributions.ts";
import { insertReview, loadJudged, type Judgement } from "./keep.store.ts";
import { metFinder, writeJudgements, type Keeping, type KeptLayer } from "./kept-layers.ts";
import { openDefinition } from "./pyramid-definition.ts";
import { lockPyramid, saveReviewed } from "./pyramid.store.ts";

type Reviewing = { readonly layers: readonly KeptLayer[]; readonly month: number };

/** Reviews a month, once: everyone in one transaction. False when that was done already, or the pyramid was changed meanwhile. */
export async function reviewMonth(
  deps: SegmentDeps,
  { workspaceId, pyramid, signal }: Keeping,
  { layers, month }: Reviewing,
): Promise<boolean> {
  const tools = await toolsOf(deps, workspaceId, deps.nowMs());
  const back = Math.max(0, ...layers.map(({ asked }) => asked.demotion.minimum?.months ?? 0));
  const months = Array.from({ length: back }, (_, index) => month - index);
  const times = new Map(months.map((one) => [one, monthPeriod(one, tools.zone)]));
  const contributed = await readTimes(deps, tools, { contribution: openDefinition(deps, pyramid).contribution, times, signal });
  return inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    const held = await lockPyramid(tx, workspaceId, pyramid.id);
    if (held === undefined || held.reviewed >= month || Buffer.compare(held.definition, pyramid.definition) !== 0) return false;
    const at = new Date(tools.nowMs);
    const totals = { promoted: 0, demoted: 0, warned: 0 };
    for (const layer of layers) {
      const judgements = await reviewLayer(tx, { workspaceId, pyramidId: pyramid.id, layer, month, contributed, zone: tools.zone, at });
      totals.promoted += judgements.filter(({ kept }) => kept.why === "review").length;
      totals.demoted += judgements.filter(({ kept }) => kept.why === "minimum").length;
      totals.warned += judgements.filter(({ who, kept }) => who.standing?.warned == null && kept.standing?.warned != null).length;
    }
    await insertReview(tx, workspaceId, { pyramidId: pyramid.id, month, at, ...totals });
    await saveReviewed(tx, workspaceId, pyramid.id, month);
    return true;
  });
}

type LayerReview = {
  readonly workspaceId: number;
  readonly pyramidId: string;
  readonly layer: KeptLayer;
  readonly month: number;
  readonly contributed: Contributed;
  readonly zone: string;
  readonly at: Date;
};

async function reviewLayer(
  tx: Tx,
  { workspaceId, pyramidId, layer: { row, asked }, month, contributed, zone, at }: LayerReview,
): Promise<readonly Judgement[]> {
  const place = { workspaceId, pyramidId, layerId: row.id, layer: row.key };
  const judged = await loadJudged(tx, { ...place, qualified: row.qualified, at, whom: "all" });
  const met = await metFinder(tx, workspaceId, asked, contributed);
  const judgements = judged.map((who): Judgement => {
    const time = { nowMs: at.getTime(), zone, month, met: (one: number) => met(who.personId, one) };
    return { who, kept: review(asked, who.standing, who.facts, time) };
  });
  await writeJudgements(tx, { place, standing: row.standing }, judgements, { at, month });
  return judgements;
}
