import type { PyramidBody } from "@terrace/contract/api/pyramids";
import type { mergeLayers as contract } from "@terrace/contract/api/pyramid-people";
import { anyOf } from "@terrace/domain/classes/template-conditions";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { graceEnd } from "@terrace/domain/pyramids/months";
import type { Demotion } from "@terrace/domain/pyramids/pyramid";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import { addToList } from "../list.store.ts";
import { forgetSegment } from "../member-copy.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { lockSegments } from "../segment.store.ts";
import { usesOfLayer } from "./layer-uses.ts";
import { moveAppointments, moveBars, moveStandings, noteMerge } from "./merge-layers.store.ts";
import { record, writePyramid } from "./pyramid.commands.ts";
import { openDefinition, type LayerAsked } from "./pyramid-definition.ts";
import { layerOrThrow, layerSegment } from "./pyramid-view.ts";
import { lockPyramid, type LayerRow, type PyramidRow } from "./pyramid.store.ts";

type Asked = z.output<typeof contract.body>;

/** Puts a layer into the one beside it. Throws `pyramid.no_such_layer`, `pyramid.not_beside`, `pyramid.being_sorted`, `segment.in_use`. */
export async function mergeLayers(
  deps: SegmentDeps,
  context: RouteContext,
  row: PyramidRow,
  asked: Asked,
): Promise<{ readonly moved: number }> {
  const { workspaceId } = context;
  const place = await placeOf(deps, workspaceId);
  const [use, ...more] = await usesOfLayer(deps, workspaceId, row, asked.from);
  if (use !== undefined)
    throw faultError("segment.in_use", {
      field: "from",
      mend: "Take it out of what uses it first",
      details: { name: use.name, more: more.length },
    });
  const { gone, moved } = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    const known = await lockPyramid(tx, workspaceId, row.id);
    if (known === undefined) throw faultError("pyramid.not_found", { field: "pyramid" });
    const from = await layerOrThrow(tx, { workspaceId, pyramidId: row.id, key: asked.from }, "from");
    const into = await layerOrThrow(tx, { workspaceId, pyramidId: row.id, key: asked.into }, "into");
    const body = mergedBody(openDefinition(deps, known), asked);
    const people = await movePeople(deps, tx, {
      workspaceId,
      row: known,
      from,
      into,
      terms: body.layers.find(({ key }) => key === into.key)?.demotion,
    });
    const written = await writePyramid(deps, tx, context, { key: known.key, body, known });
    await record(deps, tx, context, { verb: "merge", key: known.key, detail: { from: asked.from, into: asked.into, people } });
    await retrack(deps, tx, workspaceId, { place });
    return { gone: written, moved: people };
  });
  for (const segmentId of gone) await forgetSegment(deps.warehouse, workspaceId, segmentId);
  return { moved };
}

function mergedBody(body: PyramidBody, { from, into, rule }: Asked): PyramidBody {
  const at = (key: string): number => body.layers.findIndex((layer) => layer.key === key);
  if (Math.abs(at(from) - at(into)) !== 1)
    throw faultError("pyramid.not_beside", { field: "from", mend: "Choose the layer directly above or below" });
  const gone = body.layers.find(({ key }) => key === from);
  const layers = body.layers.flatMap((layer): PyramidBody["layers"] => {
    if (layer.key === from) return [];
    return [layer.key === into && rule === "either" ? { ...layer, rule: eitherRule(body, layer, gone) } : layer];
  });
  if (layers.length < 2)
    throw faultError("pyramid.not_beside", { field: "from", mend: "A pyramid has two layers at least; delete it instead" });
  return { ...body, layers };
}

/** The rule of the last layer without one is everyone. */
function eitherRule({ layers }: PyramidBody, into: LayerAsked, from: LayerAsked | undefined): PersonCondition | null {
  const isLast = (layer: LayerAsked | undefined): boolean => layers.at(-1)?.key === layer?.key;
  if ((isLast(into) && into.rule === null) || (isLast(from) && from?.rule === null)) return null;
  const rules = [into.rule, from?.rule ?? null].filter((one) => one !== null);
  return rules.length === 0 ? null : anyOf(rules);
}

type Moving = {
  readonly workspaceId: number;
  readonly row: PyramidRow;
  readonly from: LayerRow;
  readonly into: LayerRow;
  /** How people leave the layer that stays. */
  readonly terms: Demotion | undefined;
};

/** Appointments, whoever is in the layer or stands in it where people keep the other one, who is barred, and the note why: in that order. Answers how many were in the layer. */
async function movePeople(deps: SegmentDeps, tx: Tx, { workspaceId, row, from, into, terms }: Moving): Promise<number> {
  if (into.standing !== null && !into.begun)
    throw faultError("pyramid.being_sorted", { field: "into", mend: "Try again when the pyramid's layers are sorted" });
  const at = new Date(deps.nowMs());
  const of = { workspaceId, pyramidId: row.id };
  const appointed = await moveAppointments(tx, of, { from: from.key, into: into.key });
  await addToList(tx, { workspaceId, segmentId: into.appointed, at }, appointed);
  const segmentId = await layerSegment(tx, workspaceId, row, from.key);
  if (into.standing !== null) {
    const graceDays = terms?.lapse?.graceDays;
    const lapseDue = graceDays === undefined ? null : new Date(graceEnd(at.getTime(), graceDays, await deps.timeZone(workspaceId)));
    const layers = { from: from.id, into: into.id };
    const standing = await moveStandings(tx, { workspaceId, ...layers, segmentId, appointed: into.appointed, at, lapseDue });
    if (terms?.minimum != null) await moveBars(tx, workspaceId, layers);
    await addToList(tx, { workspaceId, segmentId: into.standing, at }, standing);
  }
  return noteMerge(tx, of, { from: from.key, into: into.key, segmentId, at });
}
