import type { createAppointments } from "@terrace/contract/api/pyramid-people";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import { sealText } from "../../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { keepFromEvaluating } from "../live/engine.store.ts";
import { idsOf } from "../list.commands.ts";
import { addToList, loadListed, takeOffList } from "../list.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { endAppointments, findAppointment, insertAppointments, loadOpenOf, type AppointmentRow } from "./appointment.store.ts";
import { record, type PyramidActor } from "./pyramid.commands.ts";
import { loadLayers, lockPyramid, type PyramidRow } from "./pyramid.store.ts";
import { layerOrThrow } from "./pyramid-view.ts";

type Asked = z.output<typeof createAppointments.body>;

/** Appoints people to a layer, in place of other appointments of theirs in the pyramid. Throws `pyramid.no_such_layer`, `pyramid.appointment_over`. */
export async function appoint(
  deps: SegmentDeps,
  context: PyramidActor,
  pyramid: PyramidRow,
  { layer, people: listed, until, note }: Asked,
): Promise<{ readonly appointed: number; readonly unknown: number }> {
  const { workspaceId, actor } = context;
  const at = new Date(deps.nowMs());
  if (until !== null && Date.parse(until) <= at.getTime())
    throw faultError("pyramid.appointment_over", { field: "until", mend: "Choose an instant to come, or none" });
  const { ids, invalid } = idsOf(deps, workspaceId, listed);
  return inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    await lockPyramid(tx, workspaceId, pyramid.id);
    const row = await layerOrThrow(tx, { workspaceId, pyramidId: pyramid.id, key: layer });
    const { people, known } = await loadListed(tx, workspaceId, row.appointed, ids);
    const before = await loadOpenOf(tx, { workspaceId, pyramidId: pyramid.id, people });
    await end(tx, { workspaceId, pyramid, at, by: actor }, before);
    const made = { workspaceId, pyramidId: pyramid.id, layer, people, by: actor, at, sealedNote: sealText(deps.privacy, note) };
    await insertAppointments(tx, { ...made, until: until === null ? null : new Date(until) });
    await addToList(tx, { workspaceId, segmentId: row.appointed, at }, people);
    await record(deps, tx, context, { verb: "appoint", key: pyramid.key, detail: { layer, people: people.length } });
    return { appointed: people.length, unknown: invalid + ids.length - known };
  });
}

/** Ends an appointment that goes on. Throws `appointment.not_found`. */
export async function endAppointment(deps: SegmentDeps, context: PyramidActor, pyramid: PyramidRow, id: string): Promise<void> {
  const { workspaceId, actor } = context;
  await inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    await lockPyramid(tx, workspaceId, pyramid.id);
    const row = /^[1-9]\d{0,17}$/.test(id) ? await findAppointment(tx, { workspaceId, pyramidId: pyramid.id, id }) : undefined;
    if (row === undefined || row.endedAt !== null) throw faultError("appointment.not_found", { field: "appointment" });
    await end(tx, { workspaceId, pyramid, at: new Date(deps.nowMs()), by: actor }, [row]);
    await record(deps, tx, context, { verb: "end_appointment", key: pyramid.key, detail: { layer: row.layer } });
  });
}

export type EndingOf = { readonly workspaceId: number; readonly pyramid: PyramidRow; readonly at: Date; readonly by: string | null };

/** Ends appointments, and takes the people off the lists of their layers. */
export async function end(tx: Tx, { workspaceId, pyramid, at, by }: EndingOf, rows: readonly AppointmentRow[]): Promise<void> {
  const lists = new Map((await loadLayers(tx, workspaceId, pyramid.id)).map(({ key, appointed }) => [key, appointed]));
  for (const [layer, own] of Map.groupBy(rows, ({ layer: of }) => of)) {
    const segmentId = lists.get(layer);
    if (segmentId === undefined) continue;
    await takeOffList(
      tx,
      { workspaceId, segmentId, at },
      own.map(({ personId }) => personId),
    );
  }
  await endAppointments(
    tx,
    { workspaceId, pyramidId: pyramid.id, at, by, why: "appointment_ended" },
    rows.map(({ id }) => id),
  );
}
