import type { getPyramidShares } from "@terrace/contract/api/pyramid-figures";
import type { Period } from "@terrace/domain/insight/time/calendar";
import type { z } from "zod";
import type { RouteContext } from "../../../platform/http/handler.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { countEveryone } from "../estimate.views.ts";
import { amountOf } from "./contribution.views.ts";
import { openDefinition } from "./pyramid-definition.ts";
import type { PyramidRow } from "./pyramid.store.ts";
import { pyramidViews } from "./pyramid-view.ts";
import { readShares, type ShareRow } from "./shares.views.ts";

type Shares = z.output<typeof getPyramidShares.response>;
type Asked = { readonly zone: string; readonly period: Period; readonly queryId: string | undefined };

/** The share of each layer in people and in what they did in a time. */
export async function sharesOf(
  deps: SegmentDeps,
  context: RouteContext,
  row: PyramidRow,
  { zone, period, queryId }: Asked,
): Promise<Shares> {
  const { workspaceId } = context;
  const { contribution } = openDefinition(deps, row);
  const layers = (await pyramidViews(deps, workspaceId, [row]))[0]?.layers ?? [];
  const { order } = await deps.businessEvents(workspaceId);
  const question = { kind: "pyramid_shares", body: { pyramid: row.key, period, contribution, order }, queryId };
  const { answer, meta } = await deps.ask(question, context, async (tools, read) => {
    const turnover = await deps.turnoverSql(workspaceId, tools);
    return readShares({ tools, read }, { segments: layers.map(({ segment }) => segment), contribution, period, turnover });
  });
  const everyone = await countEveryone(deps.db, workspaceId);
  const placed = layers.reduce((sum, { people }) => sum + people, 0);
  const of = (place: number): ShareRow | undefined => answer.find((one) => one.place === place);
  const totals = totalsOf(answer);
  const shown = (layer: string | null, place: number, people: number) => {
    const own = amountsOf(of(place));
    return {
      layer,
      people,
      share: everyone === 0 ? null : people / everyone,
      contribution: contribution === null ? null : partOf(own.contribution, totals.contribution),
      events: partOf(own.events, totals.events),
      turnover: partOf(own.turnover, totals.turnover),
    };
  };
  const rest = Math.max(0, everyone - placed);
  return {
    zone,
    fromAt: new Date(period.fromMs).toISOString(),
    toAt: new Date(period.toMs).toISOString(),
    layers: [...layers.map(({ key, people }, index) => shown(key, index + 1, people)), ...(rest === 0 ? [] : [shown(null, 0, rest)])],
    meta,
  };
}

type Amounts = { readonly contribution: number; readonly events: number; readonly turnover: number };

function amountsOf(row: ShareRow | undefined): Amounts {
  if (row === undefined) return { contribution: 0, events: 0, turnover: 0 };
  return { contribution: amountOf(BigInt(row.parts)), events: row.events, turnover: Number(row.minor) };
}

function totalsOf(rows: readonly ShareRow[]): Amounts {
  const sum = (pick: (row: ShareRow) => bigint): bigint => rows.reduce((total, row) => total + pick(row), 0n);
  return {
    contribution: amountOf(sum(({ parts }) => BigInt(parts))),
    events: Number(sum(({ events }) => BigInt(events))),
    turnover: Number(sum(({ minor }) => BigInt(minor))),
  };
}

function partOf(total: number, of: number): { readonly total: number; readonly share: number | null } {
  return { total, share: of === 0 ? null : total / of };
}
