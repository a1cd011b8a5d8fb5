import type { JourneyDetail, JourneyRow, JourneyView } from "@terrace/contract/api/journeys";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { findJourney, loadDefinition, loadDefinitions, loadVersions, type Journey, type JourneyVersion } from "./journey.store.ts";

/** Journeys as lists show them. */
export async function viewJourneys(deps: Reading, workspaceId: number, journeys: readonly Journey[]): Promise<readonly JourneyRow[]> {
  const ids = journeys.map(({ id }) => id);
  const versions = Map.groupBy(await loadVersions(deps.db, workspaceId, ids), ({ journeyId }) => journeyId);
  const versionsOf = ({ id }: Journey) => versions.get(id) ?? [];
  const shownVersion = (journey: Journey) => ({
    journeyId: journey.id,
    version: journey.liveVersion ?? versionsOf(journey)[0]?.version ?? 1,
  });
  const definitionOf = await loadDefinitions(deps.db, deps.privacy, workspaceId, journeys.map(shownVersion));
  const counts = await loadCounts(deps.db, workspaceId, ids);
  return journeys.map((journey) => {
    const definition = definitionOf(shownVersion(journey));
    if (definition === undefined) throw new Error("a journey's version has no definition");
    const { entry, goal } = writtenAs(definition);
    const counted = counts.get(journey.id) ?? { here: 0, entered: 0, goal: 0 };
    return { ...viewOf(journey, versionsOf(journey)), entry, hasGoal: goal !== null, ...counted };
  });
}

type Reading = Pick<JourneyDeps, "db" | "privacy">;
type Counts = { readonly here: number; readonly entered: number; readonly goal: number };

/** How many people are in some journeys, came in, and reached the goal. */
async function loadCounts(db: Db, workspaceId: number, ids: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
  const rows = await db<(Counts & { id: string })[]>`
    select journey_id as id, (count(*) filter (where state = 1))::int as here, (count(*) filter (where state in (1, 2)))::int as entered,
      (count(*) filter (where state in (1, 2) and goal_ms is not null))::int as goal
    from journey_enrolment where workspace_id = ${workspaceId} and journey_id = any(${[...ids]}::bigint[]) group by journey_id`;
  return new Map(rows.map(({ id, here, entered, goal }) => [id, { here, entered, goal }]));
}

/** The contract's form of a definition can be changed, that of the domain cannot: it is read anew. */
export function writtenAs(definition: JourneyDefinition): JourneyDetail["definition"] {
  return JSON.parse(JSON.stringify(definition)) as JourneyDetail["definition"];
}

/** A journey with one of its versions. Throws `journey.not_found`. */
export async function viewJourney(deps: JourneyDeps, workspaceId: number, id: string, asked?: number): Promise<JourneyDetail> {
  const journey = await findJourney(deps.db, workspaceId, id);
  const versions = await loadVersions(deps.db, workspaceId, [id]);
  const version = asked ?? versions[0]?.version ?? 1;
  const definition = await loadDefinition(deps.db, deps.privacy, workspaceId, { journeyId: id, version });
  if (journey === undefined || definition === undefined)
    throw faultError("journey.not_found", { field: "journey", mend: "Choose a journey of this workspace, and a version that it has" });
  return { ...viewOf(journey, versions), definition: writtenAs(definition), version, versions: versions.map(versionView) };
}

function viewOf({ id, name, state, liveVersion, createdAt, createdBy }: Journey, versions: readonly JourneyVersion[]): JourneyView {
  const live = versions.find(({ version }) => version === liveVersion);
  const next = versions[0];
  return {
    id,
    name,
    state,
    live: live === undefined ? null : versionView(live),
    next: next === undefined || next.state === "live" || next.state === "retired" ? null : versionView(next),
    createdAt: createdAt.toISOString(),
    createdBy,
  };
}

function versionView({ version, state, savedAt, savedBy, approvedBy }: JourneyVersion): JourneyView["live"] & {} {
  return { version, state, savedAt: savedAt.toISOString(), savedBy, approvedBy };
}
