import type { listInDanger } from "@terrace/contract/api/pyramid-figures";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import { monthOf, monthPeriod, monthText } from "@terrace/domain/pyramids/months";
import { monthsBelow } from "@terrace/domain/pyramids/standing";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import type { RankAsked } from "./close-to.ts";
import { amountOf, partsOf } from "./contribution.views.ts";
import { contributedByPerson, readTimes } from "./contributions.ts";
import { loadJudged, type Judged } from "./keep.store.ts";
import { keptLayers } from "./kept-layers.ts";
import { namesOf } from "./people-names.ts";
import { openDefinition } from "./pyramid-definition.ts";
import { loadLayers, type PyramidRow } from "./pyramid.store.ts";

type Danger = z.output<typeof listInDanger.response>;

/** Who of a layer has not contributed the minimum so far this month, the least first. Throws `pyramid.no_minimum`. */
export async function inDanger(
  deps: SegmentDeps,
  context: RouteContext,
  row: PyramidRow,
  { layer, limit, queryId }: RankAsked,
): Promise<Danger> {
  const { workspaceId } = context;
  const body = openDefinition(deps, row);
  const kept = keptLayers(body, await loadLayers(deps.db, workspaceId, row.id)).find((one) => one.row.key === layer);
  const minimum = kept?.asked.demotion.minimum ?? null;
  if (kept === undefined || minimum === null)
    throw faultError("pyramid.no_minimum", { field: "layer", mend: "Choose a layer with a monthly minimum" });
  const question = { kind: "pyramid_danger", body: { pyramid: row.key, layer, contribution: body.contribution }, queryId };
  const { answer, meta } = await deps.ask(question, context, async (tools) => {
    const { zone, nowMs } = tools;
    const month = monthOf(nowMs, zone);
    const months = Array.from({ length: minimum.months + 1 }, (_, back) => month - back);
    const times = new Map(months.map((one) => [one, monthPeriod(one, zone)]));
    const { signal } = context;
    const read = await readTimes(deps, tools, { contribution: body.contribution, times, signal });
    return { zone, month, contributed: await contributedByPerson(deps.db, workspaceId, read) };
  });
  const { zone, month, contributed } = answer;
  const partsIn = (personId: string, of: number): bigint => contributed.get(of)?.get(personId) ?? 0n;
  const needed = partsOf(minimum.atLeast);
  const standing = await loadJudged(deps.db, {
    workspaceId,
    pyramidId: row.id,
    layerId: kept.row.id,
    qualified: kept.row.qualified,
    at: new Date(deps.nowMs()),
    whom: "all",
  });
  const short = standing
    .filter(({ personId, standing: own, facts }) => own !== null && !facts.appointed && partsIn(personId, month) < needed)
    .toSorted((a, b) => compareParts(partsIn(a.personId, month), partsIn(b.personId, month)) || compareOrigins(a.personId, b.personId));
  const page = short.slice(0, limit);
  const names = await namesOf(
    deps,
    context,
    page.map(({ personId }) => personId),
  );
  return {
    month: monthText(month),
    minimum: minimum.atLeast,
    people: short.length,
    items: page.map((who) => ({
      ...names(who.personId),
      contribution: amountOf(partsIn(who.personId, month)),
      monthsBelow: countBelow(who, { zone, month: month - 1, most: minimum.months, met: (of) => partsIn(who.personId, of) >= needed }),
      leavesAt: leavesAt(who),
    })),
    meta,
  };
}

function compareParts(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

function countBelow({ standing, facts }: Judged, asked: Parameters<typeof monthsBelow>[2]): number {
  return standing === null ? 0 : monthsBelow(standing, facts, asked);
}

function leavesAt({ standing }: Judged): string | null {
  const dues = [standing?.lapseDueMs ?? null, standing?.warned?.dueMs ?? null].filter((due) => due !== null);
  return dues.length === 0 ? null : new Date(Math.min(...dues)).toISOString();
}
