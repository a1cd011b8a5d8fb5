/** Why a workspace may process personal data, after article 13 of the Personal Information Protection Law (PIPL). */
export const LEGAL_BASES = ["consent", "contract", "legal_duty", "emergency", "public_interest", "disclosed"] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

/** What personal data are used for. Texts are as an operator wrote them; `active` = in use now. */
export type Purpose = {
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly descriptionZh: string;
  readonly descriptionEn: string;
  readonly basis: LegalBasis;
  /** Key of the consent text that people are shown, "" when there is none. */
  readonly textKey: string;
  readonly active: boolean;
};

/** Purposes and channels are named by short words. */
export const CONSENT_WORD = /^[a-z][a-z0-9_]{0,39}$/;

/** The purpose of decisions that no person looks at; refusing them is a right of its own (PIPL article 24). */
export const PROFILING = "profiling";

/** Channels by which people are reached; others can be used too. */
export const CHANNELS = ["sms", "email", "push", "wechat", "phone", "app", "web"] as const;

function purpose(key: string, names: readonly [string, string], descriptions: readonly [string, string], basis: LegalBasis): Purpose {
  const [nameZh, nameEn] = names;
  const [descriptionZh, descriptionEn] = descriptions;
  return { key, nameZh, nameEn, descriptionZh, descriptionEn, basis, textKey: "privacy", active: true };
}

/** The purposes of a new workspace. */
export const DEFAULT_PURPOSES: readonly Purpose[] = [
  purpose(
    "service",
    ["履约", "Service"],
    ["完成下单、支付、配送、售后等用户要求的服务", "Doing what people asked for: orders, payment, delivery, after-sales"],
    "contract",
  ),
  purpose("marketing", ["营销", "Marketing"], ["发送优惠、活动等商业信息", "Sending offers and campaign messages"], "consent"),
  purpose(
    "analytics",
    ["分析", "Analytics"],
    ["分析使用情况，改进商品和服务", "Studying how products are used, to improve them"],
    "consent",
  ),
  purpose(
    PROFILING,
    ["自动化决策", "Automated decisions"],
    ["根据行为画像自动决定推荐、优惠和权益", "Profiling that decides by itself on recommendations, offers and benefits"],
    "consent",
  ),
  purpose(
    "third_party",
    ["对外提供", "Sharing with others"],
    ["把个人信息提供给其他处理者", "Giving personal data to others who process them"],
    "consent",
  ),
];

/** The purposes of a workspace: its own, and the defaults it has not changed, in a fixed order. */
export function purposesOf(own: readonly Purpose[]): readonly Purpose[] {
  const byKey = new Map(own.map((one) => [one.key, one]));
  const added = own.filter(({ key }) => !DEFAULT_PURPOSES.some((one) => one.key === key));
  return [...DEFAULT_PURPOSES.map((one) => byKey.get(one.key) ?? one), ...added.toSorted((a, b) => (a.key < b.key ? -1 : 1))];
}
