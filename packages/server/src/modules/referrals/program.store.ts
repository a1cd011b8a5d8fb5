import type { ProgramView } from "@terrace/contract/api/referrals";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** What an operator sets, besides the name and what counts as a conversion. */
export type ProgramSettings = Pick<
  ProgramView,
  "landing" | "parameter" | "whoInvites" | "newPeopleOnly" | "bindWithinDays" | "convertWithinDays" | "creditDepth" | "bindBy"
>;
export type Program = {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly settings: ProgramSettings;
  readonly conversion: EventSelector & { readonly event: string };
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly archivedAt: Date | null;
};
export type ProgramCounts = { readonly codes: number; readonly bound: number; readonly converted: number };

const DAY_MS = 86_400_000;

/** How long after being bound a conversion counts. */
export function convertWithinMs({ settings }: Pick<Program, "settings">): number {
  return settings.convertWithinDays * DAY_MS;
}

export const PROGRAMS_MAX = 100;
const ALL_PROGRAMS_MAX = 100_000;

type Cipher = Pick<ReferralDeps["privacy"], "encryptPayload" | "decryptPayload">;
type ProgramRow = Omit<Program, "conversion"> & { readonly event: string; readonly where: Uint8Array | null };

export async function countPrograms(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from referral_program where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export type NewProgram = Omit<Program, "id" | "archivedAt" | "conversion"> & {
  readonly event: string;
  /** Sealed; null for any event of that name. */
  readonly where: Uint8Array | null;
};

export async function insertProgram(tx: Tx, program: NewProgram): Promise<string> {
  const { workspaceId, name, settings, event, where, createdAt, createdBy } = program;
  const [row] = await tx<{ id: string }[]>`
    insert into referral_program (workspace_id, name, settings, conversion_event, conversion_where, created_at, created_by)
    values (${workspaceId}, ${name}, ${JSON.stringify(settings)}::text::jsonb, ${event}, ${where}, ${createdAt}, ${createdBy})
    returning program_id as id`;
  if (row === undefined) throw new Error("insert into referral_program returned no row");
  return row.id;
}

/** Writes a program as it is from now on. */
export async function saveProgram(tx: Tx, cipher: Pick<Cipher, "encryptPayload">, program: Program): Promise<void> {
  const { id, workspaceId, name, settings, conversion, archivedAt } = program;
  await tx`
    update referral_program set name = ${name}, settings = ${JSON.stringify(settings)}::text::jsonb, conversion_event = ${conversion.event},
      conversion_where = ${sealWhere(cipher, conversion)}, archived_at = ${archivedAt}
    where workspace_id = ${workspaceId} and program_id = ${id}`;
}

export async function deleteProgramRow(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from referral_program where workspace_id = ${workspaceId} and program_id = ${id}`;
}

/** The programs of a workspace, or one of them, the newest first. */
export async function loadPrograms(db: Db | Tx, cipher: Cipher, workspaceId: number, id?: string): Promise<readonly Program[]> {
  const rows = await db<ProgramRow[]>`
    select program_id as id, workspace_id as "workspaceId", name, settings, conversion_event as event, conversion_where as where, created_at as "createdAt",
      created_by as "createdBy", archived_at as "archivedAt"
    from referral_program where workspace_id = ${workspaceId} ${id === undefined ? db`` : db`and program_id = ${id}`}
    order by program_id desc limit ${PROGRAMS_MAX}`;
  return rows.map((row) => programOf(cipher, row));
}

/** What is listened for by a program. The condition of its conversions stays sealed, so that one that cannot be read stops nobody else's. */
export type ListenedProgram = Pick<Program, "id" | "workspaceId" | "settings"> & { readonly conversionEvent: string };

/** Programs that go on, of every workspace: what the pipeline listens for. */
export async function loadActivePrograms(db: Db): Promise<readonly ListenedProgram[]> {
  return db<ListenedProgram[]>`
    /* all workspaces: the pipeline handles every workspace's events */
    select program_id as id, workspace_id as "workspaceId", settings, conversion_event as "conversionEvent"
    from referral_program where archived_at is null order by program_id limit ${ALL_PROGRAMS_MAX}`;
}

/** How many codes are in use and people bound and converted, by program. */
export async function countUses(db: Db, workspaceId: number): Promise<ReadonlyMap<string, ProgramCounts>> {
  const rows = await db<(ProgramCounts & { readonly id: string })[]>`
    select p.program_id as id,
      (select count(*)::int from referral_code c where c.workspace_id = ${workspaceId} and c.program_id = p.program_id and c.retired_at is null) as codes,
      (select count(*)::int from referral_claim c where c.workspace_id = ${workspaceId} and c.program_id = p.program_id and c.state = 'bound') as bound,
      (select count(*)::int from referral_claim c
        where c.workspace_id = ${workspaceId} and c.program_id = p.program_id and c.state = 'bound' and c.converted_ms is not null) as converted
    from referral_program p where p.workspace_id = ${workspaceId} limit ${PROGRAMS_MAX}`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

function programOf(cipher: Cipher, { event, where, ...row }: ProgramRow): Program {
  // Sealed by `sealWhere` from what the contract had read.
  const condition = where === null ? {} : { where: JSON.parse(openText(cipher, where)) as EventSelector["where"] };
  return { ...row, conversion: { event, ...condition } };
}

/** The condition of a conversion as it is stored. */
export function sealWhere(cipher: Pick<Cipher, "encryptPayload">, { where }: EventSelector): Uint8Array | null {
  return where === undefined ? null : sealText(cipher, JSON.stringify(where));
}
