import type { LayerView, PyramidView } from "@terrace/contract/api/pyramids";
import { lastDueMonth, monthText, reviewAt } from "@terrace/domain/pyramids/months";
import { classOfPyramid, traitOfClass } from "@terrace/domain/traits/computed-traits";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import { loadValues, type ValueRow } from "../classes/class.store.ts";
import { loadRulesOf, type RuleState } from "../live/rule.store.ts";
import { liveView } from "../segment-view.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { countAppointed } from "./appointment.store.ts";
import { openDefinition, type LayerAsked } from "./pyramid-definition.ts";
import { loadLayers, loadPyramids, type LayerRow, type PyramidRow } from "./pyramid.store.ts";

export type Owner = { readonly operatorId: string; readonly name: string };

/** Members by id, as they are shown: by their e-mail where there is no name. */
export async function loadOwners(deps: SegmentDeps, workspaceId: number): Promise<ReadonlyMap<string, Owner>> {
  const members = await deps.members(workspaceId);
  return new Map(members.map(({ operatorId, name, email }) => [operatorId, { operatorId, name: name === "" ? email : name }]));
}

/** The pyramid of a key; throws `pyramid.not_found`. */
export async function pyramidOrThrow(db: Db | Tx, workspaceId: number, key: string): Promise<PyramidRow> {
  const [row] = await loadPyramids(db, workspaceId, key);
  if (row === undefined) throw faultError("pyramid.not_found", { field: "pyramid" });
  return row;
}

/** The layer of a key; throws `pyramid.no_such_layer`. */
export async function layerOrThrow(
  db: Db | Tx,
  { workspaceId, pyramidId, key }: { readonly workspaceId: number; readonly pyramidId: string; readonly key: string },
  field = "layer",
): Promise<LayerRow> {
  const row = (await loadLayers(db, workspaceId, pyramidId)).find((layer) => layer.key === key);
  if (row === undefined) throw faultError("pyramid.no_such_layer", { field, mend: "Choose a layer of the pyramid" });
  return row;
}

/** Pyramids as the API shows them. */
export async function pyramidViews(deps: SegmentDeps, workspaceId: number, rows: readonly PyramidRow[]): Promise<readonly PyramidView[]> {
  const { db } = deps;
  const zone = await deps.timeZone(workspaceId);
  const values = Map.groupBy(await loadValues(db, workspaceId), ({ classId }) => classId);
  const own = rows.flatMap(({ classId }) => values.get(classId) ?? []);
  const states = await loadRulesOf(
    db,
    workspaceId,
    own.map(({ segmentId }) => segmentId),
  );
  const layers = Map.groupBy(await loadLayers(db, workspaceId), ({ pyramidId }) => pyramidId);
  const appointed = await countAppointed(db, workspaceId);
  const owners = await loadOwners(deps, workspaceId);
  return rows.map((row) => {
    const body = openDefinition(deps, row);
    const known = new Map((values.get(row.classId) ?? []).map((value) => [value.value, value]));
    const shown = body.layers.flatMap((layer) =>
      layerView(layer, { value: known.get(layer.key), states, owners, appointed: appointed.get(`${row.id} ${layer.key}`) ?? 0 }),
    );
    const isBegun = (layers.get(row.id) ?? []).every(({ qualified, begun }) => qualified === null || begun);
    const month = Math.max(row.reviewed + 1, lastDueMonth(deps.nowMs(), body.reviewDay, zone));
    return {
      key: row.key,
      trait: traitOfClass(classOfPyramid(row.key)),
      class: classOfPyramid(row.key),
      name: body.name,
      reviewDay: body.reviewDay,
      contribution: body.contribution,
      layers: shown,
      live: isBegun && shown.every(({ live }) => live.stage === "live"),
      nextReview: { month: monthText(month), at: new Date(reviewAt(month, body.reviewDay, zone)).toISOString() },
      version: row.version,
      createdAt: row.createdAt.toISOString(),
      createdBy: row.createdBy,
    };
  });
}

type LayerParts = {
  readonly value: ValueRow | undefined;
  readonly states: ReadonlyMap<string, RuleState>;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly appointed: number;
};

function layerView(layer: LayerAsked, { value, states, owners, appointed }: LayerParts): readonly LayerView[] {
  const state = value === undefined ? undefined : states.get(value.segmentId);
  if (value === undefined || state === undefined) return [];
  const known = layer.owners.flatMap((id) => owners.get(id) ?? []);
  return [{ ...layer, owners: known, segment: value.segmentId, people: value.people, appointed, live: liveView(state) }];
}

/** The segment of those in a layer. */
export async function layerSegment(db: Db | Tx, workspaceId: number, { classId }: PyramidRow, layer: string): Promise<string> {
  const value = (await loadValues(db, workspaceId)).find((one) => one.classId === classId && one.value === layer);
  if (value === undefined) throw faultError("pyramid.no_such_layer", { field: "layer", mend: "Choose a layer of the pyramid" });
  return value.segmentId;
}
