import * as api from "@terrace/contract/api/computed-traits";
import type { ComputedTraitView } from "@terrace/contract/api/computed-traits";
import { DONE } from "@terrace/contract/route";
import { sourcesOf, typeOfTrait, valuesOfTrait } from "@terrace/domain/computed/definition";
import { traitTemplates } from "@terrace/domain/computed/trait-templates";
import { traitOfComputed } from "@terrace/domain/traits/computed-traits";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { isSeen } from "../../../platform/http/refuse-unseen.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { openDefinition } from "./computed-plan.ts";
import { usesOfComputed } from "./computed-uses.ts";
import { removeTrait, saveTrait, unknownTrait } from "./computed.commands.ts";
import { loadComputedTraits, type ComputedRow } from "./computed.store.ts";
import { countHaving, readValues } from "./computed.views.ts";
import { previewTrait, toldSpread } from "./preview.ts";

/** Traits that are reckoned from what people did. */
export function computedTraitRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db, warehouse } = deps;
  return [
    handle(api.listComputedTraits, async (_input, { workspaceId }) => ({
      items: [...(await viewsOf(deps, workspaceId, await loadComputedTraits(db, workspaceId)))],
    })),
    handle(api.listComputedTraitTemplates, async (_input, { workspaceId }) => ({
      items: [...traitTemplates(await deps.businessEvents(workspaceId))],
    })),
    handle(api.previewComputedTrait, ({ body, query }, context) => previewTrait(deps, context, body.definition, query.queryId)),
    handle(api.getComputedTrait, async ({ params }, { workspaceId }) => ({
      ...(await viewOf(deps, workspaceId, params.trait)),
      usedBy: [...(await usesOfComputed(deps, db, workspaceId, params.trait))],
    })),
    handle(api.getComputedTraitSpread, async ({ params }, { workspaceId, fields }) => {
      const row = await traitOrThrow(deps, workspaceId, params.trait);
      const trait = traitOfComputed(row.key);
      if (!isSeen(trait, fields.trait))
        throw faultError("field.hidden", { field: "trait", mend: "Choose another trait; your role does not see this one" });
      return toldSpread(typeOfTrait(openDefinition(deps, row.definition)), await readValues(warehouse, workspaceId, trait));
    }),
    handle(api.putComputedTrait, async ({ params, body }, context) => {
      await saveTrait(deps, context, params.trait, body);
      return viewOf(deps, context.workspaceId, params.trait);
    }),
    handle(api.deleteComputedTrait, async ({ params }, context) => {
      await removeTrait(deps, context, params.trait);
      return DONE;
    }),
  ];
}

async function traitOrThrow(deps: SegmentDeps, workspaceId: number, key: string): Promise<ComputedRow> {
  const [row] = await loadComputedTraits(deps.db, workspaceId, key);
  if (row === undefined) throw unknownTrait();
  return row;
}

async function viewOf(deps: SegmentDeps, workspaceId: number, key: string): Promise<ComputedTraitView> {
  const [view] = await viewsOf(deps, workspaceId, [await traitOrThrow(deps, workspaceId, key)]);
  if (view === undefined) throw unknownTrait();
  return view;
}

async function viewsOf(deps: SegmentDeps, workspaceId: number, rows: readonly ComputedRow[]): Promise<readonly ComputedTraitView[]> {
  const people = await countHaving(
    deps.warehouse,
    workspaceId,
    rows.map(({ key }) => traitOfComputed(key)),
  );
  return rows.map((row) => viewOfRow(deps, row, people.get(traitOfComputed(row.key)) ?? 0));
}

function viewOfRow(deps: SegmentDeps, row: ComputedRow, people: number): ComputedTraitView {
  const definition = openDefinition(deps, row.definition);
  const values = valuesOfTrait(definition);
  const sorted = row.lags.toSorted((a, b) => a - b);
  const [lastMs, p99Ms] = [row.lags.at(-1), sorted[Math.ceil(sorted.length * 0.99) - 1]];
  return {
    key: row.key,
    trait: traitOfComputed(row.key),
    name: { zh: row.nameZh, en: row.nameEn },
    type: typeOfTrait(definition),
    unit: row.unit,
    definition,
    uses: {
      events: [...new Set(sourcesOf(definition).map(({ event }) => event))],
      properties: values.flatMap((value) => ("property" in value ? [value.property] : [])),
      columns: values.flatMap((value) => ("column" in value ? [value.column] : [])),
    },
    status: row.stage === "live" ? "live" : row.failedAt === null ? "building" : "failed",
    live: {
      stage: row.stage,
      changedAt: row.changedAt?.toISOString() ?? null,
      lag: lastMs === undefined || p99Ms === undefined ? null : { lastMs, p99Ms },
    },
    people,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    updatedAt: row.updatedAt.toISOString(),
  };
}
