import { lastDueMonth, monthPeriod, reviewAt } from "@terrace/domain/pyramids/months";
import { look } from "@terrace/domain/pyramids/standing";
import { classOfPyramid } from "@terrace/domain/traits/computed-traits";
import { setTimeout as sleep } from "node:timers/promises";
import type { Loop } from "../../../platform/loops.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { createTurns } from "../../../platform/turns.ts";
import { writeClass } from "../classes/class.commands.ts";
import { keepFromEvaluating } from "../live/engine.store.ts";
import { createKnownUntil } from "../live/known-until.ts";
import { writeMembers } from "../live/build.store.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import { copyUncopied } from "../member-copy.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { lockSegments } from "../segment.store.ts";
import { end } from "./appointment.commands.ts";
import { loadOverdue } from "./appointment.store.ts";
import { readTimes, toolsOf } from "./contributions.ts";
import { isAnyDue, loadJudged, loadWarnedMonths, markOf, standAll, type Judgement } from "./keep.store.ts";
import { keptLayers, metFinder, writeJudgements, type Keeping, type KeptLayer } from "./kept-layers.ts";
import { classOf, openDefinition } from "./pyramid-definition.ts";
import {
  loadLayers,
  loadPyramids,
  loadPyramidWorkspaces,
  lockPyramid,
  saveBegun,
  saveLooked,
  saveReviewed,
  type PyramidRow,
} from "./pyramid.store.ts";
import { reviewMonth } from "./review.ts";

const IDLE_MS = 1_000;
const ASLEEP_MS = 3_000;
const OVERDUE_MAX = 1_000;
/** Looks that take longer rest after it, this many times as long. */
const QUICK_MS = 500;
const REST = 9;
const REST_MS_MAX = 60_000;

/** Keeps pyramids: ends appointments, promotes and demotes, and makes the reviews. See docs/decisions/0031-pyramids.md. */
export function createKeeper(deps: SegmentDeps): Loop {
  const turns = createTurns<string>(deps, "pyramids.keep");
  const knownUntil = createKnownUntil(deps);
  return {
    name: "pyramids.keep",
    step: async (signal) => {
      const workspaces = await loadPyramidWorkspaces(deps.db);
      const began = performance.now();
      const pyramids = new Map<string, Keeping>();
      for (const workspaceId of workspaces)
        for (const pyramid of await loadPyramids(deps.db, workspaceId))
          pyramids.set(pyramid.id, { workspaceId, pyramid, signal, knownUntil });
      const keep = async (id: string): Promise<boolean> => {
        const keeping = pyramids.get(id);
        return keeping !== undefined && keepPyramid(deps, keeping);
      };
      const worked = await turns([...pyramids.keys()], keep, signal);
      const slowMs = performance.now() - began - QUICK_MS;
      if (slowMs > 0) await sleep(Math.min(slowMs * REST, REST_MS_MAX), undefined, { signal }).catch(() => undefined);
      if (worked) return 0;
      return workspaces.length === 0 ? ASLEEP_MS : IDLE_MS;
    },
  };
}

async function keepPyramid(deps: SegmentDeps, keeping: Keeping): Promise<boolean> {
  // Nobody is judged as appointed whose time is over, and nobody leaves a list behind the review that follows.
  if (await endOverdue(deps, keeping)) return true;
  const worked = [await beginLayers(deps, keeping)];
  const { workspaceId, pyramid } = keeping;
  const layers = keptLayers(openDefinition(deps, pyramid), await loadLayers(deps.db, workspaceId, pyramid.id));
  for (const layer of layers) worked.push(layer.row.begun && (await lookAt(deps, keeping, layer)));
  worked.push(await reviewIfDue(deps, keeping, layers));
  return worked.includes(true);
}

async function endOverdue(deps: SegmentDeps, { workspaceId, pyramid }: Keeping): Promise<boolean> {
  const now = new Date(deps.nowMs());
  const asked = { workspaceId, pyramidId: pyramid.id, now, limit: OVERDUE_MAX };
  if ((await loadOverdue(deps.db, { ...asked, limit: 1 })).length === 0) return false;
  return inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    if ((await lockPyramid(tx, workspaceId, pyramid.id)) === undefined) return false;
    const overdue = await loadOverdue(tx, asked);
    await end(tx, { workspaceId, pyramid, at: now, by: null }, overdue);
    return true;
  });
}

/** Lets everyone who meets its condition stand in each layer that is made, once that is known of all, and has the class ask who stands. */
async function beginLayers(deps: SegmentDeps, { workspaceId, pyramid }: Keeping): Promise<boolean> {
  const waiting = (await loadLayers(deps.db, workspaceId, pyramid.id)).filter(({ begun, qualified }) => !begun && qualified !== null);
  if (waiting.length === 0) return false;
  for (const { qualified } of waiting) if ((await markOf(deps.db, workspaceId, qualified ?? "")) === null) return false;
  const place = await placeOf(deps, workspaceId);
  const began = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    const row = await lockPyramid(tx, workspaceId, pyramid.id);
    if (row === undefined) return [];
    const body = openDefinition(deps, row);
    const rows = await loadLayers(tx, workspaceId, pyramid.id);
    const layers = keptLayers(body, rows).filter(({ row: { begun } }) => !begun);
    for (const layer of layers) if ((await markOf(tx, workspaceId, layer.row.qualified)) === null) return [];
    for (const layer of layers) await beginLayer(deps, tx, { workspaceId, pyramid: row, layer });
    const begun = new Set(layers.map((layer) => layer.row.id));
    await saveBegun(tx, workspaceId, [...begun]);
    const now = new Map(rows.map((layer) => [layer.key, { ...layer, begun: layer.begun || begun.has(layer.id) }]));
    const asked = classOf(body, now);
    const author = { workspaceId, actor: row.createdBy };
    await writeClass(deps, tx, author, { key: classOfPyramid(row.key), asked, managedBy: "pyramid", field: "layers" });
    await retrack(deps, tx, workspaceId, { place });
    return layers;
  });
  for (const { row } of began) await copyUncopied(deps, workspaceId, row.standing, new Date(deps.nowMs()));
  return began.length > 0;
}

type Beginning = { readonly workspaceId: number; readonly pyramid: PyramidRow; readonly layer: KeptLayer };

async function beginLayer(deps: SegmentDeps, tx: Tx, { workspaceId, pyramid, layer: { row } }: Beginning): Promise<void> {
  const at = new Date(deps.nowMs());
  const people = await standAll(tx, { workspaceId, pyramidId: pyramid.id, layerId: row.id, layer: row.key }, row.qualified, at);
  if (people.length > 0) await writeMembers(tx, { workspaceId, segmentId: row.standing, people: [people.join(",")], why: "list", at });
}

/** Compares who qualifies for a layer with who stands in it, when one of both may have changed. */
async function lookAt(deps: SegmentDeps, keeping: Keeping, layer: KeptLayer): Promise<boolean> {
  const { workspaceId, pyramid, signal } = keeping;
  const { row, asked } = layer;
  const mark = await markOf(deps.db, workspaceId, row.qualified);
  if (mark === null) return false;
  const nowMs = deps.nowMs();
  const now = new Date(nowMs);
  const isDue = (at: Date): Promise<boolean> => isAnyDue(deps.db, workspaceId, row.id, at);
  if (mark === row.looked && !(await isDue(now))) return false;
  const known = new Date(await keeping.knownUntil(workspaceId));
  const knownMs = known.getTime();
  if (mark === row.looked && !(await isDue(known))) return false;
  const tools = await toolsOf(deps, workspaceId, nowMs);
  const months = await loadWarnedMonths(deps.db, workspaceId, row.id, known);
  const since = new Map(months.map((month) => [month, { fromMs: monthPeriod(month, tools.zone).toMs, toMs: nowMs }]));
  const contributed = await readTimes(deps, tools, { contribution: openDefinition(deps, pyramid).contribution, times: since, signal });
  return inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    const held = await lockPyramid(tx, workspaceId, pyramid.id);
    const seen = await markOf(tx, workspaceId, row.qualified);
    // It was changed meanwhile: the next look has it.
    if (held === undefined || seen === null || Buffer.compare(held.definition, pyramid.definition) !== 0) return false;
    const place = { workspaceId, pyramidId: pyramid.id, layerId: row.id, layer: row.key };
    const whom = { known, promotes: asked.promotion === "at_once", lapses: asked.demotion.lapse !== null };
    const judged = await loadJudged(tx, { ...place, qualified: row.qualified, at: now, whom });
    const met = await metFinder(tx, workspaceId, asked, contributed);
    const judgements = judged
      .filter(({ standing }) => standing?.warned == null || standing.warned.dueMs > knownMs || contributed.has(standing.warned.month))
      .map((who): Judgement => {
        const kept = look(asked, who.standing, who.facts, { nowMs, knownMs, zone: tools.zone, met: (month) => met(who.personId, month) });
        return { who, kept };
      });
    await writeJudgements(tx, { place, standing: row.standing }, judgements, { at: now, month: null });
    await saveLooked(tx, workspaceId, row.id, seen);
    return seen !== row.looked || judgements.length > 0;
  });
}

/** Makes the review of the last month whose day has come, once it can be told who qualifies for every layer. */
async function reviewIfDue(deps: SegmentDeps, keeping: Keeping, layers: readonly KeptLayer[]): Promise<boolean> {
  const { workspaceId, pyramid } = keeping;
  const { reviewDay } = openDefinition(deps, pyramid);
  const zone = await deps.timeZone(workspaceId);
  const month = lastDueMonth(deps.nowMs(), reviewDay, zone);
  if (month <= pyramid.reviewed) return false;
  if (layers.length === 0) {
    await inTransaction(deps.db, (tx) => saveReviewed(tx, workspaceId, pyramid.id, month));
    return false;
  }
  for (const { row } of layers) if (!row.begun || (await markOf(deps.db, workspaceId, row.qualified)) === null) return false;
  if ((await keeping.knownUntil(workspaceId)) < reviewAt(month, reviewDay, zone)) return false;
  return reviewMonth(deps, keeping, { layers, month });
}
