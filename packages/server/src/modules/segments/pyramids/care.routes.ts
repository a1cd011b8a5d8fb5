import * as api from "@terrace/contract/api/pyramid-people";
import { shareOut } from "@terrace/domain/pyramids/share-out";
import { classOfPyramid, traitOfClass } from "@terrace/domain/traits/computed-traits";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { loadCareLoads, loadUncared, saveCare } from "./care.store.ts";
import { record } from "./pyramid.commands.ts";
import { openDefinition } from "./pyramid-definition.ts";
import { lockPyramid, type PyramidRow } from "./pyramid.store.ts";
import { loadOwners, pyramidOrThrow, pyramidViews } from "./pyramid-view.ts";

/** People who are shared out at once. */
const SHARED_MAX = 10_000;

/** Who cares for people one to one. */
export function careRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.setCareOwner, async ({ params, body }, context) => {
      const { workspaceId, actor } = context;
      const { id: pyramidId, key } = await pyramidOrThrow(db, workspaceId, params.pyramid);
      const { owner } = body;
      if (owner !== null && !(await loadOwners(deps, workspaceId)).has(owner))
        throw faultError("pyramid.no_such_owner", { field: "owner", mend: "Choose a member of the workspace" });
      const at = new Date(deps.nowMs());
      const given = body.people.map((personId) => ({ personId, operatorId: owner }));
      return inTransaction(db, async (tx) => {
        await lockPyramid(tx, workspaceId, pyramidId);
        const changed = await saveCare(tx, { workspaceId, pyramidId }, given, { by: actor, at });
        await record(deps, tx, context, { verb: "care", key, detail: { people: changed, ...(owner === null ? {} : { owner }) } });
        return { changed };
      });
    }),
    handle(api.shareOutCare, async ({ params }, context) =>
      shareOutLayer(deps, context, await pyramidOrThrow(db, context.workspaceId, params.pyramid), params.layer),
    ),
    handle(api.getCareLoads, async ({ params }, { workspaceId }) => {
      const row = await pyramidOrThrow(db, workspaceId, params.pyramid);
      const [view] = await pyramidViews(deps, workspaceId, [row]);
      const loads = await loadCareLoads(db, { workspaceId, pyramidId: row.id }, traitOf(row));
      const owners = await loadOwners(deps, workspaceId);
      return {
        items: (view?.layers ?? []).flatMap(({ key, people }) => {
          const own = loads.flatMap(({ layer, operatorId, people: count }) => {
            const owner = owners.get(operatorId);
            return layer === key && owner !== undefined ? [{ layer, owner, people: count }] : [];
          });
          const cared = own.reduce((sum, load) => sum + load.people, 0);
          return [...own, { layer: key, owner: null, people: Math.max(0, people - cared) }];
        }),
      };
    }),
  ];
}

function traitOf({ key }: PyramidRow): string {
  return traitOfClass(classOfPyramid(key));
}

async function shareOutLayer(deps: SegmentDeps, context: RouteContext, row: PyramidRow, layer: string) {
  const { workspaceId, actor } = context;
  const [view] = await pyramidViews(deps, workspaceId, [row]);
  const shown = view?.layers.find(({ key }) => key === layer);
  if (shown === undefined) throw faultError("pyramid.no_such_layer", { field: "layer", mend: "Choose a layer of the pyramid" });
  const members = await loadOwners(deps, workspaceId);
  const asked = openDefinition(deps, row).layers.find(({ key }) => key === layer);
  const owners = (asked?.owners ?? []).filter((id) => members.has(id));
  if (owners.length === 0) throw faultError("pyramid.no_such_owner", { field: "layer", mend: "Give the layer owners first" });
  const of = { workspaceId, pyramidId: row.id };
  return inTransaction(deps.db, async (tx) => {
    await lockPyramid(tx, workspaceId, row.id);
    const loads = await loadCareLoads(tx, of, traitOf(row));
    const waiting = await loadUncared(tx, of, { segmentId: shown.segment, operators: [...members.keys()], limit: SHARED_MAX + 1 });
    const people = waiting.slice(0, SHARED_MAX);
    const loadOf = (owner: string): number => loads.reduce((sum, load) => (load.operatorId === owner ? sum + load.people : sum), 0);
    const given = shareOut(
      people,
      owners.map((owner) => ({ owner, people: loadOf(owner) })),
    );
    await saveCare(
      tx,
      of,
      given.map(({ person, owner }) => ({ personId: person, operatorId: owner })),
      { by: actor, at: new Date(deps.nowMs()) },
    );
    await record(deps, tx, context, { verb: "care", key: row.key, detail: { layer, people: given.length } });
    return { given: given.length, left: waiting.length - people.length };
  });
}
