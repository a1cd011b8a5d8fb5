import type { HeldGroup, PersonAsked } from "../../../platform/personal-data/holder.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { noteOf } from "./appointment-note.ts";
import { loadAppointmentsOfIds } from "./appointment.store.ts";
import { loadCareOfIds } from "./care.store.ts";

/** What pyramids keep of a person besides their layers, for the report to them: to what they were appointed, with the notes, and who cares for them. */
export async function heldByPyramids(
  deps: Pick<SegmentDeps, "db" | "privacy" | "members">,
  { workspaceId, originIds, showNote }: PersonAsked,
): Promise<readonly HeldGroup[]> {
  const appointments = await loadAppointmentsOfIds(deps.db, workspaceId, originIds);
  const care = await loadCareOfIds(deps.db, workspaceId, originIds);
  const owners = new Map((await deps.members(workspaceId)).map(({ operatorId, name, email }) => [operatorId, name === "" ? email : name]));
  const appointed = appointments.map(({ pyramid, layer, appointedBy, appointedAt, until, endedAt, ...row }) => ({
    what: `${pyramid} · ${layer}`,
    value: {
      by: appointedBy,
      ...(until === null ? {} : { until: until.toISOString() }),
      ...(endedAt === null ? {} : { endedAt: endedAt.toISOString() }),
      ...noteShown(showNote(noteOf(deps, row))),
    },
    at: appointedAt.toISOString(),
  }));
  const cared = care.map(({ pyramid, operatorId, setAt }) => ({
    what: pyramid,
    value: operatorId === null ? "" : (owners.get(operatorId) ?? operatorId),
    at: setAt.toISOString(),
  }));
  const groups = [
    { key: "appointments", total: appointed.length, items: appointed },
    { key: "care_owners", total: cared.length, items: cared },
  ];
  return groups.filter(({ total }) => total > 0);
}

/** A note that is empty, or kept from whoever asks, is left out. */
function noteShown(note: string | undefined): { readonly note?: string } {
  return note === undefined || note === "" ? {} : { note };
}
