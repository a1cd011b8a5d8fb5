import type { EnrolmentView } from "@terrace/contract/api/journeys";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { ENROLMENT_STATES } from "./enrolment-rows.ts";

/** Of whom, of which journey, and what is told of it. */
export type EnrolmentRow = { readonly originId: string; readonly journeyId: string; readonly told: Omit<EnrolmentView, "person"> };
type EnrolmentQuery = {
  readonly state?: EnrolmentView["state"] | undefined;
  readonly node?: string | undefined;
  readonly parked?: boolean;
  readonly before: string | undefined;
  readonly limit: number;
} & ({ readonly journeyId: string; readonly enrolmentId?: string } | { readonly originIds: readonly string[] });

/** Who came into a journey, or into which journeys somebody came, the newest first. */
export async function loadEnrolments(db: Db, workspaceId: number, query: EnrolmentQuery): Promise<readonly EnrolmentRow[]> {
  const { state, node, parked = false, before, limit } = query;
  const whose =
    "journeyId" in query
      ? db`e.journey_id = ${query.journeyId} ${query.enrolmentId === undefined ? db`` : db`and e.enrolment_id = ${query.enrolmentId}`}`
      : db`e.origin_id = any(${numbers(query.originIds)}::bigint[])`;
  const rows = await db<EnrolmentSql[]>`
    select e.enrolment_id as id, e.journey_id as "journeyId", e.origin_id as "originId", e.version, e.entry_key as key, e.state, e.node, e.entered_ms as "enteredMs",
      e.due_ms as "dueMs", e.goal_ms as "goalMs", e.ended_ms as "endedMs", e.end_reason as "endReason", p.since_ms as "parkedMs", p.tries, p.fault
    from journey_enrolment e left join journey_parked p on p.workspace_id = e.workspace_id and p.enrolment_id = e.enrolment_id
    where e.workspace_id = ${workspaceId} and ${whose}
      ${state === undefined ? db`` : db`and e.state = ${ENROLMENT_STATES.indexOf(state)}`} ${node === undefined ? db`` : db`and e.node = ${node} and e.state = 1`}
      ${parked ? db`and p.enrolment_id is not null` : db``} ${before === undefined ? db`` : db`and e.enrolment_id < ${before}`}
    order by e.enrolment_id desc limit ${limit}`;
  return rows.map((row) => ({ originId: row.originId, journeyId: row.journeyId, told: toldOf(row) }));
}

function toldOf(row: EnrolmentSql): EnrolmentRow["told"] {
  const { id, version, key, node, endReason, parkedMs, tries, fault } = row;
  return {
    id,
    version,
    key: key === "" ? null : key,
    state: ENROLMENT_STATES[row.state] ?? "out",
    node,
    enteredAt: new Date(Number(row.enteredMs)).toISOString(),
    dueAt: timeOf(row.dueMs),
    goalAt: timeOf(row.goalMs),
    endedAt: timeOf(row.endedMs),
    endReason,
    parked: parkedMs === null ? null : { since: new Date(Number(parkedMs)).toISOString(), tries: tries ?? 1, fault: fault ?? "" },
  };
}

type EnrolmentSql = {
  readonly journeyId: string;
  readonly id: string;
  readonly originId: string;
  readonly version: number;
  readonly key: string;
  readonly state: number;
  readonly node: string;
  readonly enteredMs: string;
  readonly dueMs: string | null;
  readonly goalMs: string | null;
  readonly endedMs: string | null;
  readonly endReason: string | null;
  readonly parkedMs: string | null;
  readonly tries: number | null;
  readonly fault: string | null;
};

function timeOf(ms: string | null): string | null {
  return ms === null ? null : new Date(Number(ms)).toISOString();
}

type PassageSql = {
  readonly step: number;
  readonly node: string;
  readonly cameMs: string;
  readonly leftMs: string;
  readonly out: string | null;
  readonly why: Record<string, string | number>;
};
const PASSAGES_MAX = 1_001;

/** The steps of somebody, in order. */
export async function loadPath(db: Db, workspaceId: number, { journeyId, id }: { readonly journeyId: string; readonly id: string }) {
  const rows = await db<PassageSql[]>`
    select step, node, came_ms as "cameMs", left_ms as "leftMs", out, why from journey_passage
    where workspace_id = ${workspaceId} and enrolment_id = ${id} and journey_id = ${journeyId} order by step limit ${PASSAGES_MAX}`;
  return rows.map(({ step, node, cameMs, leftMs, out, why }) => ({
    step,
    node,
    cameAt: new Date(Number(cameMs)).toISOString(),
    leftAt: new Date(Number(leftMs)).toISOString(),
    out,
    why,
  }));
}
