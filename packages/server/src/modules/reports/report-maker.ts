import { troubleOf } from "../../platform/http/dependency-fault.ts";
import { FaultError } from "../../platform/http/fault-error.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { makeReport } from "./make-report.ts";
import type { ReportDeps } from "./report-deps.ts";
import { noticesOf } from "./report-notices.ts";
import { claimReport, finishReport, holdReport, putBack, type ClaimedReport } from "./report.store.ts";

/** A report whose process died is taken by another after this long; one that is being made is held again and again. */
const LEASE_MS = 10_000;
const HOLD_EVERY_MS = 3_000;
const MADE_WITHIN_MS = 480_000;
const ATTEMPTS_MAX = 4;
const AGAIN_AFTER_MS = [60_000, 300_000, 1_800_000];
/** Events that arrived longer ago and cannot be queried yet would be missing in the figures. */
const LAG_SECONDS_MAX = 120;

export type ReportMaker = { readonly begin: () => Promise<void>; readonly stop: () => Promise<void> };

/** Makes reports that are due, one at a time, without keeping other jobs waiting. */
export function createReportMaker(deps: ReportDeps): ReportMaker {
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;
  return {
    begin: async () => {
      if (underWay !== undefined || stopping.signal.aborted || (await deps.lagSeconds()) > LAG_SECONDS_MAX) return;
      const at = deps.nowMs();
      const claimed = await inTransaction(deps.db, (tx) => claimReport(tx, new Date(at), new Date(at + LEASE_MS)));
      if (claimed === undefined) return;
      underWay = make(deps, claimed, stopping.signal)
        .catch((error: unknown) =>
          deps.log.error({ err: error, report: claimed.id }, "the end of a report could not be recorded; it is made again"),
        )
        .finally(() => {
          underWay = undefined;
        });
    },
    stop: async () => {
      stopping.abort();
      await underWay;
    },
  };
}

async function make(deps: ReportDeps, claimed: ClaimedReport, stopping: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(MADE_WITHIN_MS)]);
  const holding = setInterval(() => {
    holdReport(deps.db, claimed, new Date(deps.nowMs() + LEASE_MS)).catch((error: unknown) =>
      deps.log.warn({ err: error, report: claimed.id }, "a report that is being made could not be held; another process may make it too"),
    );
  }, HOLD_EVERY_MS);
  try {
    const { workspaceId, kind, from, to } = claimed;
    const content = await makeReport(deps, { workspaceId, kind, period: { from, to }, signal });
    const notices = claimed.targetIds.length === 0 ? undefined : await noticesOf(deps, claimed, content);
    const at = new Date(deps.nowMs());
    await inTransaction(deps.db, async (tx) => {
      const sealed = sealText(deps.privacy, JSON.stringify(content));
      if (!(await finishReport(tx, claimed, { content: sealed, at }))) return;
      if (notices !== undefined)
        await deps.notify.queue(tx, workspaceId, { key: `report:${claimed.id}`, targetIds: claimed.targetIds, notices });
    });
  } catch (error) {
    await failed(deps, claimed, { error, isStopping: stopping.aborted });
  } finally {
    clearInterval(holding);
  }
}

async function failed(
  deps: ReportDeps,
  claimed: ClaimedReport,
  { error, isStopping }: { readonly error: unknown; readonly isStopping: boolean },
): Promise<void> {
  if (!isStopping) deps.log.warn({ err: error, report: claimed.id }, "a report could not be made");
  const at = deps.nowMs();
  const wait = isStopping ? 0 : AGAIN_AFTER_MS[claimed.attempts - 1];
  const state = wait === undefined || claimed.attempts >= ATTEMPTS_MAX ? "failed" : "waiting";
  const code = error instanceof FaultError ? error.code : troubleOf(error) === "unavailable" ? "service.unavailable" : "report.failed";
  await inTransaction(deps.db, (tx) => putBack(tx, claimed, { state, failure: code, dueAt: new Date(at + (wait ?? 0)), at: new Date(at) }));
}
