import type { InBothLanguages, Words } from "../../in-both-languages.ts";
import { METRIC_CATALOGUE } from "./catalogue.ts";
import type { MetricDefinition, MetricDirection, MetricGroup, MetricUnit, Parameter } from "./metric.ts";
import { METRIC_GROUPS } from "./metric.ts";

type Language = keyof InBothLanguages;

const GROUPS: Words<MetricGroup> = {
  growth: { zh: "增长", en: "Growth" },
  activity: { zh: "活跃", en: "Activity" },
  retention: { zh: "留存", en: "Retention" },
  revenue: { zh: "收入", en: "Revenue" },
  membership: { zh: "会员", en: "Membership" },
  service: { zh: "服务", en: "Service" },
  touch: { zh: "触达", en: "Touch" },
};
const UNITS: Words<MetricUnit> = {
  count: { zh: "次", en: "count" },
  people: { zh: "人", en: "people" },
  share: { zh: "%", en: "%" },
  money: { zh: "金额", en: "money" },
  seconds: { zh: "秒", en: "seconds" },
  number: { zh: "数值", en: "number" },
  points: { zh: "积分", en: "points" },
};
const DIRECTIONS: Words<MetricDirection> = {
  up: { zh: "越高越好", en: "up" },
  down: { zh: "越低越好", en: "down" },
  neutral: { zh: "中性", en: "neutral" },
};
const WORDS = {
  title: { zh: "# 指标库", en: "# Metric catalogue" },
  lead: {
    zh: "由指标库生成（`node_modules/.bin/node scripts/metrics-doc.mjs`），勿手改。含义、窗口与“未知”的规则见 [guides/metrics.md](guides/metrics.md)。",
    en: "Made from the catalogue (`node_modules/.bin/node scripts/metrics-doc.mjs`); do not edit it by hand. What windows, unfinished intervals and unknown figures mean is told in [guides/metrics.md](guides/metrics.md).",
  },
  head: {
    zh: "| 指标 | 公式 | 单位 | 方向 | 参数（默认值） |",
    en: "| metric | formula | unit | better | parameters (defaults) |",
  },
  business: { zh: "业务事件", en: "business events" },
  none: { zh: "–", en: "–" },
} as const satisfies Words<string>;

/** docs/metrics.md in a language: every metric of the catalogue with all that is said of it. */
export function metricsDocument(language: Language): string {
  const sections = METRIC_GROUPS.map((group) => {
    const rows = METRIC_CATALOGUE.filter((metric) => metric.group === group).map((metric) => row(metric, language));
    return [`## ${GROUPS[group][language]}`, "", WORDS.head[language], "|---|---|---|---|---|", ...rows].join("\n");
  });
  return `${[WORDS.title[language], WORDS.lead[language], ...sections].join("\n\n")}\n`;
}

function row({ id, version, name, formula, unit, better, parameters }: MetricDefinition, language: Language): string {
  const cells = [
    `**${name[language]}** \`${id}\` v${version}`,
    formula[language],
    UNITS[unit][language],
    DIRECTIONS[better][language],
    parameters.length === 0 ? WORDS.none[language] : parameters.map((parameter) => parameterText(parameter, language)).join("; "),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function parameterText(parameter: Parameter, language: Language): string {
  return `\`${parameter.name}\` ${parameter.label[language]}: ${defaultText(parameter, language)}`;
}

function defaultText(parameter: Parameter, language: Language): string {
  if (parameter.kind === "number") return `${parameter.default} (${parameter.min}–${parameter.max})`;
  if (parameter.kind === "property") return `\`${parameter.default}\``;
  if ("business" in parameter.default) return `${WORDS.business[language]} ${parameter.default.business.join(" + ")}`;
  return parameter.default.events
    .map(({ event, where }) => `${event ?? "*"}${where === undefined ? "" : ` \`${JSON.stringify(where)}\``}`)
    .join(", ");
}
