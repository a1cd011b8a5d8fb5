import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type AppointmentRow = {
  readonly id: string;
  readonly layer: string;
  /** The id under which they are on the list of the layer. */
  readonly personId: string;
  readonly appointedBy: string;
  readonly appointedAt: Date;
  readonly until: Date | null;
  /** Of those made before notes were sealed, until it is sealed; empty otherwise. */
  readonly note: string;
  readonly sealedNote: Uint8Array | null;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
};

function columns(db: Db | Tx) {
  return db`appointment_id as id, layer, person_id as "personId", appointed_by as "appointedBy", appointed_at as "appointedAt", until, note, sealed_note as "sealedNote", ended_at as "endedAt", ended_by as "endedBy"`;
}

export type AppointmentsAsked = {
  readonly workspaceId: number;
  readonly pyramidId: string;
  readonly layer?: string | undefined;
  /** Under any of these ids. */
  readonly originIds?: readonly string[] | undefined;
  readonly ended: boolean;
  readonly beforeId?: string | undefined;
  readonly limit: number;
};

/** The newest first. */
export async function loadAppointments(db: Db | Tx, asked: AppointmentsAsked): Promise<readonly AppointmentRow[]> {
  const { workspaceId, pyramidId, layer, originIds, ended, beforeId, limit } = asked;
  return db<AppointmentRow[]>`
    select ${columns(db)} from pyramid_appointment
    where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} ${ended ? db`` : db`and ended_at is null`}
      ${layer === undefined ? db`` : db`and layer = ${layer}`} ${originIds === undefined ? db`` : db`and person_id = any(${numbers(originIds)}::bigint[])`}
      ${beforeId === undefined ? db`` : db`and appointment_id < ${beforeId}`}
    order by appointment_id desc limit ${limit}`;
}

export async function findAppointment(
  tx: Tx,
  { workspaceId, pyramidId, id }: { readonly workspaceId: number; readonly pyramidId: string; readonly id: string },
): Promise<AppointmentRow | undefined> {
  const [row] = await tx<AppointmentRow[]>`
    select ${columns(tx)} from pyramid_appointment where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and appointment_id = ${id}`;
  return row;
}

/** Appointments of the people who have some ids that go on, by whichever of their ids. */
export async function loadOpenOf(
  tx: Tx,
  { workspaceId, pyramidId, people }: { readonly workspaceId: number; readonly pyramidId: string; readonly people: readonly string[] },
): Promise<readonly AppointmentRow[]> {
  return tx<AppointmentRow[]>`
    select ${columns(tx)} from pyramid_appointment where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and ended_at is null and person_id in (
      select o.origin_id from unnest(${numbers(people)}::bigint[]) as asked (id)
      join identity i on i.workspace_id = ${workspaceId} and i.origin_id = asked.id join identity o on o.workspace_id = ${workspaceId} and o.person_id = i.person_id)
    order by appointment_id`;
}

/** Those whose time is over, the oldest first. */
export async function loadOverdue(
  db: Db | Tx,
  {
    workspaceId,
    pyramidId,
    now,
    limit,
  }: { readonly workspaceId: number; readonly pyramidId: string; readonly now: Date; readonly limit: number },
): Promise<readonly AppointmentRow[]> {
  return db<AppointmentRow[]>`
    select ${columns(db)} from pyramid_appointment
    where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and ended_at is null and until <= ${now} order by until, appointment_id limit ${limit}`;
}

export type NewAppointments = {
  readonly workspaceId: number;
  readonly pyramidId: string;
  readonly layer: string;
  readonly people: readonly string[];
  readonly by: string;
  readonly at: Date;
  readonly until: Date | null;
  readonly sealedNote: Uint8Array;
};

/** Appoints people and notes it. */
export async function insertAppointments(tx: Tx, made: NewAppointments): Promise<void> {
  const { workspaceId, pyramidId, layer, people, by, at, until, sealedNote } = made;
  if (people.length === 0) return;
  await tx`
    insert into pyramid_appointment (workspace_id, pyramid_id, layer, person_id, appointed_by, appointed_at, until, sealed_note)
    select ${workspaceId}, ${pyramidId}, ${layer}, n.id, ${by}, ${at}, ${until}, ${sealedNote} from unnest(${numbers(people)}::bigint[]) as n (id) order by n.id`;
  await tx`
    insert into pyramid_change (workspace_id, pyramid_id, layer, person_id, at, what, why, by)
    select ${workspaceId}, ${pyramidId}, ${layer}, n.id, ${at}, 'in', 'appointed', ${by} from unnest(${numbers(people)}::bigint[]) as n (id)`;
}

export type Ending = {
  readonly workspaceId: number;
  readonly pyramidId: string;
  readonly at: Date;
  readonly by: string | null;
  readonly why: "appointment_ended" | "layer_changed";
};

/** Ends appointments and notes it: those whose time was over ended then. Who is on which list is not changed. */
export async function endAppointments(tx: Tx, { workspaceId, pyramidId, at, by, why }: Ending, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx`
    with ended as (
      update pyramid_appointment set ended_at = least(${at}, until), ended_by = ${by}
      where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and appointment_id = any(${[...ids]}::bigint[]) and ended_at is null returning layer, person_id)
    insert into pyramid_change (workspace_id, pyramid_id, layer, person_id, at, what, why, by)
    select ${workspaceId}, ${pyramidId}, layer, person_id, ${at}, 'out', ${why}, ${by} from ended order by person_id`;
}

/** Ends all appointments to a layer that goes. */
export async function endAppointmentsOf(tx: Tx, ending: Ending & { readonly layer: string }): Promise<void> {
  const { workspaceId, pyramidId, layer } = ending;
  const rows = await tx<{ id: string }[]>`
    select appointment_id as id from pyramid_appointment where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} and layer = ${layer} and ended_at is null`;
  await endAppointments(
    tx,
    ending,
    rows.map(({ id }) => id),
  );
}

/** How many are appointed to each layer now, by the pyramid's id and the layer's key. */
export async function countAppointed(db: Db, workspaceId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await db<{ key: string; people: number }[]>`
    select a.pyramid_id || ' ' || a.layer as key, count(distinct i.person_id)::int as people
    from pyramid_appointment a join identity i on i.workspace_id = ${workspaceId} and i.origin_id = a.person_id
    where a.workspace_id = ${workspaceId} and a.ended_at is null group by 1 order by 1 limit 1000`;
  return new Map(rows.map(({ key, people }) => [key, people]));
}

/** To what the people with some ids were ever appointed, for the report to them. */
export async function loadAppointmentsOfIds(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly (AppointmentRow & { readonly pyramid: string })[]> {
  return db<(AppointmentRow & { pyramid: string })[]>`
    select a.*, p.key as pyramid from (
      select ${columns(db)}, pyramid_id from pyramid_appointment where workspace_id = ${workspaceId} and person_id = any(${numbers(originIds)}::bigint[])) a
    join pyramid p on p.workspace_id = ${workspaceId} and p.pyramid_id = a.pyramid_id order by a.id limit 1000`;
}

/** Notes that are not sealed yet, held until the transaction ends. */
export async function loadClearNotes(
  tx: Tx,
  limit: number,
): Promise<readonly { readonly workspaceId: number; readonly id: string; readonly note: string }[]> {
  return tx`
    select /* all workspaces: notes written before they were sealed */ workspace_id as "workspaceId", appointment_id as id, note
    from pyramid_appointment where sealed_note is null order by appointment_id limit ${limit} for update skip locked`;
}

export async function saveSealedNote(
  tx: Tx,
  workspaceId: number,
  { id, sealedNote }: { readonly id: string; readonly sealedNote: Uint8Array },
): Promise<void> {
  await tx`
    update pyramid_appointment set sealed_note = ${sealedNote}, note = '' where workspace_id = ${workspaceId} and appointment_id = ${id}`;
}
