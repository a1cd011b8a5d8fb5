import * as api from "@terrace/contract/api/pyramid-people";
import { DONE } from "@terrace/contract/route";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { noteSeen } from "../../people/module.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { noteOf } from "./appointment-note.ts";
import { appoint, endAppointment } from "./appointment.commands.ts";
import { loadAppointments } from "./appointment.store.ts";
import { namesOf } from "./people-names.ts";
import { pyramidOrThrow } from "./pyramid-view.ts";

/** Who is appointed to layers. */
export function appointmentRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listAppointments, async ({ params, query }, context) => {
      const { workspaceId } = context;
      const { id: pyramidId } = await pyramidOrThrow(db, workspaceId, params.pyramid);
      const rows = await loadAppointments(db, {
        workspaceId,
        pyramidId,
        layer: query.layer,
        originIds: query.person === undefined ? undefined : (await deps.personOf(workspaceId, query.person)).originIds,
        ended: query.ended === "true",
        beforeId: query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]),
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const names = await namesOf(
        deps,
        context,
        page.map(({ personId }) => personId),
      );
      return {
        items: page.map(({ personId, appointedAt, until, endedAt, note, sealedNote, ...row }) => ({
          ...row,
          note: noteSeen(noteOf(deps, { note, sealedNote }), context.fields),
          person: names(personId),
          appointedAt: appointedAt.toISOString(),
          until: until?.toISOString() ?? null,
          endedAt: endedAt?.toISOString() ?? null,
        })),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.createAppointments, async ({ params, body }, context) =>
      appoint(deps, context, await pyramidOrThrow(db, context.workspaceId, params.pyramid), body),
    ),
    handle(api.endAppointment, async ({ params }, context) => {
      await endAppointment(deps, context, await pyramidOrThrow(db, context.workspaceId, params.pyramid), params.appointment);
      return DONE;
    }),
  ];
}
