import type { DateSpan } from "@terrace/domain/insight/reports/report-period";
import { STEP_OF } from "@terrace/domain/insight/reports/report-period";
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

/** Where a figure of a report can be looked into, down to the people behind it: over its steps, the days before beside them. */
export function figurePath({ kind, period }: Pick<ReportContent, "kind" | "period">, figure: string, span: DateSpan = period): string {
  const { from, to } = span;
  const interval = span === period ? STEP_OF[kind] : "day";
  return `insight/metrics/${figure}?q=${writeQuery({ period: { from, to }, interval, metrics: [{ metric: figure }], compare: true })}`;
}
