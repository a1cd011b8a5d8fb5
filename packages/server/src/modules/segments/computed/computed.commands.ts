import type { putComputedTrait } from "@terrace/contract/api/computed-traits";
import { canonicalJson } from "@terrace/domain/canonical-json";
import type { TraitDefinition } from "@terrace/domain/computed/definition";
import type { Json } from "@terrace/domain/json";
import { traitOfComputed } from "@terrace/domain/traits/computed-traits";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { dropTraits } from "../classes/dropped-trait.store.ts";
import { placeOf, retrack, stopEngine } from "../live/retrack.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { lockSegments } from "../segment.store.ts";
import { openDefinition } from "./computed-plan.ts";
import { refuseUsedTrait } from "./computed-uses.ts";
import { COMPUTED_MAX, deleteComputedTrait, loadComputedTraits, saveComputedTrait } from "./computed.store.ts";
import { refuseDefinition } from "./preview.ts";

type Asked = z.output<typeof putComputedTrait.body>;

/** Makes a computed trait or changes it; reckoned in another way, everyone's value is reckoned anew. Throws `computed_trait.too_many`, `computed_trait.circular`, `field.hidden`. */
export async function saveTrait(deps: SegmentDeps, context: RouteContext, key: string, { name, unit, definition }: Asked): Promise<void> {
  const { workspaceId, actor } = context;
  refuseDefinition(definition, context);
  const place = await placeOf(deps, workspaceId);
  await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    // Nobody is given a value behind this that is reckoned in the way that was.
    await stopEngine(tx, workspaceId);
    const traits = await loadComputedTraits(tx, workspaceId);
    const before = traits.find((one) => one.key === key);
    if (before === undefined && traits.length >= COMPUTED_MAX)
      throw faultError("computed_trait.too_many", {
        mend: `A workspace has at most ${COMPUTED_MAX} computed traits; delete those not in use`,
      });
    const isReckonedAnew = before === undefined || textOf(openDefinition(deps, before.definition)) !== textOf(definition);
    const sealed = sealText(deps.privacy, JSON.stringify(definition));
    const named = { key, nameZh: name.zh, nameEn: name.en, unit };
    await saveComputedTrait(tx, workspaceId, { ...named, definition: sealed, at: new Date(deps.nowMs()), by: actor, isReckonedAnew });
    await record(deps, tx, context, {
      verb: before === undefined ? "create" : "update",
      key,
      detail: { name: name.en, kind: definition.kind, ...(before !== undefined && isReckonedAnew ? { definition: true } : {}) },
    });
    if (isReckonedAnew) await retrack(deps, tx, workspaceId, { place });
  });
}

/** Deletes a computed trait with everyone's value. Throws `computed_trait.not_found`, `computed_trait.in_use`. */
export async function removeTrait(deps: SegmentDeps, context: RouteContext, key: string): Promise<void> {
  const { workspaceId } = context;
  const place = await placeOf(deps, workspaceId);
  await inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    // Nobody is given a value behind this.
    await stopEngine(tx, workspaceId);
    const [row] = await loadComputedTraits(tx, workspaceId, key);
    if (row === undefined) throw unknownTrait();
    await refuseUsedTrait(deps, tx, workspaceId, key);
    await deleteComputedTrait(tx, workspaceId, row.id);
    await record(deps, tx, context, { verb: "delete", key, detail: { name: row.nameEn } });
    await dropTraits(tx, workspaceId, [traitOfComputed(key)], new Date(deps.nowMs()));
    await retrack(deps, tx, workspaceId, { place });
  });
}

export function unknownTrait(): Error {
  return faultError("computed_trait.not_found", { field: "trait" });
}

function textOf(definition: TraitDefinition): string {
  return canonicalJson(JSON.parse(JSON.stringify(definition)) as Json);
}

type Act = {
  readonly verb: "create" | "update" | "delete";
  readonly key: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
};

async function record(deps: SegmentDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, key, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `computed_trait.${verb}`, target: `computed_trait:${key}`, detail, ip });
}
