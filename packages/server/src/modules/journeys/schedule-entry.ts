import { ENTRY_DELAY_MAX_MS } from "@terrace/domain/journeys/enter-journey";
import type { JourneyDefinition, ScheduleWhen } from "@terrace/domain/journeys/journey-definition";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { letIn } from "./let-in.ts";
import { latestPlanned, nextPlanned } from "./planned-times.ts";
import { holdVersions } from "./running.store.ts";
import type { Running } from "./running.ts";
import { loadSchedules, lockSchedule, saveSchedule, type Schedule } from "./schedule.store.ts";

/** Members of one transaction. */
const MEMBERS_AT_ONCE = 1_000;

/** What a schedule plans, given its workspace's zone. */
type Plan = { readonly definition: JourneyDefinition; readonly segment: string; readonly when: ScheduleWhen; readonly zone: string };

/** Lets the members of segments in whose planned instant has come, a page at a time; its steps answer how much there was to do. */
export function createSchedules(deps: JourneyDeps, running: Running): () => Promise<number> {
  const next = rememberingNext();
  return async () => {
    const schedules = await loadSchedules(deps.db);
    const definitionOf = await running.definitions(deps.db, schedules);
    let done = 0;
    for (const schedule of schedules) {
      const plan = await planOf(deps, schedule, definitionOf(schedule));
      if (plan === undefined || (schedule.runMs === null && next(plan, schedule) > deps.nowMs())) continue;
      done += await inTransaction(deps.db, (tx) => goOnWith(deps, tx, running, schedule));
    }
    return done;
  };
}

async function planOf(
  { workspace }: JourneyDeps,
  { workspaceId }: Schedule,
  definition: JourneyDefinition | undefined,
): Promise<Plan | undefined> {
  const entry = definition?.entry;
  if (definition === undefined || entry?.kind !== "schedule") return undefined;
  return { definition, segment: entry.segment, when: entry.when, zone: (await workspace(workspaceId))?.timeZone ?? "UTC" };
}

/** The next planned instant of schedules; it is found anew only where something about it changed. */
function rememberingNext(): (plan: Plan, schedule: Schedule) => number {
  const known = new Map<string, { readonly by: string; readonly nextMs: number }>();
  return ({ when, zone }, { journeyId, doneMs }) => {
    const by = JSON.stringify([when, zone, doneMs]);
    const before = known.get(journeyId);
    if (before?.by === by) return before.nextMs;
    const nextMs = nextPlanned(when, zone, doneMs) ?? Infinity;
    known.set(journeyId, { by, nextMs });
    return nextMs;
  };
}

/** Begins with the latest planned instant that came, unless it is too long ago, or takes the next page of members in. */
async function goOnWith(deps: JourneyDeps, tx: Tx, running: Running, asked: Schedule): Promise<number> {
  await holdVersions(tx);
  const schedule = await lockSchedule(tx, asked);
  const plan = schedule && (await planOf(deps, schedule, (await running.definitions(tx, [schedule]))(schedule)));
  if (schedule === undefined || plan === undefined) return 0;
  if (schedule.runMs === null) return begin(deps, tx, schedule, plan);
  const { workspaceId, journeyId, version, runMs } = schedule;
  const members = await deps.membersAt(tx, workspaceId, plan.segment, { atMs: runMs, after: schedule.after, limit: MEMBERS_AT_ONCE });
  const key = isoInstant(runMs);
  await letIn(
    deps,
    tx,
    { workspaceId, journeyId, version, definition: plan.definition, keys: "once" },
    members.map(({ personId }) => ({ originId: personId, key, properties: {}, enteredMs: runMs })),
  );
  const last = members.at(-1);
  const isOver = last === undefined || members.length < MEMBERS_AT_ONCE;
  await saveSchedule(tx, { ...schedule, ...(isOver ? { runMs: null, after: undefined } : { after: { at: last.at, stay: last.stay } }) });
  return 1;
}

async function begin({ nowMs }: JourneyDeps, tx: Tx, schedule: Schedule, { when, zone }: Plan): Promise<number> {
  const upToMs = nowMs();
  const afterMs = Math.max(schedule.doneMs, upToMs - ENTRY_DELAY_MAX_MS - 1);
  const runMs = latestPlanned(when, zone, { afterMs, upToMs });
  await saveSchedule(tx, { ...schedule, doneMs: runMs ?? afterMs, runMs: runMs ?? null });
  return 1;
}
