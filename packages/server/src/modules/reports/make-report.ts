import { findingsOf } from "@terrace/domain/insight/reports/findings";
import { figuresOf } from "@terrace/domain/insight/reports/report-figures";
import { lastYearOf, periodBefore, UNIT_OF } from "@terrace/domain/insight/reports/report-period";
import type { OutlookUntold, ReportContent, ReportFigure, ReportOutlook, ReportTable } from "@terrace/domain/insight/reports/report";
import { readEffects } from "./read-effects.ts";
import { readFigure, readTables, type FiguresAsked } from "./read-figures.ts";
import { readOutlook } from "./read-outlook.ts";
import type { ReportDeps } from "./report-deps.ts";

type MakingDeps = Pick<ReportDeps, "db" | "privacy" | "insight" | "workspace" | "goalAt">;

/** Reads all that a report says. Figures of which there never was anything are left out. */
export async function makeReport(deps: MakingDeps, asked: FiguresAsked): Promise<ReportContent> {
  const { workspaceId, kind, period } = asked;
  const workspace = await deps.workspace(workspaceId);
  const [currency, zone] = [workspace?.currency ?? "CNY", workspace?.timeZone ?? "UTC"];
  const { figures, tables, outlook, outlookUntold } = await readAll(deps, asked);
  const lastYear = lastYearOf(kind, period);
  const hasLastYear = figures.some((figure) => (figure.lastYear ?? 0) !== 0);
  const told = hasLastYear ? figures : figures.map((figure) => ({ ...figure, lastYear: null }));
  return {
    version: 1,
    kind,
    period,
    previous: periodBefore(kind, period, 1),
    lastYear: hasLastYear ? (lastYear ?? null) : null,
    next: periodBefore(kind, period, -1),
    zone,
    currency,
    workspace: workspace?.name ?? "",
    figures: told,
    tables,
    findings: findingsOf(told, tables),
    outlook,
    outlookUntold,
    ...(await readEffects(deps, asked, { figures: told, tables, zone })),
  };
}

type AllRead = {
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly ReportTable[];
  readonly outlook: readonly ReportOutlook[];
  readonly outlookUntold: readonly OutlookUntold[];
};

async function readAll(deps: MakingDeps, asked: FiguresAsked): Promise<AllRead> {
  const { workspaceId, kind, period } = asked;
  const figures: ReportFigure[] = [];
  const tables: ReportTable[] = [];
  const outlook: ReportOutlook[] = [];
  const outlookUntold: OutlookUntold[] = [];
  for (const definition of figuresOf(kind)) {
    const read = await readFigure(deps, definition, asked);
    if (read === undefined) continue;
    const goal = await deps.goalAt(workspaceId, { metric: definition.id, unit: UNIT_OF[kind], startsOn: period.from });
    const figure = { ...read.figure, goal: goal?.target ?? null };
    figures.push(figure);
    tables.push(...(await readTables(deps, definition, { ...asked, figure })));
    const ahead = await readOutlook(deps, definition, asked, read.history);
    if (ahead === undefined) continue;
    if ("why" in ahead) outlookUntold.push(ahead);
    else outlook.push(ahead);
  }
  return { figures, tables, outlook, outlookUntold };
}
