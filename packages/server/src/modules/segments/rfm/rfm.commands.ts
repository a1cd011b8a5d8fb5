import type { putRfmTraits } from "@terrace/contract/api/rfm-traits";
import { isRfmKey, RFM_KEYS, rfmClasses, type RfmClass } from "@terrace/domain/insight/rfm/rfm-classes";
import { readRfm, scoreCounts } from "@terrace/domain/insight/rfm/rfm-plan";
import { traitOfClass } from "@terrace/domain/traits/computed-traits";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { touchHaving } from "../classes/class-values.store.ts";
import { deleteClassRow, loadClasses, loadValues, saveClass, saveValue, type ValueRow } from "../classes/class.store.ts";
import { dropTraits } from "../classes/dropped-trait.store.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import { forgetSegment } from "../member-copy.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { refuseUsed } from "../segment-uses.ts";
import { countSegments, deleteSegment, insertSegment, lockSegments, markCopied, SEGMENTS_MAX, updateSegment } from "../segment.store.ts";
import { deleteScoring, findScoring, saveScoring } from "./rfm.store.ts";

export type RfmAsked = z.output<typeof putRfmTraits.body>;

/** Keeps everyone's RFM as traits, or in another way. Throws `insight.query_invalid`, `segment.too_many`, `segment.in_use`. */
export async function putRfm(deps: SegmentDeps, context: RouteContext, { language, dailyAt, ...scoring }: RfmAsked): Promise<void> {
  const { workspaceId } = context;
  // Only how many scores there are matters here: which events count, and money, are read when everyone is scored.
  const plan = valueOrThrow(readRfm({ ...scoring, orders: [], refunds: [] }, { currency: "", digits: 2, zone: "UTC" }));
  const classes = rfmClasses(scoreCounts(plan.scoring), language);
  const place = await placeOf(deps, workspaceId);
  const gone = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    const isNew = (await findScoring(tx, workspaceId)) === undefined;
    const spec = sealText(deps.privacy, JSON.stringify(scoring));
    await saveScoring(tx, workspaceId, { spec, dailyAt, nextAt: new Date(deps.nowMs()) });
    const removed = await writeClasses(deps, tx, context, classes);
    await record(deps, tx, context, isNew ? "create" : "update");
    await retrack(deps, tx, workspaceId, { place });
    return removed;
  });
  for (const segmentId of gone) await forgetSegment(deps.warehouse, workspaceId, segmentId);
}

/** Makes the classes and values that there shall be; answers the segments of values that there are no more. */
async function writeClasses(deps: SegmentDeps, tx: Tx, context: RouteContext, classes: readonly RfmClass[]): Promise<readonly string[]> {
  const { workspaceId, actor } = context;
  const at = new Date(deps.nowMs());
  const gone: string[] = [];
  for (const { key, name, values } of classes) {
    const classId = await saveClass(tx, workspaceId, { key, name, createdAt: at, createdBy: actor, managedBy: null });
    const before = (await loadValues(tx, workspaceId)).filter((row) => row.classId === classId);
    for (const [position, value] of values.entries()) {
      const there = before.find((row) => row.value === value.value)?.segmentId;
      if (there !== undefined) await updateSegment(tx, workspaceId, there, { name: value.name });
      const segmentId = there ?? (await makeValue(tx, context, { name: value.name, at }));
      await saveValue(tx, workspaceId, { classId, segmentId, value: value.value, condition: null, position });
    }
    const idle = before.filter((row) => !values.some(({ value }) => value === row.value));
    for (const row of idle) await touchHaving(tx, workspaceId, { trait: traitOfClass(key), value: row.value }, at);
    gone.push(...(await removeValues(deps, tx, workspaceId, idle)));
  }
  return gone;
}

async function makeValue(
  tx: Tx,
  { workspaceId, actor }: RouteContext,
  { name, at }: { readonly name: string; readonly at: Date },
): Promise<string> {
  if ((await countSegments(tx, workspaceId)) >= SEGMENTS_MAX)
    throw faultError("segment.too_many", {
      mend: `A workspace has at most ${SEGMENTS_MAX} segments, those behind tags and classes among them; delete those not in use`,
    });
  const segmentId = await insertSegment(tx, workspaceId, {
    name,
    kind: "list",
    madeFrom: null,
    createdAt: at,
    createdBy: actor,
    managedBy: "class",
  });
  await markCopied(tx, workspaceId, segmentId, at);
  return segmentId;
}

async function removeValues(deps: SegmentDeps, tx: Tx, workspaceId: number, values: readonly ValueRow[]): Promise<readonly string[]> {
  for (const { segmentId } of values) await refuseUsed(deps, workspaceId, segmentId, { field: "rfm" });
  for (const { segmentId } of values) await deleteSegment(tx, workspaceId, segmentId);
  return values.map(({ segmentId }) => segmentId);
}

/** Keeps RFM no longer: classes, history and everyone's traits go. Throws `class.not_found`, `segment.in_use`. */
export async function removeRfm(deps: SegmentDeps, context: RouteContext): Promise<void> {
  const { workspaceId } = context;
  const place = await placeOf(deps, workspaceId);
  const gone = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    if (!(await deleteScoring(tx, workspaceId))) throw faultError("class.not_found", { field: "rfm" });
    const classes = (await loadClasses(tx, workspaceId)).filter(({ key }) => isRfmKey(key));
    const own = new Set(classes.map(({ id }) => id));
    const values = (await loadValues(tx, workspaceId)).filter(({ classId }) => own.has(classId));
    const removed = await removeValues(deps, tx, workspaceId, values);
    for (const { id } of classes) await deleteClassRow(tx, workspaceId, id);
    await record(deps, tx, context, "delete");
    await dropTraits(tx, workspaceId, RFM_KEYS.map(traitOfClass), new Date(deps.nowMs()));
    await retrack(deps, tx, workspaceId, { place });
    return removed;
  });
  for (const segmentId of gone) await forgetSegment(deps.warehouse, workspaceId, segmentId);
}

async function record(
  deps: SegmentDeps,
  tx: Tx,
  { workspaceId, actor, ip }: RouteContext,
  verb: "create" | "update" | "delete",
): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `class.${verb}`, target: "class:rfm", detail: { name: "RFM" }, ip });
}
