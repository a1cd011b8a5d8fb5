import type { putClass } from "@terrace/contract/api/classes";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { rulesOfClass } from "@terrace/domain/classes/class-rules";
import { traitOfClass } from "@terrace/domain/traits/computed-traits";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { openCondition } from "../live/live-plan.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import { changeRule, loadRulesOf } from "../live/rule.store.ts";
import { insertManagedRule, requireOrder } from "../managed-rules.ts";
import { forgetSegment } from "../member-copy.store.ts";
import { refuseUsed } from "../segment-uses.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { deleteSegment, lockSegments, updateSegment } from "../segment.store.ts";
import { touchHaving } from "./class-values.store.ts";
import { CLASSES_MAX, deleteClassRow, loadClasses, loadValues, saveClass, saveValue, type ClassRow, type ValueRow } from "./class.store.ts";
import { dropTraits } from "./dropped-trait.store.ts";

export type ClassAsked = z.output<typeof putClass.body>;

/** Makes a class, or gives it other values. Values that stay keep their segments. Throws `class.too_many`, `segment.circular`, `segment.in_use`, `condition.no_such_segment`. */
export async function replaceClass(deps: SegmentDeps, context: RouteContext, key: string, asked: ClassAsked): Promise<void> {
  const { workspaceId } = context;
  const place = await placeOf(deps, workspaceId);
  const gone = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    // Nobody is given a value behind this that there is no more.
    await stopEngine(tx, workspaceId);
    const { removed, made } = await writeClass(deps, tx, context, { key, asked, managedBy: null, field: "values" });
    for (const [index, { rule }] of asked.values.entries())
      await requireOrder(deps, tx, workspaceId, { field: `values.${index}.rule`, rule: rule ?? undefined });
    await record(deps, tx, context, {
      verb: made ? "create" : "update",
      key,
      detail: { name: asked.name },
    });
    await retrack(deps, tx, workspaceId, { place });
    return removed;
  });
  for (const { segmentId } of gone) await forgetSegment(deps.warehouse, workspaceId, segmentId);
}

type ClassWriting = {
  readonly key: string;
  readonly asked: ClassAsked;
  readonly managedBy: ClassRow["managedBy"];
  /** Under which a value that cannot go is refused. */
  readonly field: string;
  /** Segments whose questions about values do not keep these. */
  readonly going?: ReadonlySet<string>;
};

/**
 * Writes a class and what its values ask, in a transaction that holds the segments and has stopped the engine; check the order of rules and retrack after it.
 * Answers the values that went, whose segments the event engine is still to forget. Throws `class.too_many`, `segment.in_use`.
 */
export async function writeClass(
  deps: SegmentDeps,
  tx: Tx,
  context: Author,
  { key, asked, managedBy, field, going }: ClassWriting,
): Promise<{ readonly id: string; readonly made: boolean; readonly removed: readonly ValueRow[] }> {
  const { workspaceId, actor } = context;
  const classes = await loadClasses(tx, workspaceId);
  const made = !classes.some((one) => one.key === key);
  if (made && classes.length >= CLASSES_MAX)
    throw faultError("class.too_many", { mend: `A workspace has at most ${CLASSES_MAX} classes; delete those not in use` });
  const id = await saveClass(tx, workspaceId, {
    key,
    name: asked.name,
    createdAt: new Date(deps.nowMs()),
    createdBy: actor,
    managedBy,
  });
  const before = (await loadValues(tx, workspaceId)).filter(({ classId }) => classId === id);
  await writeValues(deps, tx, context, { id, before, asked });
  const removed = before.filter(({ value }) => !asked.values.some((one) => one.value === value));
  await removeValues(deps, tx, workspaceId, { key, before, removed, field, going });
  return { id, made, removed };
}

/** Whoever makes a rule. */
type Author = Pick<RouteContext, "workspaceId" | "actor">;
type Writing = { readonly id: string; readonly before: readonly ValueRow[]; readonly asked: ClassAsked };

async function writeValues(deps: SegmentDeps, tx: Tx, context: Author, { id, before, asked }: Writing): Promise<void> {
  const { workspaceId } = context;
  const known = new Map(before.map(({ value, segmentId }) => [value, segmentId]));
  const values: { readonly segmentId: string; readonly condition: PersonCondition | null }[] = [];
  for (const [position, { value, name, rule }] of asked.values.entries()) {
    const there = known.get(value);
    if (there !== undefined) await updateSegment(tx, workspaceId, there, { name });
    // What it asks besides is put down once all have their numbers.
    const segmentId =
      there ?? (await insertManagedRule(deps, tx, context, { name, rule: rule ?? { not: { all: [] } }, managedBy: "class" }));
    const condition = rule === null ? null : sealText(deps.privacy, JSON.stringify(rule));
    await saveValue(tx, workspaceId, { classId: id, segmentId, value, condition, position });
    values.push({ segmentId, condition: rule });
  }
  const stored = await loadRulesOf(
    tx,
    workspaceId,
    values.map(({ segmentId }) => segmentId),
  );
  for (const [segmentId, rule] of rulesOfClass(values)) {
    const state = stored.get(segmentId);
    const text = JSON.stringify(rule);
    if (state === undefined || JSON.stringify(openCondition(deps, state.condition)) !== text)
      await changeRule(tx, workspaceId, { segmentId, condition: sealText(deps.privacy, text), combination: null });
  }
}

type Removing = {
  readonly key: string;
  readonly before: readonly ValueRow[];
  readonly removed: readonly ValueRow[];
  readonly field: string;
  readonly going: ReadonlySet<string> | undefined;
};

async function removeValues(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { key, before, removed, field, going }: Removing,
): Promise<void> {
  if (removed.length === 0) return;
  // Those of the class itself ask about the values that it has from now on.
  const own = new Set([...before.map(({ segmentId }) => segmentId), ...(going ?? [])]);
  for (const { segmentId, value } of removed) {
    await refuseUsed(deps, workspaceId, segmentId, { field, going: own });
    await touchHaving(tx, workspaceId, { trait: traitOfClass(key), value }, new Date(deps.nowMs()));
    await deleteSegment(tx, workspaceId, segmentId);
  }
}

/** Deletes a class with its history and the trait of everyone. Throws `segment.in_use`. */
export async function removeClass(deps: SegmentDeps, context: RouteContext, row: ClassRow): Promise<void> {
  const { workspaceId } = context;
  const place = await placeOf(deps, workspaceId);
  const values = await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    // Nobody is given a value behind this that there is no more.
    await stopEngine(tx, workspaceId);
    const own = await dropClass(deps, tx, workspaceId, { row, field: "class" });
    await record(deps, tx, context, { verb: "delete", key: row.key, detail: { name: row.name } });
    await dropTraits(tx, workspaceId, [traitOfClass(row.key)], new Date(deps.nowMs()));
    await retrack(deps, tx, workspaceId, { place });
    return own;
  });
  for (const { segmentId } of values) await forgetSegment(deps.warehouse, workspaceId, segmentId);
}

/** Deletes a class in a transaction that holds the segments and has stopped the engine; drop its trait, and retrack after it. Throws `segment.in_use`. */
export async function dropClass(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { row, field }: { readonly row: Pick<ClassRow, "id">; readonly field: string },
): Promise<readonly ValueRow[]> {
  const own = (await loadValues(tx, workspaceId)).filter(({ classId }) => classId === row.id);
  const among = new Set(own.map(({ segmentId }) => segmentId));
  for (const { segmentId } of own) await refuseUsed(deps, workspaceId, segmentId, { field, going: among });
  for (const { segmentId } of own) await deleteSegment(tx, workspaceId, segmentId);
  await deleteClassRow(tx, workspaceId, row.id);
  return own;
}

type Act = {
  readonly verb: "create" | "update" | "delete";
  readonly key: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
};

async function record(deps: SegmentDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, key, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `class.${verb}`, target: `class:${key}`, detail, ip });
}
