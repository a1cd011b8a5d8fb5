import { ROLE_PERMISSIONS, ROLES } from "../access/permissions.ts";
import { SENSITIVE_CLASSES } from "../personal/property-class.ts";
import { areFactsStated, type PrivacyReportData } from "./report-data.ts";
import type { ReportDocument, ReportLanguage, ReportSection } from "./report-document.ts";
import { BASIS_WORDS, CLASS_WORDS, ROLE_WORDS, said, type Both } from "./report-words.ts";

const NAMES_SHOWN = 12;

/** The records of processing (个人信息处理活动记录), from what is configured and what was seen. */
export function describeRecords(data: PrivacyReportData, language: ReportLanguage): ReportDocument {
  const t = (...both: Both) => said(both, language);
  return {
    title: `${t("个人信息处理活动记录", "Records of processing")} · ${data.workspace}`,
    about: aboutOf(data, language),
    sections: [
      controllerSection(data, language),
      purposeSection(data, language),
      categorySection(data, language),
      recipientSection(data, language),
      storageSection(data, language),
      measureSection(data, language),
    ],
  };
}

/** Head of both reports. */
export function aboutOf(data: PrivacyReportData, language: ReportLanguage): ReportDocument["about"] {
  const t = (...both: Both) => said(both, language);
  return [
    [t("工作区", "Workspace"), data.workspace],
    [t("生成时间", "Made at"), data.madeAt],
    [t("生成人", "Made by"), data.madeBy],
    [t("已识别用户", "Identified people"), String(data.people.identified)],
    [t("匿名用户", "Anonymous people"), String(data.people.anonymous)],
    [t("事件", "Events"), `${data.events.total} (${data.events.firstAt ?? "—"} – ${data.events.lastAt ?? "—"}, ${data.zone})`],
  ];
}

function controllerSection({ facts }: PrivacyReportData, language: ReportLanguage): ReportSection {
  const t = (...both: Both) => said(both, language);
  const missing = t("未填写", "Not stated");
  return {
    title: t("处理者", "Controller"),
    paragraphs: [
      `${t("个人信息处理者", "Controller")}: ${facts.controller || missing}`,
      `${t("负责人和联系方式", "Responsible person and contact")}: ${facts.contact || missing}`,
    ],
  };
}

function purposeSection(data: PrivacyReportData, language: ReportLanguage): ReportSection {
  const t = (...both: Both) => said(both, language);
  return {
    title: t("处理目的与合法性基础", "Purposes and legal basis"),
    paragraphs: [],
    table: {
      head: [
        t("目的", "Purpose"),
        t("说明", "Description"),
        t("合法性基础", "Legal basis"),
        t("同意", "Agreed"),
        t("撤回", "Withdrawn"),
        t("使用中", "In use"),
      ],
      rows: data.purposes.map((purpose) => [
        t(purpose.nameZh, purpose.nameEn),
        t(purpose.descriptionZh, purpose.descriptionEn),
        said(BASIS_WORDS[purpose.basis], language),
        String(purpose.given),
        String(purpose.withdrawn),
        purpose.active ? t("是", "Yes") : t("否", "No"),
      ]),
    },
  };
}

function categorySection({ categories }: PrivacyReportData, language: ReportLanguage): ReportSection {
  const t = (...both: Both) => said(both, language);
  if (categories.length === 0)
    return {
      title: t("实际收到的个人信息", "Personal data seen"),
      paragraphs: [t("没有收到个人信息属性。", "No property with personal data was seen.")],
    };
  return {
    title: t("实际收到的个人信息", "Personal data seen"),
    paragraphs: [t("按属性分类，由系统识别或由运营人员设置。", "By the classification of properties: recognised, or set by operators.")],
    table: {
      head: [t("类别", "Class"), t("敏感", "Sensitive"), t("属性和特征", "Properties and traits"), t("数量", "Number")],
      rows: categories.map(({ class: kind, names, total }) => [
        said(CLASS_WORDS[kind], language),
        SENSITIVE_CLASSES.has(kind) ? t("是", "Yes") : t("否", "No"),
        names.slice(0, NAMES_SHOWN).join(", ") + (total > NAMES_SHOWN ? " …" : ""),
        String(total),
      ]),
    },
  };
}

function recipientSection({ facts, outflows }: PrivacyReportData, language: ReportLanguage): ReportSection {
  const t = (...both: Both) => said(both, language);
  const stated = `${t("接收方", "Recipients")}: ${facts.recipients || t("未填写", "Not stated")}`;
  const abroad = facts.crossBorder
    ? `${t("向境外提供", "Given abroad")}: ${facts.crossBorderNote || t("是，未说明", "Yes, not described")}`
    : areFactsStated(facts)
      ? t("不向境外提供（由运营人员声明）。", "Nothing is given abroad (as stated by the operators).")
      : t("向境外提供: 未填写", "Given abroad: Not stated");
  const none = t("过去一年的审计日志里没有导出或对外推送。", "The audit log of the last year holds no export and no delivery to others.");
  return {
    title: t("接收方与对外提供", "Recipients"),
    paragraphs: outflows.length === 0 ? [stated, abroad, none] : [stated, abroad],
    ...(outflows.length === 0
      ? {}
      : {
          table: {
            head: [t("审计动作", "Audited action"), t("次数（一年内）", "Times (one year)"), t("最近", "Last")],
            rows: outflows.map(({ action, times, lastAt }) => [action, String(times), lastAt]),
          },
        }),
  };
}

function storageSection({ facts, retention, purges }: PrivacyReportData, language: ReportLanguage): ReportSection {
  const t = (...both: Both) => said(both, language);
  const days = (limit: number | null) => (limit === null ? t("一直保留", "Kept for good") : t(`${limit} 天`, `${limit} days`));
  const others: readonly (readonly string[])[] = retention.some(({ event }) => event === "")
    ? []
    : [[t("其他所有事件", "All other events"), t("一直保留", "Kept for good")]];
  return {
    title: t("存储地点与保存期限", "Storage and retention"),
    paragraphs: [
      `${t("存储地点", "Place of storage")}: ${facts.storagePlace || t("未填写", "Not stated")}`,
      t(
        "用户、身份和明文个人信息（加密）存于 PostgreSQL；事件存于 ClickHouse，个人信息只以代号出现。",
        "People, ids and personal values (encrypted) are in PostgreSQL; events are in ClickHouse, where personal values stand as tokens only.",
      ),
      t(
        `已有 ${purges.proofs} 份删除证明，共删除 ${purges.deleted} 个事件。`,
        `${purges.proofs} proofs of deletion, ${purges.deleted} events deleted.`,
      ),
    ],
    table: {
      head: [t("事件", "Event"), t("保存期限", "Retention")],
      rows: [
        ...retention.map(({ event, days: limit }) => [event === "" ? t("其他所有事件", "All other events") : event, days(limit)]),
        ...others,
      ],
    },
  };
}

function measureSection({ facts, members }: PrivacyReportData, language: ReportLanguage): ReportSection {
  const t = (...both: Both) => said(both, language);
  const clear = ROLES.filter((role) => ROLE_PERMISSIONS[role].includes("people:unmask"));
  return {
    title: t("安全措施", "Security measures"),
    paragraphs: [
      t(
        "加密：个人信息以 AES-256-GCM 按人加密，密钥由主密钥保护；数据流和隔离区整体加密；销毁密钥即不可恢复。",
        "Encryption: personal values under AES-256-GCM with a key per person, wrapped by the master key; the feed and quarantine as a whole; destroying a key is final.",
      ),
      t(
        "去标识化：采集入口即以加密代号替换个人信息；界面默认遮盖，查看明文须写理由并记入审计日志。",
        "Pseudonyms: personal values are replaced by keyed tokens on arrival; screens mask them, and a view in clear needs a reason and is audited.",
      ),
      `${t("可查看明文的角色", "Roles that may see values in clear")}: ${clear.map((role) => said(ROLE_WORDS[role], language)).join(", ")}`,
      t(
        "审计：所有修改和明文查看都有只增不改的记录，带哈希链。",
        "Audit: every change and every view in clear is in an append-only log with a chain of hashes.",
      ),
      t(
        "授权：按人、目的、渠道的只增账本，使用时检查；拒绝自动化决策单独记录。",
        "Consent: an append-only ledger by person, purpose and channel, checked at use; refusal of automated decisions is kept by itself.",
      ),
      `${t("其他措施", "Other measures")}: ${facts.measures || t("未填写", "Not stated")}`,
    ],
    table: {
      head: [t("角色", "Role"), t("成员数", "Members"), t("权限数", "Permissions")],
      rows: ROLES.map((role) => [said(ROLE_WORDS[role], language), String(members[role] ?? 0), String(ROLE_PERMISSIONS[role].length)]),
    },
  };
}
