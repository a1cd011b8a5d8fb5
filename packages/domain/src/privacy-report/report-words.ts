import type { Role } from "../access/permissions.ts";
import type { LegalBasis } from "../consent/purposes.ts";
import type { PropertyClass } from "../personal/property-class.ts";
import type { ReportLanguage } from "./report-document.ts";

/** A text in both languages. */
export type Both = readonly [zh: string, en: string];

export function said([zh, en]: Both, language: ReportLanguage): string {
  return language === "zh" ? zh : en;
}

export const BASIS_WORDS: Readonly<Record<LegalBasis, Both>> = {
  consent: ["个人同意", "Consent"],
  contract: ["订立或履行合同所必需", "Needed for a contract"],
  legal_duty: ["履行法定职责或义务", "Legal duty"],
  emergency: ["应对突发公共卫生事件或紧急情况", "Emergency"],
  public_interest: ["公共利益新闻报道、舆论监督", "News in the public interest"],
  disclosed: ["处理已合法公开的信息", "Lawfully made public"],
};

export const CLASS_WORDS: Readonly<Record<PropertyClass, Both>> = {
  none: ["非个人信息", "Not personal"],
  phone: ["手机号", "Phone number"],
  email: ["邮箱", "E-mail"],
  id_card: ["身份证件（敏感）", "Id document (sensitive)"],
  name: ["姓名", "Name of a person"],
  address: ["地址", "Address"],
  ip: ["IP 地址", "IP address"],
  other: ["其他个人信息", "Other personal data"],
  sensitive: ["敏感个人信息", "Sensitive personal data"],
};

export const ROLE_WORDS: Readonly<Record<Role, Both>> = {
  owner: ["所有者", "Owner"],
  admin: ["管理员", "Admin"],
  operator: ["运营", "Operator"],
  analyst: ["分析", "Analyst"],
  support: ["客服", "Support"],
};
