import { lastSettled, periodAround } from "@terrace/domain/insight/reports/report-period";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { ReportDeps } from "./report-deps.ts";
import { queueFirst } from "./report.store.ts";
import { coverTo, loadActiveSchedules, type ScheduleRow } from "./schedule.store.ts";

/** After a long stop so many of the periods that were missed are made per look, the oldest first. */
const CATCH_UP = 31;

/** Queues every report whose period is over and settled, once each: the place up to which that is done moves on in the same transaction. */
export async function queueDueReports(deps: Pick<ReportDeps, "db" | "workspace" | "nowMs" | "log">): Promise<void> {
  for (const schedule of await loadActiveSchedules(deps.db)) {
    const zone = (await deps.workspace(schedule.workspaceId))?.timeZone;
    // Deleted meanwhile.
    if (zone === undefined) continue;
    await queueOf(deps, schedule, zone);
  }
}

async function queueOf({ db, nowMs }: Pick<ReportDeps, "db" | "nowMs">, first: ScheduleRow, zone: string): Promise<void> {
  const at = nowMs();
  const newest = lastSettled(first.kind, { zone, weekStart: "monday" }, { nowMs: at, settleMs: minutesOf(first.madeAt) * 60_000 });
  let schedule = first;
  for (let count = 0; count < CATCH_UP; count++) {
    const period = schedule.coveredTo === null ? newest : periodAround(schedule.kind, schedule.coveredTo);
    if (period === undefined || period.to > newest.to) return;
    const isMine = await inTransaction(db, async (tx) => {
      if (!(await coverTo(tx, schedule, period.to))) return false;
      await queueFirst(tx, schedule.workspaceId, {
        kind: schedule.kind,
        period,
        askedBy: "",
        targetIds: schedule.targetIds,
        at: new Date(at),
      });
      return true;
    });
    if (!isMine) return;
    schedule = { ...schedule, coveredTo: period.to };
  }
}

/** Minutes since midnight of `HH:MM`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
