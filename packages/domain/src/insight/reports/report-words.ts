import type { Notice, NoticeLanguage } from "../../notify/notice.ts";
import { changeText, deltaText, figureText, shareText, spanText, type FigureForm } from "./figure-text.ts";
import type { BothLanguages, Finding, FindingLevel, ReportContent, ReportFigure } from "./report.ts";
import type { ReportKind } from "./report-period.ts";

const KIND: Readonly<Record<ReportKind, BothLanguages>> = {
  daily: { zh: "日报", en: "Daily report" },
  weekly: { zh: "周报", en: "Weekly report" },
  monthly: { zh: "月报", en: "Monthly report" },
  quarterly: { zh: "季报", en: "Quarterly report" },
  yearly: { zh: "年报", en: "Yearly report" },
};
const BEFORE: Readonly<Record<ReportKind, BothLanguages>> = {
  daily: { zh: "前一天", en: "the day before" },
  weekly: { zh: "上周", en: "the week before" },
  monthly: { zh: "上月", en: "the month before" },
  quarterly: { zh: "上季度", en: "the quarter before" },
  yearly: { zh: "上一年", en: "the year before" },
};
const BY: Readonly<Record<string, BothLanguages>> = {
  channel: { zh: "渠道", en: "channel" },
  utmSource: { zh: "来源", en: "source" },
  utmCampaign: { zh: "推广活动", en: "campaign" },
  deviceType: { zh: "设备", en: "device" },
};
const NONE: BothLanguages = { zh: "未标明", en: "not stated" };
const OTHER: BothLanguages = { zh: "其他", en: "Others" };

/** `周报 · 2026年7月6日 – 7月12日`. */
export function reportTitle({ kind, period }: Pick<ReportContent, "kind" | "period">, language: NoticeLanguage): string {
  return `${KIND[kind][language]} · ${spanText(kind, period, language)}`;
}

export function beforeWord(kind: ReportKind, language: NoticeLanguage): string {
  return BEFORE[kind][language];
}

export function breakdownWord(by: string, language: NoticeLanguage): string {
  return BY[by]?.[language] ?? by;
}

export function valueWord(value: string | null, other: boolean, language: NoticeLanguage): string {
  if (other) return OTHER[language];
  return value === null || value === "" ? NONE[language] : value;
}

export function formOf(
  { currency }: Pick<ReportContent, "currency">,
  { unit }: Pick<ReportFigure, "unit">,
  language: NoticeLanguage,
): FigureForm {
  return { unit, currency, language };
}

/** A finding as a sentence, and how it is judged. */
export function findingText(
  content: ReportContent,
  finding: Finding,
  language: NoticeLanguage,
): { readonly text: string; readonly level: FindingLevel } {
  if (finding.kind === "quiet") return { text: quietWords(content)[language], level: "neutral" };
  const figure = content.figures.find(({ id }) => id === finding.figure);
  if (figure === undefined) return { text: "", level: "neutral" };
  const text = language === "zh" ? inChinese(content, finding, figure) : inEnglish(content, finding, figure);
  return { text, level: "level" in finding ? finding.level : "neutral" };
}

/** Nothing to tell of: because there is nothing, because there was nothing before, or because nothing moved. */
function quietWords({ figures }: Pick<ReportContent, "figures">): BothLanguages {
  if (figures.length === 0) return { zh: "这个时段没有数据。", en: "There are no data of this period." };
  if (figures.every(({ previous }) => previous === null || previous === 0))
    return { zh: "上期没有数据，无法比较。", en: "There are no data of the period before to compare with." };
  return { zh: "各项指标与上期相比没有明显变化。", en: "Nothing moved notably against the period before." };
}

type OfFigure = Exclude<Finding, { readonly kind: "quiet" }>;

function inChinese(content: ReportContent, finding: OfFigure, figure: ReportFigure): string {
  const form = formOf(content, figure, "zh");
  const value = figureText(figure.value, form);
  switch (finding.kind) {
    case "moved": {
      const moved = `${figure.name.zh} ${value}，比${BEFORE[content.kind].zh} ${changeText(figure.value, figure.previous, form)}`;
      const range = figure.usual === null ? "" : `${figureText(figure.usual.low, form)} – ${figureText(figure.usual.high, form)}`;
      if (finding.range === "above") return `${moved}，高于通常范围（${range}）。`;
      if (finding.range === "below") return `${moved}，低于通常范围（${range}）。`;
      return finding.range === "within" ? `${moved}，在通常范围内（${range}）。` : `${moved}。`;
    }
    case "explained":
      return `其中${breakdownWord(finding.by, "zh")}「${valueWord(finding.value, false, "zh")}」变化 ${deltaText(finding.delta, form)}，占${figure.name.zh}变化的 ${shareText(finding.share, "zh")}。`;
    case "last_year":
      return `${figure.name.zh}与去年同期相比 ${changeText(figure.value, figure.lastYear, form)}。`;
    case "goal":
      return `${figure.name.zh}完成目标的 ${shareText(finding.reached, "zh")}（${value} / ${figureText(figure.goal, form)}）。`;
    default:
      return finding satisfies never;
  }
}

function inEnglish(content: ReportContent, finding: OfFigure, figure: ReportFigure): string {
  const form = formOf(content, figure, "en");
  const value = figureText(figure.value, form);
  switch (finding.kind) {
    case "moved": {
      const moved = `${figure.name.en}: ${value}, ${changeText(figure.value, figure.previous, form)} on ${BEFORE[content.kind].en}`;
      const range = figure.usual === null ? "" : `${figureText(figure.usual.low, form)} – ${figureText(figure.usual.high, form)}`;
      if (finding.range === "above") return `${moved}, above its usual range (${range}).`;
      if (finding.range === "below") return `${moved}, below its usual range (${range}).`;
      return finding.range === "within" ? `${moved}, within its usual range (${range}).` : `${moved}.`;
    }
    case "explained":
      return `The ${breakdownWord(finding.by, "en")} "${valueWord(finding.value, false, "en")}" changed by ${deltaText(finding.delta, form)}, ${shareText(finding.share, "en")} of the change of ${figure.name.en.toLowerCase()}.`;
    case "last_year":
      return `${figure.name.en}: ${changeText(figure.value, figure.lastYear, form)} on the same time last year.`;
    case "goal":
      return `${figure.name.en} reached ${shareText(finding.reached, "en")} of its goal (${value} of ${figureText(figure.goal, form)}).`;
    default:
      return finding satisfies never;
  }
}

/** A report in a few lines, for a chat: its findings, then its figures, and the way to all of it. */
export function reportNotice(content: ReportContent, language: NoticeLanguage, url: string): Notice {
  const findings = content.findings.map((finding) => findingText(content, finding, language).text);
  const figures = content.figures.map((figure) => {
    const form = formOf(content, figure, language);
    const change = changeText(figure.value, figure.previous, form);
    return `${figure.name[language]}  ${figureText(figure.value, form)}  ${change}`;
  });
  return {
    title: `${content.workspace} ${reportTitle(content, language)}`,
    lines: [...findings, ...figures],
    link: { text: language === "zh" ? "打开报告" : "Open the report", url },
  };
}
