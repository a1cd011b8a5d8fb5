import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type CodeRow = {
  readonly code: string;
  readonly programId: string;
  readonly originId: string;
  readonly label: string;
  readonly given: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly retiredAt: Date | null;
};
/** A code with whom it brought. */
export type CodeUse = CodeRow & { readonly bound: number; readonly converted: number };

/** Codes of one person in one program. */
export const CODES_PER_PERSON_MAX = 50;

/** False when the code is taken, by whomever. */
export async function insertCode(tx: Tx, workspaceId: number, row: Omit<CodeRow, "retiredAt">): Promise<boolean> {
  const made = await tx`
    insert into referral_code (code, workspace_id, program_id, origin_id, label, given, created_at, created_by)
    values (${row.code}, ${workspaceId}, ${row.programId}, ${row.originId}, ${row.label}, ${row.given}, ${row.createdAt}, ${row.createdBy})
    on conflict (code) do nothing`;
  return made.count === 1;
}

/** One after the other: a person is not given two codes for one label. */
export async function lockCodes(tx: Tx, workspaceId: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(${CODES_SPACE}, ${workspaceId})`;
}
const CODES_SPACE = 7_261_033;

export async function markGiven(tx: Tx, workspaceId: number, code: string): Promise<void> {
  await tx`update referral_code set given = true where workspace_id = ${workspaceId} and code = ${code}`;
}

/** False when there is no such code in use. */
export async function retireCodeRow(
  tx: Tx,
  workspaceId: number,
  retired: { readonly programId: string; readonly code: string; readonly at: Date },
): Promise<boolean> {
  const changed = await tx`
    update referral_code set retired_at = ${retired.at}
    where workspace_id = ${workspaceId} and program_id = ${retired.programId} and code = ${retired.code} and retired_at is null`;
  return changed.count === 1;
}

/** Codes in use of the people who own some ids. */
export async function loadCodesOf(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly CodeRow[]> {
  return db<CodeRow[]>`
    select code, program_id as "programId", origin_id as "originId", label, given, created_at as "createdAt", created_by as "createdBy", retired_at as "retiredAt"
    from referral_code where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and retired_at is null
    order by created_at, code limit 5000`;
}

export type CodesAsked = {
  readonly programId: string;
  readonly given: boolean | undefined;
  readonly code?: string;
  readonly before: { readonly at: Date; readonly code: string } | undefined;
  readonly limit: number;
};

/** Codes of a program with whom they brought, the newest first. */
export async function loadCodeUses(db: Db, workspaceId: number, asked: CodesAsked): Promise<readonly CodeUse[]> {
  const { programId, given, code, before, limit } = asked;
  return db<CodeUse[]>`
    select c.code, c.program_id as "programId", c.origin_id as "originId", c.label, c.given, c.created_at as "createdAt", c.created_by as "createdBy",
      c.retired_at as "retiredAt", coalesce(u.bound, 0)::int as bound, coalesce(u.converted, 0)::int as converted
    from referral_code c
    left join lateral (
      select count(*) as bound, count(r.converted_ms) as converted from referral_claim r
      where r.workspace_id = ${workspaceId} and r.code = c.code and r.state = 'bound') u on true
    where c.workspace_id = ${workspaceId} and c.program_id = ${programId}
      ${given === undefined ? db`` : db`and c.given = ${given}`} ${code === undefined ? db`` : db`and c.code = ${code}`}
      ${before === undefined ? db`` : db`and (c.created_at, c.code) < (${before.at}, ${before.code})`}
    order by c.created_at desc, c.code desc limit ${limit}`;
}

/** What a short link needs to know; a code names its workspace. */
export type LinkTarget = {
  readonly workspaceId: number;
  readonly programId: string;
  readonly label: string;
  /** Whether the code binds anybody. */
  readonly live: boolean;
  readonly landing: string;
  readonly parameter: string;
};

export async function findLink(db: Db, code: string): Promise<LinkTarget | undefined> {
  const [row] = await db<LinkTarget[]>`
    /* all workspaces: a short link names nothing but its code */
    select c.workspace_id as "workspaceId", c.program_id as "programId", c.label, c.retired_at is null and p.archived_at is null as live,
      p.settings ->> 'landing' as landing, p.settings ->> 'parameter' as parameter
    from referral_code c join referral_program p on p.program_id = c.program_id where c.code = ${code}`;
  return row;
}

/** What binding by a code needs to know of it. */
export type LiveCode = {
  readonly code: string;
  readonly programId: string;
  readonly originId: string;
  readonly createdMs: number;
};

/** Those of some codes that bind people now. */
export async function findLiveCodes(tx: Db | Tx, workspaceId: number, codes: readonly string[]): Promise<ReadonlyMap<string, LiveCode>> {
  if (codes.length === 0) return new Map();
  const rows = await tx<LiveCode[]>`
    select c.code, c.program_id as "programId", c.origin_id as "originId", (extract(epoch from c.created_at) * 1000)::float8 as "createdMs"
    from referral_code c join referral_program p on p.workspace_id = ${workspaceId} and p.program_id = c.program_id and p.archived_at is null
    where c.workspace_id = ${workspaceId} and c.code = any(${[...codes]}::text[]) and c.retired_at is null`;
  return new Map(rows.map((row) => [row.code, { ...row, createdMs: Math.floor(row.createdMs) }]));
}
