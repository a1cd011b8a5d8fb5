import type { JourneyFigures } from "@terrace/contract/api/journeys";
import { holdoutEffect } from "@terrace/domain/statistics/holdout";
import type { Db } from "../../platform/storage/postgres.ts";

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
  const [people] = await db<{ reached: number; reachedGoal: number; held: number; heldGoal: number }[]>`
    select (count(distinct origin_id) filter (where state in (1, 2)))::int as reached, (count(distinct origin_id) filter (where state in (1, 2) and goal_ms is not null))::int as "reachedGoal",
      (count(distinct origin_id) filter (where state = 3))::int as held, (count(distinct origin_id) filter (where state = 3 and goal_ms is not null))::int as "heldGoal"
    from journey_enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId}`;
  const [parked] = await db<{ people: number }[]>`
    select count(*)::int as people from journey_parked where workspace_id = ${workspaceId} and journey_id = ${journeyId}`;
  const effect = people === undefined ? null : effectOf(people);
  return { entered: 0, goal: 0, held: 0, heldGoal: 0, ...totals, effect, parked: parked?.people ?? 0, nodes: [...nodes], ways: [...ways] };
}

type Reached = { readonly reached: number; readonly reachedGoal: number; readonly held: number; readonly heldGoal: number };

/** People are compared, not enrolments: those of one person are not independent. */
function effectOf({ reached, reachedGoal, held, heldGoal }: Reached): JourneyFigures["effect"] {
  const told = holdoutEffect({
    heldOut: { kind: "proportion", n: held, sum: heldGoal },
    reached: { kind: "proportion", n: reached, sum: reachedGoal },
  });
  if (told.kind === "refused") return null;
  return { ...told.perUnit, p: told.p, reached: told.effect.treatment, held: told.effect.control };
}
