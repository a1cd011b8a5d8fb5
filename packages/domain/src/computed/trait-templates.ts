import type { EventSelector } from "../conditions/condition.ts";
import { readEventCondition } from "../conditions/read-condition.ts";
import { REFERRAL_BOUND, REFERRAL_BROUGHT, REFERRAL_CREDITED } from "../event/referral-events.ts";
import type { InBothLanguages } from "../in-both-languages.ts";
import type { BusinessEvents } from "../insight/metrics/business-events.ts";
import type { TraitDefinition, TraitSource } from "./definition.ts";
import type { TraitUnit } from "./trait-unit.ts";

export type TraitTemplate = {
  readonly key: string;
  readonly name: InBothLanguages;
  readonly unit: TraitUnit;
  readonly definition: TraitDefinition;
};

/** Usual traits, made of what events mean in the workspace; of several events that mean the same the first. */
export function traitTemplates({ order, refund }: Pick<BusinessEvents, "order" | "refund">): readonly TraitTemplate[] {
  const [ordered, refunded] = [sourceOf(order, "Order Completed"), sourceOf(refund, "Order Refunded")];
  return [
    {
      key: "total_paid",
      name: { zh: "累计消费", en: "Total paid" },
      unit: "money",
      definition: { kind: "sum", of: ordered, property: "revenue" },
    },
    { key: "last_order_at", name: { zh: "最近下单时间", en: "Last order" }, unit: "none", definition: { kind: "last_time", of: ordered } },
    {
      key: "favourite_category",
      name: { zh: "最常看的品类", en: "Favourite category" },
      unit: "none",
      definition: { kind: "most_frequent", of: { event: "Product Viewed" }, value: { property: "category" } },
    },
    {
      key: "first_source",
      name: { zh: "首次来源", en: "First source" },
      unit: "none",
      definition: { kind: "first_value", of: { event: null }, value: { column: "utmSource" }, as: "text" },
    },
    {
      key: "orders_90_days",
      name: { zh: "近 90 天订单数", en: "Orders in 90 days" },
      unit: "times",
      definition: { kind: "count", of: ordered, within: { days: 90 } },
    },
    {
      key: "refund_ratio",
      name: { zh: "退款订单占比", en: "Refund ratio" },
      unit: "percent",
      definition: { kind: "ratio", part: { kind: "count", of: refunded }, whole: { kind: "count", of: ordered } },
    },
    {
      key: "people_brought",
      name: { zh: "带来的人数", en: "People brought" },
      unit: "none",
      definition: { kind: "count", of: { event: REFERRAL_BROUGHT } },
    },
    {
      key: "converted_brought",
      name: { zh: "带来并转化的人数", en: "People brought who converted" },
      unit: "none",
      definition: { kind: "count", of: { event: REFERRAL_CREDITED, where: { property: "level", is: [1] } } },
    },
    {
      key: "came_by_code",
      name: { zh: "被哪个邀请码带来", en: "Came by code" },
      unit: "none",
      definition: { kind: "first_value", of: { event: REFERRAL_BOUND }, value: { property: "code" }, as: "text" },
    },
  ];
}

/** One that also says whose event it is goes by its name. */
function sourceOf(selectors: readonly EventSelector[], otherwise: string): TraitSource {
  const [first = { event: otherwise }] = selectors;
  const where = first.where === undefined ? undefined : readEventCondition(first.where, "");
  return where?.ok === true ? { event: first.event, where: where.value } : { event: first.event };
}
