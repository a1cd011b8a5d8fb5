import type { DateSpan } from "@terrace/domain/insight/reports/report-period";
import { OUTLOOK_OF, outlookHistory, STEP_OF } from "@terrace/domain/insight/reports/report-period";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import type { NoticeLanguage } from "@terrace/domain/notify/notice";
import { spanText } from "@terrace/domain/insight/reports/figure-text";
import type { ReportView } from "@terrace/contract/api/reports";
import { writeQuery } from "../insight/frame/query-text.ts";
import type { Language } from "../../ui/format/language.ts";

/** The language of a report's own words. */
export function reportLanguage(language: Language): NoticeLanguage {
  return language === "zh-CN" ? "zh" : "en";
}

/** The period of a report as it is read. */
export function periodText({ kind, from, to }: Pick<ReportView, "kind" | "from" | "to">, language: Language): string {
  return spanText(kind, { from, to }, reportLanguage(language));
}

type Told = Pick<ReportContent, "kind" | "period">;

/** Where a figure of a report can be looked into, down to the people behind it: over its steps, the days before beside them. */
export function figurePath({ kind, period }: Told, figure: string, span: DateSpan = period): string {
  return metricPath(figure, { period: datesOf(span), interval: span === period ? STEP_OF[kind] : "day" });
}

/** The same of the events with one value of a column alone; null is those without any. */
export function valuePath({ kind, period }: Told, figure: string, by: string, value: string | null): string {
  const only = value === null || value === "" ? { column: by, isSet: false } : { column: by, is: [value] };
  return metricPath(figure, { period: datesOf(period), interval: STEP_OF[kind], filters: { events: only } });
}

/** Where it is told how a figure may go on after the report, with what that is learned from. */
export function aheadPath({ kind, period }: Told, figure: string): string {
  const { step, ahead } = OUTLOOK_OF[kind];
  const query = { period: outlookHistory(kind, period), interval: step, series: { metric: figure }, horizon: ahead };
  return `insight/analyses/forecast?q=${writeQuery(query)}`;
}

function metricPath(metric: string, query: object): string {
  return `insight/metrics/${metric}?q=${writeQuery({ ...query, metrics: [{ metric }], compare: true })}`;
}

/** The dates of a span and nothing else that a report may keep with it. */
function datesOf({ from, to }: DateSpan): DateSpan {
  return { from, to };
}
