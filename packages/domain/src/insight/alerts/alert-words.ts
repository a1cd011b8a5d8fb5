import type { Notice, NoticeLanguage } from "../../notify/notice.ts";
import { figureText, type FigureForm } from "../reports/figure-text.ts";
import type { FigureUnit } from "../reports/report.ts";
import type { AlertRule, AlertUnit } from "./alert-rule.ts";

export type ToldAlert = {
  readonly name: string;
  readonly unit: FigureUnit;
  readonly currency: string;
  readonly rule: AlertRule;
  readonly interval: AlertUnit;
};
export type ToldEvent = {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The local date, or date and hour, of the interval. */
  readonly at: string;
};

/** An alarm that began or ended, for a chat or an e-mail. */
export function alertNotice(
  told: ToldAlert,
  event: ToldEvent,
  said: { readonly step: "begin" | "end"; readonly language: NoticeLanguage; readonly url: string | undefined },
): Notice {
  const { step, language, url } = said;
  const form: FigureForm = { unit: told.unit, currency: told.currency, language };
  const value = figureText(event.value, form);
  const isBegin = step === "begin";
  const title = language === "zh" ? `${isBegin ? "告警" : "告警解除"}：${told.name}` : `${isBegin ? "Alert" : "Alert over"}: ${told.name}`;
  const lines = [language === "zh" ? `${event.at}：${value}` : `${event.at}: ${value}`, ruleLine(told, event, language)];
  const link = url === undefined ? {} : { link: { text: language === "zh" ? "查看告警" : "See the alert", url } };
  return { title, lines, ...link, data: { alert: told.name, step, ...event } };
}

/** Why, in words for a chat; the page of alerts tells others. */
const REASONS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  "insight.too_slow": { zh: "查询太慢，超过了时限", en: "the query takes longer than it may" },
  "insight.too_heavy": { zh: "查询太大，超过了内存或行数上限", en: "the query needs more memory or rows than it may" },
  "insight.busy": { zh: "分析引擎繁忙", en: "the event engine is busy" },
  "service.unavailable": { zh: "数据引擎暂时不可用", en: "an engine is not to be reached" },
  "metric.not_found": { zh: "所用的指标不存在", en: "a metric it asks for is not there" },
  "condition.no_such_segment": { zh: "所用的分群不存在", en: "a segment it asks for is not there" },
};

/** That an alert could not be looked at time and again, or can be again: until then nobody would hear of an alarm. */
export function failingNotice(
  told: { readonly name: string; readonly owner: string; readonly failure: string },
  { step, language, url }: { readonly step: "begin" | "end"; readonly language: NoticeLanguage; readonly url: string | undefined },
): Notice {
  const { name, owner, failure } = told;
  const reason = REASONS[failure] ?? { zh: "原因见告警页", en: "the page of alerts tells why" };
  const titles = {
    zh: step === "begin" ? `告警无法计算：${name}` : `告警恢复计算：${name}`,
    en: step === "begin" ? `Alert cannot be looked at: ${name}` : `Alert is looked at again: ${name}`,
  };
  const lines = {
    zh: step === "begin" ? [`原因：${reason.zh}`, `在解决之前不会发出这条告警。负责人：${owner}`] : [`曾无法计算的原因：${reason.zh}`],
    en:
      step === "begin"
        ? [`Reason: ${reason.en}`, `Until it is mended no alarm can be raised. Owner: ${owner}`]
        : [`It could not be: ${reason.en}`],
  };
  const link = url === undefined ? {} : { link: { text: language === "zh" ? "查看告警" : "See the alert", url } };
  return { title: titles[language], lines: lines[language], ...link, data: { alert: name, step: `failing_${step}`, failure } };
}

/** What the rule asks, in words. */
export function ruleText(
  { rule, unit, currency }: Omit<ToldAlert, "name">,
  event: Pick<ToldEvent, "low" | "high">,
  language: NoticeLanguage,
): string {
  const form: FigureForm = { unit, currency, language };
  return language === "zh" ? inChinese(rule, event, form) : inEnglish(rule, event, form);
}

function ruleLine(told: Omit<ToldAlert, "name">, event: Pick<ToldEvent, "low" | "high">, language: NoticeLanguage): string {
  return `${language === "zh" ? "规则：" : "Rule: "}${ruleText(told, event, language)}`;
}

type Range = Pick<ToldEvent, "low" | "high">;

function inChinese(rule: AlertRule, range: Range, form: FigureForm): string {
  switch (rule.kind) {
    case "threshold":
      return `${{ above: "高于", below: "低于" }[rule.side]} ${figureText(rule.value, form)}`;
    case "change":
      return `比${{ previous: "上一时段", week_before: "上周同期" }[rule.against]}${{ up: "上升", down: "下降", either: "变化" }[rule.side]} ≥ ${percent(rule.share)}`;
    case "anomaly":
      return `超出通常范围${rangeText(range, form, ["（", "）"])}`;
    default:
      return rule satisfies never;
  }
}

function inEnglish(rule: AlertRule, range: Range, form: FigureForm): string {
  switch (rule.kind) {
    case "threshold":
      return `${rule.side} ${figureText(rule.value, form)}`;
    case "change":
      return `${{ up: "up", down: "down", either: "changed" }[rule.side]} by ${percent(rule.share)} or more on ${{ previous: "the interval before", week_before: "the same time a week before" }[rule.against]}`;
    case "anomaly":
      return `outside of its usual range${rangeText(range, form, [" (", ")"])}`;
    default:
      return rule satisfies never;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}

function rangeText({ low, high }: Range, form: FigureForm, [open, close]: readonly [string, string]): string {
  return low === null || high === null ? "" : `${open}${figureText(low, form)} – ${figureText(high, form)}${close}`;
}
