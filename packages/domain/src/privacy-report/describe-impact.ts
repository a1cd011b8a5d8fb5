import { PROFILING } from "../consent/purposes.ts";
import { SENSITIVE_CLASSES } from "../personal/property-class.ts";
import { aboutOf, describeRecords } from "./describe-records.ts";
import { areFactsStated, type PrivacyReportData } from "./report-data.ts";
import type { ReportDocument, ReportLanguage, ReportSection } from "./report-document.ts";
import { said, type Both } from "./report-words.ts";

export type RiskLevel = "none" | "low" | "medium" | "high";
/** One risk as the configuration shows it: what was found, what stands against it, what is left by the rule stated in the report. */
export type Risk = { readonly key: string; readonly name: Both; readonly found: Both; readonly against: Both; readonly level: RiskLevel };

const NAMES_SHOWN = 8;
const LEVELS: Readonly<Record<RiskLevel, Both>> = {
  none: ["不涉及", "Does not apply"],
  low: ["低", "Low"],
  medium: ["中", "Medium"],
  high: ["高", "High"],
};

/** The impact assessment (PIPL articles 55 and 56): why one is due, the risks found, and the operators' own judgement. */
export function describeImpact(data: PrivacyReportData, note: string, language: ReportLanguage): ReportDocument {
  const t = (...both: Both) => said(both, language);
  const risks = risksOf(data);
  const due = risks.filter(({ key, level }) => key !== "retention" && level !== "none");
  const triggers: ReportSection = {
    title: t("评估事由（第五十五条）", "Why an assessment is due (article 55)"),
    paragraphs:
      due.length === 0
        ? [t("按当前配置，没有发现必须评估的情形。", "As configured now, nothing was found that makes one compulsory.")]
        : due.map(({ name, found }) => `${said(name, language)}: ${said(found, language)}`),
  };
  const found: ReportSection = {
    title: t("风险与措施（第五十六条）", "Risks and measures (article 56)"),
    paragraphs: [
      t(
        "剩余风险由配置按规则得出，供负责人判断：有敏感信息而不限保存期限为高，有期限为中；自动决策以同意为基础为低，否则为中；对外提供和出境为中，停用对外提供目的却仍提供为高；不限保存期限为中。",
        "What is left is derived from the configuration by rule, for the responsible person to judge: sensitive data kept without limit is high, with a limit medium; automated decisions on consent are low, else medium; giving to others and abroad is medium, giving although that purpose is not in use is high; retention without limit is medium.",
      ),
    ],
    table: {
      head: [t("风险", "Risk"), t("现状", "Found"), t("措施", "Measures"), t("剩余风险", "What is left")],
      rows: risks.map(({ name, found: seen, against, level }) => [
        said(name, language),
        said(seen, language),
        said(against, language),
        said(LEVELS[level], language),
      ]),
    },
  };
  const judged: ReportSection = {
    title: t("目的、必要性与结论", "Necessity and conclusion"),
    paragraphs: [note === "" ? t("负责人尚未填写。", "The responsible person has not stated one yet.") : note],
  };
  return {
    title: `${t("个人信息保护影响评估", "Personal information impact assessment")} · ${data.workspace}`,
    about: aboutOf(data, language),
    sections: [triggers, ...describeRecords(data, language).sections.slice(1, 3), found, judged],
  };
}

/** The risks of a configuration. */
export function risksOf(data: PrivacyReportData): readonly Risk[] {
  return [sensitiveRisk(data), automatedRisk(data), sharingRisk(data), abroadRisk(data), retentionRisk(data)];
}

function isLimited({ retention }: PrivacyReportData): boolean {
  return retention.some(({ event }) => event === "");
}

function sensitiveRisk(data: PrivacyReportData): Risk {
  const names = data.categories.filter(({ class: kind }) => SENSITIVE_CLASSES.has(kind)).flatMap(({ names: all }) => all);
  const shown = names.slice(0, NAMES_SHOWN);
  return {
    key: "sensitive",
    name: ["处理敏感个人信息", "Sensitive personal data"],
    found: names.length === 0 ? ["没有", "None seen"] : [shown.join("、"), shown.join(", ")],
    against: ["入口即加密替换，默认遮盖，按角色查看", "Encrypted and tokenised on arrival, masked, shown by role"],
    level: names.length === 0 ? "none" : isLimited(data) ? "medium" : "high",
  };
}

function automatedRisk({ purposes }: PrivacyReportData): Risk {
  const profiling = purposes.find(({ key, active }) => key === PROFILING && active);
  return {
    key: "automated",
    name: ["自动化决策", "Automated decisions"],
    found:
      profiling === undefined
        ? ["没有启用", "Not in use"]
        : [`同意 ${profiling.given} 人，拒绝 ${profiling.withdrawn} 人`, `${profiling.given} agreed, ${profiling.withdrawn} refused`],
    against: ["拒绝记录在账本，使用时检查", "Refusals are in the ledger and checked at use"],
    level: profiling === undefined ? "none" : profiling.basis === "consent" ? "low" : "medium",
  };
}

function sharingRisk({ purposes, outflows, facts }: PrivacyReportData): Risk {
  const allowed = purposes.some(({ key, active }) => key === "third_party" && active);
  const times = outflows.reduce((sum, one) => sum + one.times, 0);
  const nothing = times === 0 && facts.recipients === "";
  return {
    key: "sharing",
    name: ["委托、对外提供或公开", "Entrusting or giving to others"],
    found: nothing
      ? ["审计日志里没有对外提供，未声明接收方", "None in the audit log, no recipient stated"]
      : [
          `一年内 ${times} 次导出或推送；接收方：${facts.recipients || "未填写"}`,
          `${times} exports or deliveries in a year; recipients: ${facts.recipients || "not stated"}`,
        ],
    against: ["按目的检查授权，导出记入审计", "Consent checked by purpose; exports audited"],
    level: nothing ? "none" : allowed ? "medium" : "high",
  };
}

function abroadRisk({ facts }: PrivacyReportData): Risk {
  if (!areFactsStated(facts))
    return {
      key: "abroad",
      name: ["向境外提供", "Giving abroad"],
      found: ["未填写", "Not stated"],
      against: ["由负责人在「补充信息」里说明", "The responsible person states it under the facts"],
      level: "medium",
    };
  return {
    key: "abroad",
    name: ["向境外提供", "Giving abroad"],
    found: facts.crossBorder ? [facts.crossBorderNote || "是", facts.crossBorderNote || "Yes"] : ["没有（声明）", "No (as stated)"],
    against: ["须单独同意和出境评估，由负责人确认", "Needs separate consent and an export assessment by the responsible person"],
    level: facts.crossBorder ? "medium" : "none",
  };
}

function retentionRisk(data: PrivacyReportData): Risk {
  return {
    key: "retention",
    name: ["保存超过必要期限", "Kept longer than needed"],
    found: isLimited(data) ? ["有默认保存期限", "A default limit is set"] : ["没有默认保存期限", "No default limit is set"],
    against: ["每日删除过期事件并留证明", "Expired events are deleted daily, with proof"],
    level: isLimited(data) ? "low" : "medium",
  };
}
