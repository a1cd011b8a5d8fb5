import { findingsOf } from "@terrace/domain/insight/reports/findings";
import { figuresOf } from "@terrace/domain/insight/reports/report-figures";
import { lastYearOf, periodBefore, UNIT_OF } from "@terrace/domain/insight/reports/report-period";
import type { ReportContent, ReportFigure, ReportTable } from "@terrace/domain/insight/reports/report";
import { readFigure, readTables, type FiguresAsked } from "./read-figures.ts";
import type { ReportDeps } from "./report-deps.ts";

/** Reads all that a report says. Figures of which there never was anything are left out. */
export async function makeReport(deps: Pick<ReportDeps, "insight" | "workspace" | "goalAt">, asked: FiguresAsked): Promise<ReportContent> {
  const { workspaceId, kind, period } = asked;
  const workspace = await deps.workspace(workspaceId);
  const currency = workspace?.currency ?? "CNY";
  const { figures, tables } = await readAll(deps, asked);
  const lastYear = lastYearOf(kind, period);
  const hasLastYear = figures.some((figure) => (figure.lastYear ?? 0) !== 0);
  const told = hasLastYear ? figures : figures.map((figure) => ({ ...figure, lastYear: null }));
  return {
    version: 1,
    kind,
    period,
    previous: periodBefore(kind, period, 1),
    lastYear: hasLastYear ? (lastYear ?? null) : null,
    zone: workspace?.timeZone ?? "UTC",
    currency,
    workspace: workspace?.name ?? "",
    figures: told,
    tables,
    findings: findingsOf(told, tables),
  };
}

async function readAll(
  deps: Pick<ReportDeps, "insight" | "goalAt">,
  asked: FiguresAsked,
): Promise<{ readonly figures: readonly ReportFigure[]; readonly tables: readonly ReportTable[] }> {
  const { workspaceId, kind, period } = asked;
  const figures: ReportFigure[] = [];
  const tables: ReportTable[] = [];
  for (const definition of figuresOf(kind)) {
    const read = await readFigure(deps, definition, asked);
    if (read === undefined) continue;
    const goal = await deps.goalAt(workspaceId, { metric: definition.id, unit: UNIT_OF[kind], startsOn: period.from });
    const figure = { ...read, goal: goal?.target ?? null };
    figures.push(figure);
    tables.push(...(await readTables(deps, definition, { ...asked, figure })));
  }
  return { figures, tables };
}
