import type { DateSpan, ReportKind } from "@terrace/domain/insight/reports/report-period";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type ReportState = "waiting" | "running" | "done" | "failed";
export type ReportRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly kind: ReportKind;
  readonly from: string;
  readonly to: string;
  readonly edition: number;
  readonly state: ReportState;
  readonly askedBy: string;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
};

export type NewReport = {
  readonly kind: ReportKind;
  readonly period: DateSpan;
  readonly askedBy: string;
  readonly targetIds: readonly string[];
  readonly at: Date;
};

/** Queues the first edition of a report; undefined when there is one already. */
export async function queueFirst(tx: Tx, workspaceId: number, report: NewReport): Promise<string | undefined> {
  return insertReport(tx, workspaceId, report, 1);
}

/** Queues another edition of a report, or the first. */
export async function queueNext(tx: Tx, workspaceId: number, report: NewReport): Promise<string> {
  // Two at a time must not be given the same number.
  await tx`select 1 from workspace where workspace_id = ${workspaceId} for update`;
  const [last] = await tx<{ edition: number }[]>`
    select coalesce(max(edition), 0) as edition from report where workspace_id = ${workspaceId} and kind = ${report.kind} and period_from = ${report.period.from}`;
  const made = await insertReport(tx, workspaceId, report, (last?.edition ?? 0) + 1);
  if (made === undefined) throw new Error("an edition that nobody has was taken");
  return made;
}

async function insertReport(tx: Tx, workspaceId: number, report: NewReport, edition: number): Promise<string | undefined> {
  const { kind, period, askedBy, targetIds, at } = report;
  const [row] = await tx<{ id: string }[]>`
    insert into report (workspace_id, kind, period_from, period_to, edition, asked_by, target_ids, due_at, created_at)
    values (${workspaceId}, ${kind}, ${period.from}, ${period.to}, ${edition}, ${askedBy}, ${[...targetIds]}::bigint[], ${at}, ${at})
    on conflict (workspace_id, kind, period_from, edition) do nothing returning report_id as id`;
  return row?.id;
}

/** The newest edition of a period's report. */
export async function findNewest(db: Db | Tx, workspaceId: number, kind: ReportKind, from: string): Promise<ReportRow | undefined> {
  const [row] = await db<ReportRow[]>`
    select ${columns(db)} from report where workspace_id = ${workspaceId} and kind = ${kind} and period_from = ${from} order by edition desc limit 1`;
  return row;
}

export async function findReport(
  db: Db | Tx,
  workspaceId: number,
  id: string,
): Promise<(ReportRow & { readonly content: Uint8Array | null }) | undefined> {
  const [row] = await db<(ReportRow & { content: Uint8Array | null })[]>`
    select ${columns(db)}, content from report where workspace_id = ${workspaceId} and report_id = ${id}`;
  return row;
}

/** Reports, newest first. */
export async function loadReports(
  db: Db,
  workspaceId: number,
  page: { readonly kind: ReportKind | undefined; readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly ReportRow[]> {
  return db<ReportRow[]>`
    select ${columns(db)} from report where workspace_id = ${workspaceId}
      ${page.kind === undefined ? db`` : db`and kind = ${page.kind}`} ${page.beforeId === undefined ? db`` : db`and report_id < ${page.beforeId}`}
    order by report_id desc limit ${page.limit}`;
}

export type ClaimedReport = ReportRow & { readonly targetIds: readonly string[]; readonly attempts: number };

/** Takes the oldest report that is due, or whose process was lost, and keeps others from taking it until the lease is past. */
export async function claimReport(tx: Tx, at: Date, leaseUntil: Date): Promise<ClaimedReport | undefined> {
  /* all workspaces: one maker serves them all */
  const [row] = await tx<ClaimedReport[]>`
    update report set state = 'running', attempts = attempts + 1, lease_until = ${leaseUntil} where report_id = (
      select report_id from report where (state = 'waiting' and due_at <= ${at}) or (state = 'running' and lease_until < ${at})
      order by due_at, report_id limit 1 for update skip locked)
    returning ${columns(tx)}, target_ids as "targetIds", attempts`;
  return row;
}

/** Keeps others from taking a report that is still being made. */
export async function holdReport(db: Db, { workspaceId, id, attempts }: ClaimedReport, leaseUntil: Date): Promise<void> {
  await db`
    update report set lease_until = ${leaseUntil}
    where workspace_id = ${workspaceId} and report_id = ${id} and state = 'running' and attempts = ${attempts}`;
}

/** Keeps what was made; false when another process took it over meanwhile. */
export async function finishReport(
  tx: Tx,
  { workspaceId, id, attempts }: ClaimedReport,
  made: { readonly content: Uint8Array; readonly at: Date },
): Promise<boolean> {
  const kept = await tx`
    update report set state = 'done', content = ${made.content}, finished_at = ${made.at}, lease_until = null, failure = null
    where workspace_id = ${workspaceId} and report_id = ${id} and state = 'running' and attempts = ${attempts}`;
  return kept.count === 1;
}

/** Puts a report back to be made later, or gives it up. */
export async function putBack(
  tx: Tx,
  { workspaceId, id, attempts }: ClaimedReport,
  end: { readonly state: "waiting" | "failed"; readonly failure: string; readonly dueAt: Date; readonly at: Date },
): Promise<void> {
  await tx`
    update report set state = ${end.state}, failure = ${end.failure}, due_at = ${end.dueAt}, lease_until = null,
      finished_at = ${end.state === "failed" ? end.at : null}
    where workspace_id = ${workspaceId} and report_id = ${id} and state = 'running' and attempts = ${attempts}`;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`report_id as id, workspace_id as "workspaceId", kind, period_from::text as "from", period_to::text as "to", edition, state, asked_by as "askedBy", failure, created_at as "createdAt", finished_at as "finishedAt"`;
}
