import type { ReportKind } from "@terrace/domain/insight/reports/report-period";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type DecisionOutcome = "worked" | "partly" | "failed" | "unclear";
export type DecisionRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly reportId: string | null;
  readonly kind: ReportKind;
  readonly figure: string;
  readonly decided: Uint8Array;
  readonly expected: Uint8Array;
  readonly figureThen: number | null;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly reviewOn: string;
  readonly outcome: DecisionOutcome | null;
  readonly result: Uint8Array | null;
  readonly figureAtReview: number | null;
  readonly reviewedBy: string | null;
  readonly reviewedAt: Date | null;
};
export type NewDecision = Pick<
  DecisionRow,
  "reportId" | "kind" | "figure" | "decided" | "expected" | "figureThen" | "decidedBy" | "decidedAt" | "reviewOn"
>;

export async function insertDecision(tx: Tx, workspaceId: number, made: NewDecision): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into decision (workspace_id, report_id, kind, figure, decided, expected, figure_then, decided_by, decided_at, review_on)
    values (${workspaceId}, ${made.reportId}, ${made.kind}, ${made.figure}, ${made.decided}, ${made.expected}, ${made.figureThen}, ${made.decidedBy}, ${made.decidedAt}, ${made.reviewOn})
    returning decision_id as id`;
  if (row === undefined) throw new Error("insert into decision returned no row");
  return row.id;
}

export async function findDecision(db: Db | Tx, workspaceId: number, id: string): Promise<DecisionRow | undefined> {
  const [row] = await db<DecisionRow[]>`select ${columns(db)} from decision where workspace_id = ${workspaceId} and decision_id = ${id}`;
  return row;
}

export type DecisionFilter = {
  readonly reportId: string | undefined;
  readonly state: "open" | "due" | "reviewed" | undefined;
  /** The workspace's local date. */
  readonly today: string;
  readonly beforeId: string | undefined;
  readonly limit: number;
};

/** Decisions, newest first. */
export async function loadDecisions(db: Db, workspaceId: number, filter: DecisionFilter): Promise<readonly DecisionRow[]> {
  const states = {
    open: db`and outcome is null`,
    due: db`and outcome is null and review_on <= ${filter.today}`,
    reviewed: db`and outcome is not null`,
  };
  return db<DecisionRow[]>`
    select ${columns(db)} from decision where workspace_id = ${workspaceId} ${filter.state === undefined ? db`` : states[filter.state]}
      ${filter.reportId === undefined ? db`` : db`and report_id = ${filter.reportId}`} ${filter.beforeId === undefined ? db`` : db`and decision_id < ${filter.beforeId}`}
    order by decision_id desc limit ${filter.limit}`;
}

/** What was decided in a span of time, the oldest first. */
export async function loadDecidedBetween(
  db: Db,
  workspaceId: number,
  { from, to, limit }: { readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<readonly DecisionRow[]> {
  return db<DecisionRow[]>`
    select ${columns(db)} from decision where workspace_id = ${workspaceId} and decided_at >= ${from} and decided_at < ${to} order by decision_id limit ${limit}`;
}

/** Writes down what came of it; false when somebody did before. */
export async function saveReview(
  tx: Tx,
  workspaceId: number,
  id: string,
  review: {
    readonly outcome: DecisionOutcome;
    readonly result: Uint8Array;
    readonly figure: number | null;
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const saved = await tx`
    update decision set outcome = ${review.outcome}, result = ${review.result}, figure_at_review = ${review.figure}, reviewed_by = ${review.by}, reviewed_at = ${review.at}
    where workspace_id = ${workspaceId} and decision_id = ${id} and outcome is null`;
  return saved.count === 1;
}

/** Decisions that nobody was reminded of though their day may have come, at the latest date there is anywhere. */
export async function loadUnreminded(db: Db, latest: string): Promise<readonly DecisionRow[]> {
  return db<DecisionRow[]>`
    select ${columns(db)} from decision /* all workspaces: one job reminds of them all */
    where reminded_at is null and outcome is null and review_on <= ${latest} order by decision_id limit 500`;
}

/** False when somebody was reminded before. */
export async function noteReminded(tx: Tx, workspaceId: number, id: string, at: Date): Promise<boolean> {
  const noted = await tx`
    update decision set reminded_at = ${at} where workspace_id = ${workspaceId} and decision_id = ${id} and reminded_at is null`;
  return noted.count === 1;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`decision_id as id, workspace_id as "workspaceId", report_id as "reportId", kind, figure, decided, expected, figure_then as "figureThen", decided_by as "decidedBy", decided_at as "decidedAt", review_on::text as "reviewOn", outcome, result, figure_at_review as "figureAtReview", reviewed_by as "reviewedBy", reviewed_at as "reviewedAt"`;
}
