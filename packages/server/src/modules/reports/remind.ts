import type { Notice } from "@terrace/domain/notify/notice";
import { isoDay } from "@terrace/domain/time/zoned-time";
import { openText } from "../../platform/sealed-text.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadUnreminded, noteReminded, type DecisionRow } from "./decision.store.ts";
import { todayOf } from "./decision.routes.ts";
import type { ReportDeps } from "./report-deps.ts";
import { reportUrl } from "./report-notices.ts";
import { loadSchedules } from "./schedule.store.ts";

const DAY_MS = 86_400_000;

/** Reminds of decisions whose day of review has come, once each: whoever is told of reports of that kind is told of it. */
export async function remindOfDecisions(deps: ReportDeps): Promise<void> {
  // Somewhere it may be tomorrow already.
  const latest = isoDay(Math.floor(deps.nowMs() / DAY_MS) + 1);
  for (const row of await loadUnreminded(deps.db, latest)) {
    if (row.reviewOn > (await todayOf(deps, row.workspaceId))) continue;
    const schedule = (await loadSchedules(deps.db, row.workspaceId)).find(({ kind }) => kind === row.kind);
    await inTransaction(deps.db, async (tx) => {
      if (!(await noteReminded(tx, row.workspaceId, row.id, new Date(deps.nowMs())))) return;
      const notices = { zh: noticeOf(deps, row, "zh"), en: noticeOf(deps, row, "en") };
      await deps.notify.queue(tx, row.workspaceId, { key: `decision:${row.id}`, targetIds: schedule?.targetIds ?? [], notices });
    });
  }
}

function noticeOf({ privacy, publicUrl }: ReportDeps, row: DecisionRow, language: "zh" | "en"): Notice {
  const decided = openText(privacy, row.decided).slice(0, 300);
  const url = row.reportId === null ? undefined : reportUrl(publicUrl, row.workspaceId, row.reportId);
  const link = url === undefined ? {} : { link: { text: language === "zh" ? "打开报告" : "Open the report", url } };
  return language === "zh"
    ? { title: "该复盘一项决定了", lines: [decided, `${row.decidedBy}，复盘日 ${row.reviewOn}`], ...link }
    : { title: "A decision is due for review", lines: [decided, `${row.decidedBy}, to be reviewed on ${row.reviewOn}`], ...link };
}
