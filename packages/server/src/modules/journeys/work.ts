import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { readEnrolments, type EnrolmentRow } from "./enrolment-rows.ts";
import { claimDue } from "./enrolment.store.ts";
import { goOn } from "./go-on.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { faultName, park } from "./parked.ts";
import type { Running } from "./running.ts";
import type { RunningRow } from "./running.store.ts";

/** People of one transaction. */
const CLAIM_MAX = 500;
/** So many of each journey are claimed before others of one. */
const FAIR_MAX = 10;

/** Works off what is due in journeys that go on; answers how many were. */
export async function workDue(deps: JourneyDeps, running: Running): Promise<number> {
  const journeyIds = liveOf(await running.fresh());
  if (journeyIds.length === 0) return 0;
  return inTransaction(deps.db, async (tx) => {
    const rows = await claim(tx, journeyIds, deps.nowMs());
    const { stored, unreadable } = readEnrolments(deps.privacy, rows);
    for (const one of unreadable) await park(deps, tx, [one], faultName(one.error));
    await goOn(
      deps,
      tx,
      running,
      stored.map((each) => ({ stored: each, answer: undefined })),
    );
    return rows.length;
  });
}

/** Some of every journey, and then more of those that have more. */
async function claim(tx: Tx, journeyIds: readonly string[], nowMs: number): Promise<readonly EnrolmentRow[]> {
  const fair = Math.max(1, Math.min(FAIR_MAX, Math.floor(CLAIM_MAX / journeyIds.length)));
  const first = await claimDue(tx, { journeyIds, nowMs, perJourney: fair, claimed: [] });
  const counts = Map.groupBy(first, ({ journeyId }) => journeyId);
  const busy = [...counts].flatMap(([journeyId, own]) => (own.length === fair ? [journeyId] : []));
  const perJourney = Math.floor((CLAIM_MAX - first.length) / Math.max(busy.length, 1));
  if (busy.length === 0 || perJourney <= 0) return first;
  return [...first, ...(await claimDue(tx, { journeyIds: busy, nowMs, perJourney, claimed: first.map(({ id }) => id) }))];
}

/** Journeys whose people go on; those of paused ones stay where they are. */
export function liveOf(versions: readonly RunningRow[]): readonly string[] {
  return [...new Set(versions.flatMap(({ journeyId, journeyState }) => (journeyState === "live" ? [journeyId] : [])))];
}
