import type { InBothLanguages, Words } from "../../in-both-languages.ts";
import type { Notice, NoticeLanguage } from "../../notify/notice.ts";
import { dayOfIso, isoDay } from "../../time/zoned-time.ts";
import { changeText, deltaText, figureText, shareText, spanText, type FigureForm } from "./figure-text.ts";
import type { DayUnit } from "../time/calendar.ts";
import type { Finding, FindingLevel, OutlookUntold, ReportContent, ReportEffect, ReportFigure, ReportOutlook } from "./report.ts";
import type { ReportKind } from "./report-period.ts";

const KIND: Words<ReportKind> = {
  daily: { zh: "日报", en: "Daily report" },
  weekly: { zh: "周报", en: "Weekly report" },
  monthly: { zh: "月报", en: "Monthly report" },
  quarterly: { zh: "季报", en: "Quarterly report" },
  yearly: { zh: "年报", en: "Yearly report" },
};
const BEFORE: Words<ReportKind> = {
  daily: { zh: "前一天", en: "the day before" },
  weekly: { zh: "上周", en: "the week before" },
  monthly: { zh: "上月", en: "the month before" },
  quarterly: { zh: "上季度", en: "the quarter before" },
  yearly: { zh: "上一年", en: "the year before" },
};
const NEXT: Words<ReportKind> = {
  daily: { zh: "第二天", en: "the day after" },
  weekly: { zh: "下周", en: "the week after" },
  monthly: { zh: "下月", en: "the month after" },
  quarterly: { zh: "下季度", en: "the quarter after" },
  yearly: { zh: "下一年", en: "the year after" },
};
const DONE: Words<ReportEffect["kind"]> = {
  note: { zh: "备注", en: "Note" },
  decision: { zh: "决定", en: "Decision" },
  campaign: { zh: "推广活动首批订单", en: "First orders of the campaign" },
};
const BY: Words<string> = {
  channel: { zh: "渠道", en: "channel" },
  utmSource: { zh: "来源", en: "source" },
  utmCampaign: { zh: "推广活动", en: "campaign" },
  deviceType: { zh: "设备", en: "device" },
};
const NONE: InBothLanguages = { zh: "未标明", en: "not stated" };
const OTHER: InBothLanguages = { zh: "其他", en: "Others" };

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
function quietWords({ figures }: Pick<ReportContent, "figures">): InBothLanguages {
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

/** What a figure may come to, with how far off such a forecast would have been. */
export function outlookText(content: ReportContent, outlook: ReportOutlook, language: NoticeLanguage): string {
  const figure = content.figures.find(({ id }) => id === outlook.figure);
  if (figure === undefined) return "";
  const form = formOf(content, figure, language);
  const [value, low, high] = [outlook.value, outlook.low, outlook.high].map((each) => figureText(each, form));
  const tested = outlookErrorText(content, outlook, language);
  return language === "zh"
    ? `预计${NEXT[content.kind].zh}${figure.name.zh} ${value}（${shareText(outlook.level, "zh")} 区间 ${low} – ${high}）；${tested}。`
    : `${figure.name.en} expected for ${NEXT[content.kind].en}: ${value} (${shareText(outlook.level, "en")} interval ${low} – ${high}); ${tested}.`;
}

function outlookErrorText(content: ReportContent, outlook: ReportOutlook, language: NoticeLanguage): string {
  const [off, { tried }] = [offText(content, outlook, language), outlook.error];
  return language === "zh" ? `回测 ${tried} 次，平均误差 ${off}` : `tried ${tried} times on the past, off by ${off} on average`;
}

/** How far a forecast of this kind was off on periods that are over, and on how many: `8.2% (7)`. */
export function outlookErrorShort(content: ReportContent, outlook: ReportOutlook, language: NoticeLanguage): string {
  return `${offText(content, outlook, language)} (${outlook.error.tried})`;
}

function offText(content: ReportContent, { figure: id, error }: ReportOutlook, language: NoticeLanguage): string {
  const figure = content.figures.find((each) => each.id === id);
  if (error.mape !== null || figure === undefined) return shareText(error.mape ?? 0, language);
  return figureText(error.mae, formOf(content, figure, language));
}

export function outlookTitle({ kind, next }: ReportContent, language: NoticeLanguage): string {
  return `${language === "zh" ? "展望" : "Outlook"} · ${spanText(kind, next, language)}`;
}

/** Why nothing is told of what a figure may come to. */
export function untoldReason(untold: OutlookUntold, language: NoticeLanguage): string {
  if (untold.why === "counted_once")
    return language === "zh"
      ? "同一个人在几个月里会被算几次，一年的人数不是各月之和"
      : "whoever comes in several months is counted once in a year";
  const { known, needed, step } = untold;
  return language === "zh"
    ? `有数据的只有 ${known} ${STEPS[step].zh}，至少要 ${needed} ${STEPS[step].zh}才能先在过去试算`
    : `there are data of ${known} ${STEPS[step].en}, and ${needed} are needed to try it on the past`;
}

const STEPS: Readonly<Record<DayUnit, InBothLanguages>> = {
  day: { zh: "天", en: "days" },
  week: { zh: "周", en: "weeks" },
  month: { zh: "个月", en: "months" },
  quarter: { zh: "个季度", en: "quarters" },
  year: { zh: "年", en: "years" },
};

/** What stands over the figures before and after something that was done. */
export function effectTitle(effect: ReportEffect, language: NoticeLanguage): string {
  return `${DONE[effect.kind][language]} · ${effect.day}${language === "zh" ? "：" : ": "}${effect.text}`;
}

/** Which days are held against which. */
export function effectSpans({ before, after }: ReportEffect, language: NoticeLanguage): string {
  const days = ({ from, to }: ReportEffect["after"]): string => (lastDay(to) === from ? from : `${from} – ${lastDay(to)}`);
  return language === "zh" ? `之前：${days(before)} · 之后：${days(after)}` : `Before: ${days(before)} · after: ${days(after)}`;
}

/** Said wherever effects are told. */
export function effectCaution({ effectsLeft }: ReportContent, language: NoticeLanguage): string {
  const more = effectsLeft === 0 ? "" : language === "zh" ? `另有 ${effectsLeft} 项未列出。` : ` ${effectsLeft} more are not listed.`;
  return language === "zh"
    ? `只是前后对比，不说明因果：同一时间还有别的事情发生。要知道因果，请做实验。${more}`
    : `Only before and after; it does not say that one is because of the other: other things happened at the same time. An experiment can tell.${more}`;
}

function lastDay(to: string): string {
  return isoDay((dayOfIso(to) ?? 1) - 1);
}

const OUTLOOKS_IN_CHAT = 2;

/** A report in a few lines, for a chat: its findings, then its figures, and the way to all of it. */
export function reportNotice(content: ReportContent, language: NoticeLanguage, url: string): Notice {
  const findings = content.findings.map((finding) => findingText(content, finding, language).text);
  const figures = content.figures.map((figure) => {
    const form = formOf(content, figure, language);
    const change = changeText(figure.value, figure.previous, form);
    return `${figure.name[language]}  ${figureText(figure.value, form)}  ${change}`;
  });
  const outlook = content.outlook.slice(0, OUTLOOKS_IN_CHAT).map((each) => outlookText(content, each, language));
  return {
    title: `${content.workspace} ${reportTitle(content, language)}`,
    lines: [...findings, ...outlook, ...figures],
    link: { text: language === "zh" ? "打开报告" : "Open the report", url },
  };
}
