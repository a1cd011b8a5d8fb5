import { NO_FACTS, type PrivacyFacts, type PrivacyReportData } from "@terrace/domain/privacy-report/report-data";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type ReportKind = "records" | "impact";
export type KeptReport = {
  readonly id: string;
  readonly kind: ReportKind;
  readonly version: number;
  readonly note: string;
  readonly madeBy: string;
  readonly madeAt: Date;
};

const REPORTS_MAX = 200;

/** What operators stated; empty when nobody did. */
export async function loadFacts(db: Db | Tx, workspaceId: number): Promise<PrivacyFacts> {
  const [row] = await db<{ facts: PrivacyFacts }[]>`select facts from privacy_facts where workspace_id = ${workspaceId}`;
  return { ...NO_FACTS, ...row?.facts };
}

export async function saveFacts(tx: Tx, workspaceId: number, facts: PrivacyFacts, by: { actor: string; at: Date }): Promise<void> {
  await tx`
    insert into privacy_facts (workspace_id, facts, changed_by, changed_at) values (${workspaceId}, ${tx.json(facts)}, ${by.actor}, ${by.at})
    on conflict (workspace_id) do update set facts = excluded.facts, changed_by = excluded.changed_by, changed_at = excluded.changed_at`;
}

/** Keeps a report as its next version; two at once: the second waits for the first. */
export async function insertReport(
  tx: Tx,
  workspaceId: number,
  report: Omit<KeptReport, "id" | "version"> & { readonly data: PrivacyReportData },
): Promise<KeptReport> {
  const { kind, note, madeBy, madeAt, data } = report;
  await tx`select pg_advisory_xact_lock(hashtext(${`privacy_report ${workspaceId} ${kind}`})) /* all workspaces: a lock */`;
  const [row] = await tx<{ id: string; version: number }[]>`
    insert into privacy_report (workspace_id, kind, version, data, note, made_by, made_at)
    select ${workspaceId}, ${kind}, coalesce(max(version), 0) + 1, ${tx.json(data)}, ${note}, ${madeBy}, ${madeAt}
    from privacy_report where workspace_id = ${workspaceId} and kind = ${kind} returning report_id as id, version`;
  if (row === undefined) throw new Error("an insert answered no row");
  return { ...row, kind, note, madeBy, madeAt };
}

export async function loadReports(db: Db, workspaceId: number): Promise<readonly KeptReport[]> {
  return db<KeptReport[]>`
    select report_id as id, kind, version, note, made_by as "madeBy", made_at as "madeAt" from privacy_report
    where workspace_id = ${workspaceId} order by report_id desc limit ${REPORTS_MAX}`;
}

/** A kept report with what it was made from; undefined when there is none. */
export async function loadReport(
  db: Db,
  workspaceId: number,
  id: string,
): Promise<{ readonly kind: ReportKind; readonly note: string; readonly data: PrivacyReportData } | undefined> {
  const [row] = await db<
    { kind: ReportKind; note: string; data: PrivacyReportData }[]
  >`select kind, note, data from privacy_report where workspace_id = ${workspaceId} and report_id = ${id}`;
  return row;
}
