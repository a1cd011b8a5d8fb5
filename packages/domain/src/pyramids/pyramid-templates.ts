import { allOf, anyOf, atLeast, did, mapRoles, type Roles } from "../classes/template-conditions.ts";
import type { PersonCondition } from "../conditions/condition.ts";
import type { InBothLanguages } from "../in-both-languages.ts";
import type { BusinessEvents } from "../insight/metrics/business-events.ts";
import type { BadgeTone, ContributionItem, Demotion, Promotion } from "./pyramid.ts";

/** What a pyramid of a template is for. */
export const PYRAMID_TEMPLATE_KINDS = ["community", "shop"] as const;
export type PyramidTemplateKind = (typeof PYRAMID_TEMPLATE_KINDS)[number];

/** A layer as it is asked for. */
type TemplateLayer = {
  key: string;
  name: { zh: string; en: string };
  rule: PersonCondition | null;
  role: string;
  playbook: string;
  owners: string[];
  benefits: string[];
  badge: { label: { zh: string; en: string }; tone: BadgeTone; icon: string | null };
  promotion: Promotion;
  demotion: Demotion;
};
export type PyramidTemplate = {
  name: { zh: string; en: string };
  reviewDay: number;
  contribution: { unit: { zh: string; en: string }; items: ContributionItem[] };
  layers: TemplateLayer[];
};

/** A language for the texts that a pyramid has in one only. */
export type TemplateLanguage = keyof InBothLanguages;

/** Tag that a verification gives. */
const VERIFIED_TAG: InBothLanguages = { zh: "已认证", en: "verified" };
const MONTH_DAYS = 30;
const QUARTER_DAYS = 90;
const YEAR_DAYS = 365;
const AT_ONCE: Demotion = { lapse: { graceDays: 0 }, minimum: null };

/** The five layers of the handbook, made of what events mean in the workspace; roles, ways of working, benefits and tags in one language. */
export function pyramidTemplate(kind: PyramidTemplateKind, business: BusinessEvents, language: TemplateLanguage): PyramidTemplate {
  const roles = mapRoles(business);
  return {
    name: kind === "shop" ? { zh: "用户金字塔", en: "Customer pyramid" } : { zh: "社区金字塔", en: "Community pyramid" },
    reviewDay: 1,
    contribution: { unit: { zh: "贡献分", en: "points" }, items: [...contributionOf(kind, roles)] },
    layers: [
      celebrity(language),
      professional(kind, roles, language),
      contributor(kind, roles, language),
      active(roles, language),
      ordinary(language),
    ],
  };
}

function contributionOf(kind: PyramidTemplateKind, { order, comment }: Roles): readonly ContributionItem[] {
  const counted = (events: readonly ContributionItem["event"][], weight: number) =>
    events.map((event): ContributionItem => ({ event, property: null, weight }));
  const invited = counted([{ event: "Invite Shared" }], 2);
  return kind === "shop"
    ? [...counted(order, 5), ...counted(comment, 3), ...invited].slice(0, ITEMS_MAX)
    : [...counted([{ event: "Post Published" }], 5), ...counted([{ event: "Like Received" }], 1), ...counted(comment, 2), ...invited].slice(
        0,
        ITEMS_MAX,
      );
}

const ITEMS_MAX = 10;

function celebrity(language: TemplateLanguage): TemplateLayer {
  return {
    ...drawn("celebrity", { zh: "名人", en: "Celebrity" }, "wine"),
    rule: null,
    ...TEXTS.celebrity[language],
    promotion: "at_once",
    demotion: AT_ONCE,
  };
}

function professional(kind: PyramidTemplateKind, { order, comment }: Roles, language: TemplateLanguage): TemplateLayer {
  const earned: PersonCondition =
    kind === "shop"
      ? allOf([atLeast(order, 6, { days: YEAR_DAYS }), atLeast(comment, 2, { days: YEAR_DAYS })])
      : anyOf([atLeast([{ event: "Post Published" }], 20, { days: QUARTER_DAYS }), atLeast(comment, 5, { days: QUARTER_DAYS })]);
  return {
    ...drawn("professional", { zh: "专业", en: "Professional" }, "purple"),
    rule: anyOf([{ tag: VERIFIED_TAG[language], has: true }, earned]),
    ...TEXTS.professional[language],
    promotion: "at_review",
    demotion: { lapse: { graceDays: 30 }, minimum: null },
  };
}

function contributor(kind: PyramidTemplateKind, { order, comment }: Roles, language: TemplateLanguage): TemplateLayer {
  const given = [atLeast(comment, 1, { days: QUARTER_DAYS }), did([{ event: "Invite Shared" }], { days: QUARTER_DAYS })];
  return {
    ...drawn("contributor", { zh: "贡献", en: "Contributor" }, "green"),
    rule:
      kind === "shop"
        ? allOf([atLeast(order, 2, { days: YEAR_DAYS }), anyOf(given)])
        : anyOf([atLeast([{ event: "Post Published" }], 3, { days: MONTH_DAYS }), ...given]),
    ...TEXTS.contributor[language],
    promotion: "at_once",
    demotion: { lapse: { graceDays: 14 }, minimum: { atLeast: 5, months: 2, graceDays: 7 } },
  };
}

/** As the handbook counts the active: three logins or one purchase in a month. */
function active({ login, order }: Roles, language: TemplateLanguage): TemplateLayer {
  return {
    ...drawn("active", { zh: "活跃", en: "Active" }, "blue"),
    rule: anyOf([atLeast(login, 3, { days: MONTH_DAYS }), did(order, { days: MONTH_DAYS })]),
    ...TEXTS.active[language],
    promotion: "at_once",
    demotion: AT_ONCE,
  };
}

function ordinary(language: TemplateLanguage): TemplateLayer {
  return {
    ...drawn("ordinary", { zh: "普通", en: "Ordinary" }, "slate"),
    rule: null,
    ...TEXTS.ordinary[language],
    promotion: "at_once",
    demotion: AT_ONCE,
  };
}

/** What a layer is for, how it is worked with, and what its people get. */
type LayerTexts = Pick<TemplateLayer, "role" | "playbook" | "benefits">;
const TEXTS = {
  celebrity: {
    zh: {
      role: "品牌代言与破圈：带来关注与信任",
      playbook: "一对一邀请与维护；专属活动、品牌活动优先出席；重要节点由专人问候。",
      benefits: ["专属对接人", "品牌活动邀请", "专属徽章"],
    },
    en: {
      role: "Speaks for the brand and brings in new circles: attention and trust",
      playbook:
        "Invite and look after them one to one; first at brand events and events of their own; somebody in person at every occasion.",
      benefits: ["A contact of their own", "Invitations to brand events", "Badge of their own"],
    },
  },
  professional: {
    zh: {
      role: "产出可信的内容，回答他人的问题",
      playbook: "认证加 V，内容优先展示；每月一次主题约稿或问答；与贡献用户结对。",
      benefits: ["认证标识", "内容优先展示", "新品试用"],
    },
    en: {
      role: "Makes content that can be trusted and answers questions of others",
      playbook: "Verify them and show their content first; one themed piece or Q&A a month; pair them with contributors.",
      benefits: ["Verified badge", "Content shown first", "New products to try"],
    },
  },
  contributor: {
    zh: {
      role: "参与共建：评价、邀请、协助管理",
      playbook: "以项目招募，写明要求与收益；专人跟进活跃与成交；按月核对贡献，达标才保留。",
      benefits: ["双倍积分", "专属任务", "月度实物奖"],
    },
    en: {
      role: "Builds with us: reviews, invites, helps to run things",
      playbook:
        "Recruit for projects with requirements and rewards in writing; somebody follows activity and turnover; contributions are checked each month, who meets them stays.",
      benefits: ["Double points", "Tasks of their own", "A monthly gift"],
    },
  },
  active: {
    zh: {
      role: "撑起日常的热度与成交",
      playbook: "参与门槛低的活动配实物奖品；从中发现愿意贡献的人，邀请进入贡献层。",
      benefits: ["活动优先参与", "会员日优惠"],
    },
    en: {
      role: "Keeps the daily buzz and sales going",
      playbook: "Activities that are easy to join, with real prizes; find those who would contribute and invite them up.",
      benefits: ["First in activities", "Member day offers"],
    },
  },
  ordinary: {
    zh: { role: "用户的底座", playbook: "不做单独运营：用大众活动筛选，把响应的人推向活跃层。", benefits: ["大众活动"] },
    en: {
      role: "The base of all users",
      playbook: "No work of their own: let general activities sift, and move whoever responds up to the active.",
      benefits: ["General activities"],
    },
  },
} satisfies Record<string, Record<TemplateLanguage, LayerTexts>>;

function drawn(key: string, name: InBothLanguages, tone: BadgeTone) {
  const label = { ...name };
  return { key, name: { ...name }, owners: [], badge: { label, tone, icon: null } };
}
