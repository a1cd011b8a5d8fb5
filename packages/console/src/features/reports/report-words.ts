import type { NoticeLanguage } from "@terrace/domain/notify/notice";
import { spanText } from "@terrace/domain/insight/reports/figure-text";
import type { ReportView } from "@terrace/contract/api/reports";
import type { Language } from "../../ui/format/language.ts";

/** The language of a report's own words. */
export function reportLanguage(language: Language): NoticeLanguage {
  return language === "zh-CN" ? "zh" : "en";
}

/** The period of a report as it is read. */
export function periodText({ kind, from, to }: Pick<ReportView, "kind" | "from" | "to">, language: Language): string {
  return spanText(kind, { from, to }, reportLanguage(language));
}
