import * as api from "@terrace/contract/api/pyramid-people";
import { movesOf } from "@terrace/domain/pyramids/layer-why";
import { monthText } from "@terrace/domain/pyramids/months";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { noteSeen } from "../../people/module.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { noteOf } from "./appointment-note.ts";
import { loadAppointments } from "./appointment.store.ts";
import { loadCareOwner, loadLayerPeople, loadLayerStays, loadLeaving, loadNoted } from "./layer-people.views.ts";
import { usesOfLayer } from "./layer-uses.ts";
import { mergeLayers } from "./merge-layers.ts";
import { namesOf } from "./people-names.ts";
import { openDefinition } from "./pyramid-definition.ts";
import { loadLayers, loadPyramids, type PyramidRow } from "./pyramid.store.ts";
import { layerOrThrow, layerSegment, loadOwners, pyramidOrThrow } from "./pyramid-view.ts";

const HISTORY_MAX = 100;

/** The people of layers, and what layers are to others. */
export function layerRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listLayerPeople, async ({ params, query }, context) =>
      peopleOf(deps, context, await pyramidOrThrow(db, context.workspaceId, params.pyramid), { layer: params.layer, query }),
    ),
    handle(api.getLayerUses, async ({ params }, { workspaceId }) => {
      const row = await pyramidOrThrow(db, workspaceId, params.pyramid);
      await layerOrThrow(db, { workspaceId, pyramidId: row.id, key: params.layer });
      return { items: [...(await usesOfLayer(deps, workspaceId, row, params.layer))] };
    }),
    handle(api.mergeLayers, async ({ params, body }, context) =>
      mergeLayers(deps, context, await pyramidOrThrow(db, context.workspaceId, params.pyramid), body),
    ),
    handle(api.getPersonPyramids, async ({ params }, context) => {
      const { workspaceId } = context;
      const { personId, originIds } = await deps.personOf(workspaceId, params.person);
      const items = [];
      for (const row of await loadPyramids(db, workspaceId)) items.push(await placeOf(deps, context, row, { personId, originIds }));
      return { items };
    }),
  ];
}

type PeopleAsked = { readonly layer: string; readonly query: z.output<typeof api.listLayerPeople.query> };

async function peopleOf(deps: SegmentDeps, context: RouteContext, row: PyramidRow, { layer, query }: PeopleAsked) {
  const { db } = deps;
  const { workspaceId } = context;
  const of = { workspaceId, pyramidId: row.id };
  const { id: layerId } = await layerOrThrow(db, { ...of, key: layer });
  const owners = await loadOwners(deps, workspaceId);
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "id"]);
  const rows = await loadLayerPeople(db, {
    ...of,
    layerId,
    segmentId: await layerSegment(db, workspaceId, row, layer),
    care: careOf(query.careOwner, [...owners.keys()]),
    after: cursor === undefined ? undefined : { at: new Date(Number(cursor[0])), stayId: String(cursor[1]) },
    limit: query.limit + 1,
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const people = [...new Set(page.map(({ personId }) => personId))];
  const names = await namesOf(deps, context, people);
  const stays = Map.groupBy(await loadLayerStays(db, { workspaceId, classId: row.classId, people }), ({ personId }) => personId);
  const noted = Map.groupBy(await loadNoted(db, { ...of, people }), ({ personId }) => personId);
  const appointments = await appointmentsOf(deps, context, of, { layer, people });
  return {
    items: page.map(({ personId, since, operatorId, leavesAt }) => {
      const move = movesOf(stays.get(personId) ?? [], noted.get(personId) ?? []).find(({ to }) => to === layer);
      const appointment = appointments.get(personId) ?? null;
      return {
        ...names(personId),
        since: since.toISOString(),
        why: appointment === null ? (move?.why ?? "condition") : ("appointed" as const),
        appointment,
        careOwner: operatorId === null ? null : (owners.get(operatorId) ?? null),
        leavesAt: appointment === null ? (leavesAt?.toISOString() ?? null) : null,
      };
    }),
    ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.since.getTime(), last.stayId]) } : {}),
  };
}

/** Whoever no member cares for has nobody. */
function careOf(owner: string | undefined, members: readonly string[]) {
  if (owner === undefined) return undefined;
  if (owner === "none") return { operators: members, isIn: false };
  return { operators: members.filter((id) => id === owner), isIn: true };
}

async function appointmentsOf(
  deps: SegmentDeps,
  { fields }: RouteContext,
  of: { readonly workspaceId: number; readonly pyramidId: string },
  { layer, people }: { readonly layer: string; readonly people: readonly string[] },
) {
  const { db } = deps;
  const owned = await loadIdsOf(deps, of.workspaceId, people);
  const rows = await loadAppointments(db, { ...of, layer, originIds: [...owned.keys()], ended: false, limit: owned.size + 1 });
  return new Map(
    rows.map(({ id, personId, appointedBy, until, ...row }) => [
      owned.get(personId) ?? personId,
      { id, appointedBy, until: until?.toISOString() ?? null, note: noteSeen(noteOf(deps, row), fields) },
    ]),
  );
}

/** All ids of people, by whose they are. */
async function loadIdsOf(
  { idsOfPeople, db }: SegmentDeps,
  workspaceId: number,
  people: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await idsOfPeople(db, workspaceId, people);
  return new Map(rows.map(({ originId, personId }) => [originId, personId]));
}

type Who = { readonly personId: string; readonly originIds: readonly string[] };

async function placeOf(deps: SegmentDeps, { workspaceId, fields }: RouteContext, row: PyramidRow, { personId, originIds }: Who) {
  const { db } = deps;
  const of = { workspaceId, pyramidId: row.id };
  const body = openDefinition(deps, row);
  const stays = await loadLayerStays(db, { workspaceId, classId: row.classId, people: [personId] });
  const moves = movesOf(stays, await loadNoted(db, { ...of, people: [personId] }));
  const stay = stays.findLast(({ leftAt }) => leftAt === null);
  const layer = body.layers.find(({ key }) => key === stay?.layer);
  const rowOf = (await loadLayers(db, workspaceId, row.id)).find(({ key }) => key === layer?.key);
  const [appointment] = await loadAppointments(db, { ...of, originIds, ended: false, limit: 1 });
  const operatorId = await loadCareOwner(db, { ...of, originIds });
  const leavesAt =
    rowOf === undefined || appointment !== undefined ? null : await loadLeaving(db, { workspaceId, layerId: rowOf.id, originIds });
  return {
    pyramid: row.key,
    name: body.name,
    now: layer === undefined ? null : { layer: layer.key, name: layer.name, badge: layer.badge },
    since: stay === undefined ? null : new Date(stay.enteredAt).toISOString(),
    appointment:
      appointment === undefined
        ? null
        : {
            id: appointment.id,
            layer: appointment.layer,
            appointedBy: appointment.appointedBy,
            until: appointment.until?.toISOString() ?? null,
            note: noteSeen(noteOf(deps, appointment), fields),
          },
    careOwner: operatorId === null ? null : ((await loadOwners(deps, workspaceId)).get(operatorId) ?? null),
    leavesAt: leavesAt?.toISOString() ?? null,
    history: moves
      .slice(0, HISTORY_MAX)
      .map(({ at, month, ...move }) => ({ ...move, at: new Date(at).toISOString(), month: month === null ? null : monthText(month) })),
  };
}
