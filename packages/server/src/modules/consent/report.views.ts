import type { Role } from "@terrace/domain/access/permissions";
import type { OutflowSeen } from "@terrace/domain/privacy-report/report-data";
import type { Db } from "../../platform/storage/postgres.ts";

const ACTIONS_MAX = 50;

export async function countPeople(db: Db, workspaceId: number): Promise<{ readonly identified: number; readonly anonymous: number }> {
  const [row] = await db<{ identified: number; anonymous: number }[]>`
    select (count(*) filter (where identified))::int as identified, (count(*) filter (where not identified))::int as anonymous from person where workspace_id = ${workspaceId}`;
  return row ?? { identified: 0, anonymous: 0 };
}

export async function countMembers(db: Db, workspaceId: number): Promise<Readonly<Partial<Record<Role, number>>>> {
  const rows = await db<{ role: Role; members: number }[]>`
    select role, count(*)::int as members from member where workspace_id = ${workspaceId} group by role limit ${ACTIONS_MAX}`;
  return Object.fromEntries(rows.map(({ role, members }) => [role, members]));
}

export async function countEvents(db: Db, workspaceId: number): Promise<number> {
  const [row] = await db<{ events: number }[]>`
    select (coalesce((select sum(volume) from event_definition where workspace_id = ${workspaceId}), 0)
      + coalesce((select sum(events) from event_tally where workspace_id = ${workspaceId}), 0))::float8 as events`;
  return row?.events ?? 0;
}

/** What the audit log says about data that left: exports and deliveries to others, since an instant. */
export async function loadOutflows(db: Db, workspaceId: number, since: Date): Promise<readonly OutflowSeen[]> {
  const rows = await db<{ action: string; times: number; last: Date }[]>`
    select action, count(*)::int as times, max(at) as last from audit_entry
    where workspace_id = ${workspaceId} and at >= ${since} and (starts_with(action, 'export') or starts_with(action, 'webhook'))
    group by action order by action limit ${ACTIONS_MAX}`;
  return rows.map(({ action, times, last }) => ({ action, times, lastAt: last.toISOString() }));
}

export async function countPurges(db: Db, workspaceId: number): Promise<{ readonly proofs: number; readonly deleted: number }> {
  const [row] = await db<{ proofs: number; deleted: number }[]>`
    select count(*)::int as proofs, coalesce(sum((proof ->> 'deleted')::bigint), 0)::float8 as deleted from retention_proof where workspace_id = ${workspaceId}`;
  return row ?? { proofs: 0, deleted: 0 };
}
