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
  const lines = [language === "zh" ? `${event.at}：${value}` : `${event.at}: ${value}`, ruleText(told, event, language)];
  const link = url === undefined ? {} : { link: { text: language === "zh" ? "查看告警" : "See the alert", url } };
  return { title, lines, ...link, data: { alert: told.name, step, ...event } };
}

/** What the rule asks, in words. */
export function ruleText(
  { rule, unit, currency }: Omit<ToldAlert, "name">,
  event: Pick<ToldEvent, "low" | "high">,
  language: NoticeLanguage,
): string {
  const form: FigureForm = { unit, currency, language };
  const zh = language === "zh";
  switch (rule.kind) {
    case "threshold": {
      const limit = figureText(rule.value, form);
      return zh ? `规则：${rule.side === "above" ? "高于" : "低于"} ${limit}` : `Rule: ${rule.side} ${limit}`;
    }
    case "change": {
      const share = `${Math.round(rule.share * 1000) / 10}%`;
      const sides = { up: zh ? "上升" : "up", down: zh ? "下降" : "down", either: zh ? "变化" : "changed" } as const;
      const against =
        rule.against === "previous" ? (zh ? "上一时段" : "the interval before") : zh ? "上周同期" : "the same time a week before";
      return zh ? `规则：比${against}${sides[rule.side]} ≥ ${share}` : `Rule: ${sides[rule.side]} by ${share} or more on ${against}`;
    }
    case "anomaly": {
      if (event.low === null || event.high === null) return zh ? "规则：超出通常范围" : "Rule: outside of its usual range";
      const range = `${figureText(event.low, form)} – ${figureText(event.high, form)}`;
      return zh ? `规则：超出通常范围（${range}）` : `Rule: outside of its usual range (${range})`;
    }
    default:
      return rule satisfies never;
  }
}
