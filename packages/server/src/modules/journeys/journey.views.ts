import type { EnrolmentView, JourneyDetail, JourneyFigures, JourneyView } from "@terrace/contract/api/journeys";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { ENROLMENT_STATES } from "./enrolment.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { findJourney, loadDefinition, loadVersions, type Journey, type JourneyVersion } from "./journey.store.ts";

/** Journeys as lists show them. */
export async function viewJourneys(db: Db, workspaceId: number, journeys: readonly Journey[]): Promise<readonly JourneyView[]> {
  const ids = journeys.map(({ id }) => id);
  const versions = Map.groupBy(await loadVersions(db, workspaceId, ids), ({ journeyId }) => journeyId);
  return journeys.map((journey) => viewOf(journey, versions.get(journey.id) ?? []));
}

/** A journey with one of its versions. Throws `journey.not_found`. */
export async function viewJourney(deps: JourneyDeps, workspaceId: number, id: string, asked?: number): Promise<JourneyDetail> {
  const journey = await findJourney(deps.db, workspaceId, id);
  const versions = await loadVersions(deps.db, workspaceId, [id]);
  const version = asked ?? versions[0]?.version ?? 1;
  const definition = await loadDefinition(deps.db, deps.privacy, workspaceId, { journeyId: id, version });
  if (journey === undefined || definition === undefined)
    throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace, and a version that it has" });
  // The contract's form of a definition can be changed, that of the domain cannot: it is read anew.
  const written = JSON.parse(JSON.stringify(definition)) as JourneyDetail["definition"];
  return { ...viewOf(journey, versions), definition: written, version, versions: versions.map(versionView) };
}

function viewOf({ id, name, state, liveVersion, createdAt, createdBy }: Journey, versions: readonly JourneyVersion[]): JourneyView {
  const live = versions.find(({ version }) => version === liveVersion);
  const next = versions[0];
  return {
    id,
    name,
    state,
    live: live === undefined ? null : versionView(live),
    next: next === undefined || next.version === liveVersion ? null : versionView(next),
    createdAt: createdAt.toISOString(),
    createdBy,
  };
}

function versionView({ version, state, savedAt, savedBy, approvedBy }: JourneyVersion): JourneyView["live"] & {} {
  return { version, state, savedAt: savedAt.toISOString(), savedBy, approvedBy };
}

export type EnrolmentRow = Omit<EnrolmentView, "person"> & { readonly originId: string };
type EnrolmentQuery = {
  readonly journeyId: string;
  readonly state: EnrolmentView["state"] | undefined;
  readonly node: string | undefined;
  readonly before: string | undefined;
  readonly limit: number;
};

/** Who came into a journey, the newest first. */
export async function loadEnrolments(db: Db, workspaceId: number, query: EnrolmentQuery): Promise<readonly EnrolmentRow[]> {
  const { journeyId, state, node, before, limit } = query;
  const rows = await db<EnrolmentSql[]>`
    select enrolment_id as id, origin_id as "originId", version, entry_key as key, state, node, entered_ms as "enteredMs", due_ms as "dueMs", goal_ms as "goalMs",
      ended_ms as "endedMs", end_reason as "endReason"
    from journey_enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId}
      ${state === undefined ? db`` : db`and state = ${ENROLMENT_STATES.indexOf(state)}`} ${node === undefined ? db`` : db`and node = ${node} and state = 1`}
      ${before === undefined ? db`` : db`and enrolment_id < ${before}`}
    order by enrolment_id desc limit ${limit}`;
  return rows.map((row) => ({
    id: row.id,
    originId: row.originId,
    version: row.version,
    key: row.key === "" ? null : row.key,
    state: ENROLMENT_STATES[row.state] ?? "out",
    node: row.node,
    enteredAt: new Date(Number(row.enteredMs)).toISOString(),
    dueAt: timeOf(row.dueMs),
    goalAt: timeOf(row.goalMs),
    endedAt: timeOf(row.endedMs),
    endReason: row.endReason,
  }));
}

type EnrolmentSql = {
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

const WAYS_MAX = 10_000;

/** How many people went where. */
export async function loadFigures(db: Db, workspaceId: number, journeyId: string): Promise<JourneyFigures> {
  const [totals] = await db<{ entered: number; goal: number; held: number; heldGoal: number }[]>`
    select (count(*) filter (where state in (1, 2)))::int as entered, (count(*) filter (where state in (1, 2) and goal_ms is not null))::int as goal,
      (count(*) filter (where state = 3))::int as held, (count(*) filter (where state = 3 and goal_ms is not null))::int as "heldGoal"
    from journey_enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId}`;
  const nodes = await db<{ node: string; here: number }[]>`
    select node, count(*)::int as here from journey_enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId} and state = 1
    group by node order by node limit ${WAYS_MAX}`;
  const ways = await db<{ node: string; out: string | null; people: number }[]>`
    select node, out, count(*)::int as people from journey_passage where workspace_id = ${workspaceId} and journey_id = ${journeyId}
    group by node, out order by node, out limit ${WAYS_MAX}`;
  return { entered: 0, goal: 0, held: 0, heldGoal: 0, ...totals, nodes: [...nodes], ways: [...ways] };
}
