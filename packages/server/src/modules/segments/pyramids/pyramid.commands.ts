import type { putPyramid, PyramidBody } from "@terrace/contract/api/pyramids";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { monthOf } from "@terrace/domain/pyramids/months";
import { usesOfRule } from "@terrace/domain/segments/rule-uses";
import { inRuleOrder } from "@terrace/domain/segments/rule-order";
import { classOfPyramid, traitOfClass } from "@terrace/domain/traits/computed-traits";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { writeClass, dropClass } from "../classes/class.commands.ts";
import { loadValues } from "../classes/class.store.ts";
import { dropTraits } from "../classes/dropped-trait.store.ts";
import { openCondition } from "../live/live-plan.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import { changeRule, loadRules, loadRulesOf } from "../live/rule.store.ts";
import { insertManagedRule, requireManagedRoom } from "../managed-rules.ts";
import { forgetSegment } from "../member-copy.store.ts";
import { requireSegments } from "../rule.commands.ts";
import { refuseUsed, refuseUses } from "../segment-uses.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { deleteSegment, insertSegment, lockSegments, markCopied, updateSegment } from "../segment.store.ts";
import { endAppointmentsOf } from "./appointment.store.ts";
import { usesOfLayer, usesOfPyramid } from "./layer-uses.ts";
import { classOf, isKept, nameOf, openDefinition, sealDefinition, type LayerAsked } from "./pyramid-definition.ts";
import {
  clearStandings,
  deleteLayer,
  deletePyramidRow,
  insertPyramid,
  loadLayers,
  loadPyramids,
  lockPyramid,
  PYRAMIDS_MAX,
  saveDefinition,
  saveLayer,
  type LayerRow,
  type PyramidRow,
} from "./pyramid.store.ts";

/** Whoever changes a pyramid. */
export type PyramidActor = Pick<RouteContext, "workspaceId" | "actor" | "ip">;
type Asked = z.output<typeof putPyramid.body>;

/** Makes a pyramid, or gives it other layers. Layers keep their people by their keys. Throws `pyramid.changed_since`, `pyramid.too_many`, `pyramid.no_such_owner`, `segment.circular`, `segment.in_use`, `condition.no_such_segment`. */
export async function replacePyramid(deps: SegmentDeps, context: PyramidActor, key: string, asked: Asked): Promise<void> {
  const { workspaceId } = context;
  const { basedOn, ...body } = asked;
  await requireOwners(deps, workspaceId, body);
  const place = await placeOf(deps, workspaceId);
  const gone = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    const [known] = await loadPyramids(tx, workspaceId, key);
    if (basedOn !== undefined && basedOn !== (known?.version ?? 0))
      throw faultError("pyramid.changed_since", { field: "basedOn", mend: "Load it again and make the change anew" });
    const removed = await writePyramid(deps, tx, context, { key, body, known });
    await record(deps, tx, context, { verb: known === undefined ? "create" : "update", key, detail: { name: nameOf(body.name) } });
    await retrack(deps, tx, workspaceId, { place });
    return removed;
  });
  for (const segmentId of gone) await forgetSegment(deps.warehouse, workspaceId, segmentId);
}

export type PyramidWriting = { readonly key: string; readonly body: PyramidBody; readonly known: PyramidRow | undefined };

/** Writes a pyramid in a transaction that holds the segments and has stopped the engine; retrack after it. Answers the segments that went. */
export async function writePyramid(
  deps: SegmentDeps,
  tx: Tx,
  context: PyramidActor,
  { key, body, known }: PyramidWriting,
): Promise<readonly string[]> {
  const { workspaceId, actor } = context;
  if (known === undefined && (await loadPyramids(tx, workspaceId)).length >= PYRAMIDS_MAX)
    throw faultError("pyramid.too_many", { mend: `A workspace has at most ${PYRAMIDS_MAX} pyramids; delete those not in use` });
  if (known !== undefined) await lockPyramid(tx, workspaceId, known.id);
  const before = known === undefined ? [] : await loadLayers(tx, workspaceId, known.id);
  await refuseCircle(deps, tx, workspaceId, { key, body, before });
  const removed = before.filter((row) => !body.layers.some((layer) => layer.key === row.key));
  await refuseNamed(deps, workspaceId, { known, removed });
  const layers = await writeLayerSegments(deps, tx, context, { body, before });
  const going = [...removed.flatMap(segmentsOf), ...layers.flatMap(({ dropped }) => dropped)];
  for (const segmentId of removed.flatMap(segmentsOf))
    await refuseUsed(deps, workspaceId, segmentId, { field: "layers", going: await classSegments(tx, workspaceId, known) });
  const written = await writeClass(deps, tx, context, {
    key: classOfPyramid(key),
    asked: classOf(body, new Map(layers.map((layer) => [layer.row.key, layer.row]))),
    managedBy: "pyramid",
    field: "layers",
  });
  const pyramidId =
    known?.id ??
    (await insertPyramid(tx, workspaceId, {
      key,
      classId: written.id,
      definition: sealDefinition(deps, body),
      reviewed: monthOf(deps.nowMs(), await deps.timeZone(workspaceId)) - 1,
      createdAt: new Date(deps.nowMs()),
      createdBy: actor,
    }));
  if (known !== undefined) await saveDefinition(tx, workspaceId, pyramidId, sealDefinition(deps, body));
  for (const [position, { row }] of layers.entries()) await saveLayer(tx, workspaceId, { ...row, pyramidId, position });
  const at = new Date(deps.nowMs());
  for (const layer of removed) {
    await endAppointmentsOf(tx, { workspaceId, pyramidId, layer: layer.key, at, by: actor, why: "layer_changed" });
    await deleteLayer(tx, workspaceId, layer.id);
  }
  for (const segmentId of going) await deleteSegment(tx, workspaceId, segmentId);
  return [...written.removed.map(({ segmentId }) => segmentId), ...going];
}

/** Throws `segment.in_use` when a layer that would go is named by its value or its segment. */
async function refuseNamed(
  deps: SegmentDeps,
  workspaceId: number,
  { known, removed }: { readonly known: PyramidRow | undefined; readonly removed: readonly LayerRow[] },
): Promise<void> {
  if (known === undefined) return;
  for (const { key } of removed) refuseUses(await usesOfLayer(deps, workspaceId, known, key), "layers");
}

function segmentsOf({ appointed, qualified, standing }: Pick<LayerRow, "appointed" | "qualified" | "standing">): readonly string[] {
  return [appointed, qualified, standing].filter((id) => id !== null);
}

/** The values' segments of a pyramid that there is: what they ask is written anew. */
async function classSegments(tx: Tx, workspaceId: number, known: PyramidRow | undefined): Promise<ReadonlySet<string>> {
  const values = known === undefined ? [] : (await loadValues(tx, workspaceId)).filter(({ classId }) => classId === known.classId);
  return new Set(values.map(({ segmentId }) => segmentId));
}

type WrittenLayer = {
  readonly row: Pick<LayerRow, "key" | "appointed" | "qualified" | "standing" | "begun">;
  /** Segments that it needs no more. */
  readonly dropped: readonly string[];
};

async function writeLayerSegments(
  deps: SegmentDeps,
  tx: Tx,
  context: PyramidActor,
  { body, before }: { readonly body: PyramidBody; readonly before: readonly LayerRow[] },
): Promise<readonly WrittenLayer[]> {
  const known = new Map(before.map((row) => [row.key, row]));
  const written: WrittenLayer[] = [];
  for (const layer of body.layers) written.push(await writeLayer(deps, tx, context, { layer, before: known.get(layer.key) }));
  return written;
}

async function writeLayer(
  deps: SegmentDeps,
  tx: Tx,
  context: PyramidActor,
  { layer, before }: { readonly layer: LayerAsked; readonly before: LayerRow | undefined },
): Promise<WrittenLayer> {
  const { key, rule } = layer;
  const name = nameOf(layer.name);
  const appointed = before?.appointed ?? (await insertManagedList(deps, tx, context, name));
  if (!isKept(layer) || rule === null)
    return { row: { key, appointed, qualified: null, standing: null, begun: false }, dropped: await dropKept(tx, context, before) };
  const standing = before?.standing ?? (await insertManagedList(deps, tx, context, name));
  const qualified = await writeQualified(deps, tx, context, { id: before?.qualified ?? null, name, rule });
  return { row: { key, appointed, qualified, standing, begun: before?.begun ?? false }, dropped: [] };
}

/** Nobody keeps the layer any more: it is what its condition says. Answers the segments that it needs no more. */
async function dropKept(tx: Tx, { workspaceId }: PyramidActor, before: LayerRow | undefined): Promise<readonly string[]> {
  if (before === undefined) return [];
  await clearStandings(tx, workspaceId, before.id);
  return [before.qualified, before.standing].filter((id) => id !== null);
}

async function writeQualified(
  deps: SegmentDeps,
  tx: Tx,
  context: PyramidActor,
  { id, name, rule }: { readonly id: string | null; readonly name: string; readonly rule: PersonCondition },
): Promise<string> {
  const { workspaceId } = context;
  if (id === null) return insertManagedRule(deps, tx, context, { name, rule, managedBy: "layer" });
  await updateSegment(tx, workspaceId, id, { name });
  const state = (await loadRulesOf(tx, workspaceId, [id])).get(id);
  const text = JSON.stringify(rule);
  if (state === undefined || JSON.stringify(openCondition(deps, state.condition)) !== text)
    await changeRule(tx, workspaceId, { segmentId: id, condition: sealText(deps.privacy, text), combination: null });
  return id;
}

async function insertManagedList(deps: SegmentDeps, tx: Tx, { workspaceId, actor }: PyramidActor, name: string): Promise<string> {
  await requireManagedRoom(tx, workspaceId);
  const at = new Date(deps.nowMs());
  const list = { name, kind: "list", madeFrom: null, createdAt: at, createdBy: actor, managedBy: "layer" } as const;
  const id = await insertSegment(tx, workspaceId, list);
  await markCopied(tx, workspaceId, id, at);
  return id;
}

/** A layer must not ask about the pyramid itself, directly or through others: who stands in it would decide who stands in it. */
async function refuseCircle(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { key, body, before }: { readonly key: string; readonly body: PyramidBody; readonly before: readonly LayerRow[] },
): Promise<void> {
  const trait = traitOfClass(classOfPyramid(key));
  const own = new Set(before.flatMap(segmentsOf));
  const rows = await loadRules(tx, workspaceId);
  const rules = rows.map((row) => ({ id: row.segmentId, gives: row.gives, condition: openCondition(deps, row.condition) }));
  const others = rules.filter(({ id, gives }) => !own.has(id) && gives.trait !== trait);
  // Other rules name its layers by the segments of its values: these stand for what each layer asks.
  const values = rules.filter(({ gives }) => gives.trait === trait).map(({ id }) => id);
  for (const [index, { rule }] of body.layers.entries()) {
    if (rule === null) continue;
    const field = `layers.${index}.rule`;
    await requireSegments(tx, workspaceId, rule, field);
    const asks = [...values, `new ${index}`].map((id) => ({ id, gives: { trait }, condition: rule }));
    const namesOwn = usesOfRule(rule).segments.some((id) => own.has(id));
    if (namesOwn || inRuleOrder([...others, ...asks]) === undefined)
      throw faultError("segment.circular", { field, mend: "Take out what asks about the pyramid itself, directly or through others" });
  }
}

async function requireOwners(deps: SegmentDeps, workspaceId: number, { layers }: PyramidBody): Promise<void> {
  const members = new Set((await deps.members(workspaceId)).map(({ operatorId }) => operatorId));
  for (const [index, { owners }] of layers.entries())
    if (owners.some((owner) => !members.has(owner)))
      throw faultError("pyramid.no_such_owner", { field: `layers.${index}.owners`, mend: "Choose members of the workspace" });
}

/** Deletes a pyramid with all that is kept of it. Throws `segment.in_use`. */
export async function removePyramid(deps: SegmentDeps, context: PyramidActor, row: PyramidRow): Promise<void> {
  const { workspaceId } = context;
  const place = await placeOf(deps, workspaceId);
  const gone = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    await lockPyramid(tx, workspaceId, row.id);
    refuseUses(await usesOfPyramid(deps, workspaceId, row), "pyramid");
    const own = (await loadLayers(tx, workspaceId, row.id)).flatMap(segmentsOf);
    const values = await classSegments(tx, workspaceId, row);
    for (const segmentId of own) await refuseUsed(deps, workspaceId, segmentId, { field: "pyramid", going: values });
    await deletePyramidRow(tx, workspaceId, row.id);
    const dropped = await dropClass(deps, tx, workspaceId, { row: { id: row.classId }, field: "pyramid" });
    for (const segmentId of own) await deleteSegment(tx, workspaceId, segmentId);
    await record(deps, tx, context, { verb: "delete", key: row.key, detail: { name: nameOf(openDefinition(deps, row).name) } });
    await dropTraits(tx, workspaceId, [traitOfClass(classOfPyramid(row.key))], new Date(deps.nowMs()));
    await retrack(deps, tx, workspaceId, { place });
    return [...dropped.map(({ segmentId }) => segmentId), ...own];
  });
  for (const segmentId of gone) await forgetSegment(deps.warehouse, workspaceId, segmentId);
}

export type PyramidAct = {
  readonly verb: "create" | "update" | "delete" | "merge" | "appoint" | "end_appointment" | "care";
  readonly key: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
};

/** Writes a change into the audit log. */
export async function record(
  deps: SegmentDeps,
  tx: Tx,
  { workspaceId, actor, ip }: PyramidActor,
  { verb, key, detail }: PyramidAct,
): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `pyramid.${verb}`, target: `pyramid:${key}`, detail, ip });
}
