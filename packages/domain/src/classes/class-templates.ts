import type { PersonCondition } from "../conditions/condition.ts";
import type { BusinessEvents } from "../insight/metrics/business-events.ts";
import { LIFECYCLE_KEY, VALUE_LAYER_KEY } from "../traits/computed-traits.ts";
import { anyOf, atLeast, did, didNot, mapRoles, orAny, type Roles } from "./template-conditions.ts";

/** What a class of a template is for. */
export const CLASS_TEMPLATE_KINDS = ["shop", "community"] as const;
export type ClassTemplateKind = (typeof CLASS_TEMPLATE_KINDS)[number];
export type TemplateLanguage = "zh" | "en";

export type TemplateValue = { readonly value: string; readonly name: string; readonly condition: PersonCondition | null };
export type ClassTemplate = { readonly key: string; readonly name: string; readonly values: readonly TemplateValue[] };

/** Days after which somebody who does nothing is dormant, and lost. */
const QUIET: Readonly<Record<ClassTemplateKind, { readonly dormant: number; readonly lost: number }>> = {
  shop: { dormant: 30, lost: 90 },
  community: { dormant: 14, lost: 45 },
};
/** A month, as the handbook's thresholds of activity mean it. */
const MONTH_DAYS = 30;
const YEAR_DAYS = 365;
/** How far back somebody is known to have been there before they came back. */
const KNOWN_DAYS = 3_660;

/** The lifecycle and the value layers as the handbook has them, made of what events mean in the workspace. */
export function classTemplates(kind: ClassTemplateKind, business: BusinessEvents, language: TemplateLanguage): readonly ClassTemplate[] {
  const events = mapRoles(business);
  const named = (value: string, condition: PersonCondition | null): TemplateValue => ({
    value,
    name: NAMES[value]?.[language] ?? value,
    condition,
  });
  return [
    {
      key: LIFECYCLE_KEY,
      name: language === "zh" ? "生命周期阶段" : "Lifecycle stage",
      values: lifecycle(kind, events).map(([value, condition]) => named(value, condition)),
    },
    {
      key: VALUE_LAYER_KEY,
      name: language === "zh" ? "价值分层" : "Value layer",
      values: valueLayers(kind, events).map(([value, condition]) => named(value, condition)),
    },
  ];
}

const NAMES: Readonly<Record<string, Readonly<Record<TemplateLanguage, string>>>> = {
  new: { zh: "新用户", en: "New" },
  activated: { zh: "已激活", en: "Activated" },
  active: { zh: "活跃", en: "Active" },
  dormant: { zh: "沉睡", en: "Dormant" },
  lost: { zh: "流失", en: "Lost" },
  returned: { zh: "回流", en: "Returned" },
  high: { zh: "高价值", en: "High value" },
  potential: { zh: "潜力", en: "Potential" },
  low: { zh: "低价值", en: "Low value" },
};

type Drawn = readonly [value: string, condition: PersonCondition | null];

function lifecycle(kind: ClassTemplateKind, { use, login, order, comment, activation }: Roles): readonly Drawn[] {
  const { dormant, lost } = QUIET[kind];
  const used = orAny([...use, ...login]);
  const here = did(used, { days: dormant });
  const busy = kind === "shop" ? did(order, { days: MONTH_DAYS }) : did(comment, { days: MONTH_DAYS });
  return [
    [
      "returned",
      {
        all: [
          here,
          didNot(used, { daysAgo: [dormant, lost - 1] }),
          anyOf(used.map((each) => ({ did: each, first: { daysAgo: [lost, KNOWN_DAYS] } }))),
        ],
      },
    ],
    ["active", { all: [here, { any: [atLeast(login, 3, { days: MONTH_DAYS }), busy] }] }],
    ["activated", { all: [here, did(activation)] }],
    ["new", here],
    ["dormant", did(used, { days: lost })],
    ["lost", did(used)],
  ];
}

function valueLayers(kind: ClassTemplateKind, { order, comment, use, login }: Roles): readonly Drawn[] {
  const [acts, high, potential] = kind === "shop" ? ([order, 6, 2] as const) : ([comment, 15, 3] as const);
  const window = { days: kind === "shop" ? YEAR_DAYS : 3 * MONTH_DAYS };
  return [
    ["high", atLeast(acts, high, window)],
    ["potential", atLeast(acts, potential, window)],
    ["low", did(kind === "shop" ? order : orAny([...use, ...login]))],
  ];
}
