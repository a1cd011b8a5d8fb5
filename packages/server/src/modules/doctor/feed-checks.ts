import { reopenBatches } from "../../platform/feed/batch.store.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { countStored } from "./events.views.ts";
import { amiss, fine, mendable, type Check, type Finding } from "./finding.ts";
import type { DoctorDeps } from "./doctor-deps.ts";
import { countNotStorable, countStuckBatches, loadLanes, loadSettledDays, type LaneState } from "./state.views.ts";

const STUCK_AFTER_SECONDS = 600;

/** Cursors, batches, and what the event engine holds of what was settled. */
export function feedChecks(deps: DoctorDeps): readonly Check[] {
  return [
    { name: "cursors", run: () => checkCursors(deps) },
    { name: "open batches", run: () => checkBatches(deps) },
    { name: "events per day", run: (fix) => checkDays(deps, fix) },
  ];
}

async function checkCursors({ db }: DoctorDeps): Promise<Finding> {
  const lanes = await loadLanes(db);
  const beyond = lanes.filter(({ behind, written }) => BigInt(behind) > BigInt(written));
  const gaps = lanes.filter(hasGap);
  if (beyond.length > 0)
    return amiss("cursors", {
      verdict: "bad",
      outcome: "cursors.beyond",
      figures: { lanes: beyond.length },
      found: `${beyond.length} lanes were read further than written`,
      mend: "restore a backup; the feed was changed from outside",
    });
  if (gaps.length > 0)
    return amiss("cursors", {
      verdict: "bad",
      outcome: "cursors.gaps",
      figures: { lanes: gaps.length },
      found: `${gaps.length} lanes lack events that were accepted`,
      mend: "restore a backup; rows of the feed were deleted from outside",
    });
  return fine("cursors", { outcome: "cursors.fine", figures: { lanes: lanes.length }, found: `${lanes.length} lanes in order` });
}

function hasGap({ written, settled, next }: LaneState): boolean {
  return BigInt(settled) < BigInt(written) && (next === null || BigInt(next) !== BigInt(settled) + 1n);
}

async function checkBatches({ db }: DoctorDeps): Promise<Finding> {
  const stuck = await countStuckBatches(db, STUCK_AFTER_SECONDS);
  if (stuck === 0) return fine("open batches", { outcome: "batches.fine", found: "none older than 10 minutes" });
  return amiss("open batches", {
    verdict: "warn",
    outcome: "batches.stuck",
    figures: { batches: stuck },
    found: `${stuck} wait for ClickHouse for more than 10 minutes`,
    mend: "see whether a worker runs and what its log says",
  });
}

/** Days on which the event engine holds fewer events than were settled: the feed still has them, and writes what is missing. */
async function checkDays({ db, warehouse }: DoctorDeps, fix: boolean): Promise<Finding> {
  const name = "events per day";
  const days = await loadSettledDays(db);
  const refused = await countNotStorable(db);
  const lacking: string[] = [];
  let missing = 0;
  let doubled = 0;
  let settled = 0;
  for (const day of days) {
    const { events, distinct } = await countStored(warehouse, day);
    settled += day.events;
    doubled += events - distinct;
    // Refused events were settled and are in quarantine; nobody noted on which day.
    if (distinct + refused >= day.events) continue;
    missing += day.events - distinct;
    lacking.push(day.day);
  }
  if (doubled > 0)
    return amiss(name, {
      verdict: "bad",
      outcome: "days.doubled",
      figures: { events: doubled },
      found: `${doubled} events are there twice`,
      mend: "tell the maintainers; analyses count them twice",
    });
  const [first] = lacking;
  if (first === undefined) {
    const figures = { events: settled, days: days.length };
    return fine(name, { outcome: "days.fine", figures, found: `${settled} settled on ${days.length} days, all in ClickHouse` });
  }
  if (fix) await inTransaction(db, (tx) => reopenBatches(tx, new Date(`${first}T00:00:00Z`)));
  const mend = "the feed writes them again as far as it holds them (fewer after erasures is right)";
  const figures = { events: missing, days: lacking.join(", ") };
  const found = `${missing} events of ${figures.days} are not in ClickHouse`;
  return mendable(name, { verdict: "warn", outcome: "days.missing", figures, found, mend }, fix);
}
