import { getKeptReport, getPrivacyReport, keepPrivacyReport, listPrivacyReports, savePrivacyFacts } from "@terrace/contract/api/privacy";
import { DONE } from "@terrace/contract/route";
import { purposesOf } from "@terrace/domain/consent/purposes";
import { PROPERTY_CLASSES } from "@terrace/domain/personal/property-class";
import { describeImpact } from "@terrace/domain/privacy-report/describe-impact";
import { describeRecords } from "@terrace/domain/privacy-report/describe-records";
import type { CategorySeen, PrivacyReportData } from "@terrace/domain/privacy-report/report-data";
import { htmlOf, markdownOf, type ReportLanguage } from "@terrace/domain/privacy-report/report-document";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Collect } from "../collect/module.ts";
import { loadPurposes } from "./consent.store.ts";
import { countStates } from "./consent.views.ts";
import { insertReport, loadFacts, loadReport, loadReports, saveFacts, type KeptReport, type ReportKind } from "./report.store.ts";
import { countEvents, countMembers, countPeople, countPurges, loadOutflows } from "./report.views.ts";
import { loadRules } from "./retention.store.ts";

export type ReportDeps = {
  readonly db: Db;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly classification: Collect["classification"];
  readonly eventSpan: Collect["definitions"]["eventSpan"];
  readonly nowMs: () => number;
};

const YEAR_MS = 365 * 86_400_000;
const NAMES_KEPT = 50;

/** Records of processing and impact assessments, made from what is configured and what was seen. */
export function reportRoutes(deps: ReportDeps): readonly RouteHandler[] {
  const { db, audit, nowMs } = deps;
  return [
    handle(getPrivacyReport, async ({ query }, { workspaceId, actor }) => {
      const data = await gather(deps, workspaceId, actor);
      return { ...drawn(query.kind, data, "", query.language), facts: data.facts };
    }),
    handle(savePrivacyFacts, async ({ body }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        await saveFacts(tx, workspaceId, body, { actor, at: new Date(nowMs()) });
        await audit(tx, {
          workspaceId,
          actor,
          action: "privacy.facts",
          target: `workspace:${workspaceId}`,
          detail: { crossBorder: body.crossBorder },
          ip,
        });
      });
      return DONE;
    }),
    handle(keepPrivacyReport, async ({ body }, { workspaceId, actor, ip }) => {
      const data = await gather(deps, workspaceId, actor);
      const kept = await inTransaction(db, async (tx) => {
        const report = await insertReport(tx, workspaceId, { ...body, data, madeBy: actor, madeAt: new Date(nowMs()) });
        await audit(tx, {
          workspaceId,
          actor,
          action: "privacy.report",
          target: `report:${report.id}`,
          detail: { kind: body.kind, version: report.version },
          ip,
        });
        return report;
      });
      return keptShown(kept);
    }),
    handle(listPrivacyReports, async (_input, { workspaceId }) => ({ items: (await loadReports(db, workspaceId)).map(keptShown) })),
    handle(getKeptReport, async ({ params, query }, { workspaceId }) => {
      const kept = /^[1-9]\d{0,17}$/.test(params.report) ? await loadReport(db, workspaceId, params.report) : undefined;
      if (kept === undefined)
        throw faultError("privacy_report.not_found", { field: "report", mend: "List the kept reports for their ids" });
      return drawn(kept.kind, kept.data, kept.note, query.language);
    }),
  ];
}

type Drawn = z.input<typeof getKeptReport.response>;

function drawn(kind: ReportKind, data: PrivacyReportData, note: string, language: ReportLanguage): Drawn {
  const document = kind === "records" ? describeRecords(data, language) : describeImpact(data, note, language);
  // The document's lists are read-only, the contract's are not; the same otherwise.
  return { document: document as Drawn["document"], markdown: markdownOf(document), html: htmlOf(document, language) };
}

function keptShown(report: KeptReport) {
  return { ...report, madeAt: report.madeAt.toISOString() };
}

async function gather(deps: ReportDeps, workspaceId: number, actor: string): Promise<PrivacyReportData> {
  const { db } = deps;
  const nowMs = deps.nowMs();
  const purposes = purposesOf(await loadPurposes(db, workspaceId));
  const keys = purposes.map(({ key }) => key);
  const [workspace, counts, seen, span] = await Promise.all([
    deps.workspace(workspaceId),
    countStates(db, workspaceId, keys, nowMs),
    deps.classification(workspaceId),
    deps.eventSpan(workspaceId),
  ]);
  return {
    workspace: workspace?.name ?? "",
    zone: workspace?.timeZone ?? "UTC",
    madeAt: new Date(nowMs).toISOString(),
    madeBy: actor,
    facts: await loadFacts(db, workspaceId),
    people: await countPeople(db, workspaceId),
    events: {
      total: await countEvents(db, workspaceId),
      firstAt: span === undefined ? null : new Date(span.firstMs).toISOString(),
      lastAt: span === undefined ? null : new Date(span.lastMs).toISOString(),
    },
    purposes: purposes.map((purpose) => ({ ...purpose, ...(counts.get(purpose.key) ?? { given: 0, withdrawn: 0 }) })),
    categories: categoriesOf(seen.items),
    outflows: await loadOutflows(db, workspaceId, new Date(nowMs - YEAR_MS)),
    retention: await loadRules(db, workspaceId),
    purges: await countPurges(db, workspaceId),
    members: await countMembers(db, workspaceId),
  };
}

function categoriesOf(items: Awaited<ReturnType<ReportDeps["classification"]>>["items"]): readonly CategorySeen[] {
  return PROPERTY_CLASSES.flatMap((kind) => {
    const names = [...new Set(items.filter((item) => kind !== "none" && item.class === kind).map(({ name }) => name))].toSorted();
    return names.length === 0 ? [] : [{ class: kind, names: names.slice(0, NAMES_KEPT), total: names.length }];
  });
}
