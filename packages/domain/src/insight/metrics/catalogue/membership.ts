import type { MetricDefinition } from "../metric.ts";
import {
  did,
  events,
  eventsParameter,
  measured,
  numberParameter,
  param,
  people,
  propertyParameter,
  ratio,
  role,
  USERS_AT_END,
} from "../parts.ts";

const EARNED = eventsParameter("earned", { zh: "发放积分的事件", en: "events of points issued" }, ["Points Earned"]);
const REDEEMED = eventsParameter("redeemed", { zh: "使用积分的事件", en: "events of points redeemed" }, ["Points Redeemed"]);
const POINTS = propertyParameter("points", { zh: "积分属性", en: "property with the points" }, "points");
const PURCHASES = numberParameter("purchases", { zh: "购买次数", en: "purchases" }, [2, 1, 1_000]);
const ACTIVE_MEMBERS = people(did("order", { calendar: "month" }, param("purchases")));
const issued = measured("earned", { kind: "sum", property: param("points") });
const redeemed = measured("redeemed", { kind: "sum", property: param("points") });

export const MEMBERSHIP: readonly MetricDefinition[] = [
  {
    id: "active_members",
    version: 1,
    group: "membership",
    name: { zh: "活跃会员数", en: "Active members" },
    formula: {
      zh: "时段末所在自然月内购买 ≥ 2 次的人数，计到时段末",
      en: "People with ≥ 2 purchases in the calendar month in which the interval ends, up to its end",
    },
    unit: "people",
    better: "up",
    parameters: [role("order"), PURCHASES],
    expression: ACTIVE_MEMBERS,
    needs: ["order"],
  },
  {
    id: "active_member_rate",
    version: 1,
    group: "membership",
    name: { zh: "活跃会员占比", en: "Share of active members" },
    formula: { zh: "活跃会员数 ÷ 本期末用户总数 × 100%", en: "Active members ÷ all users at the end of the interval × 100 %" },
    unit: "share",
    better: "up",
    parameters: [role("order"), role("user"), PURCHASES],
    expression: ratio(ACTIVE_MEMBERS, USERS_AT_END),
    needs: ["order"],
  },
  {
    id: "points_issued",
    version: 1,
    group: "membership",
    name: { zh: "发放积分", en: "Points issued" },
    formula: { zh: "发放积分事件的积分之和", en: "Sum of the points of earning events" },
    unit: "points",
    better: "neutral",
    parameters: [EARNED, POINTS],
    expression: issued,
    needs: ["earned"],
  },
  {
    id: "points_redeemed",
    version: 1,
    group: "membership",
    name: { zh: "使用积分", en: "Points redeemed" },
    formula: { zh: "使用积分事件的积分之和", en: "Sum of the points of redeeming events" },
    unit: "points",
    better: "up",
    parameters: [REDEEMED, POINTS],
    expression: redeemed,
    needs: ["redeemed"],
  },
  {
    id: "points_redemption_rate",
    version: 1,
    group: "membership",
    name: { zh: "积分使用率", en: "Points redemption rate" },
    formula: { zh: "本期使用积分 ÷ 本期发放积分 × 100%", en: "Points redeemed ÷ points issued in the interval × 100 %" },
    unit: "share",
    better: "up",
    parameters: [EARNED, REDEEMED, POINTS],
    expression: ratio(redeemed, issued),
    needs: ["earned"],
  },
  {
    id: "tier_upgrades",
    version: 1,
    group: "membership",
    name: { zh: "等级升级次数", en: "Tier upgrades" },
    formula: { zh: "等级变更事件中方向为升级的次数", en: "Number of tier changes whose direction is up" },
    unit: "count",
    better: "up",
    parameters: [
      {
        name: "upgraded",
        label: { zh: "升级事件", en: "events of an upgrade" },
        kind: "events",
        default: { events: [{ event: "Tier Changed", where: { property: "direction", is: ["up"] } }] },
      },
    ],
    expression: events("upgraded"),
    needs: ["upgraded"],
  },
  {
    id: "coupon_order_share",
    version: 1,
    group: "membership",
    name: { zh: "用券订单占比", en: "Share of orders with a coupon" },
    formula: { zh: "使用优惠券的订单数 ÷ 订单数 × 100%", en: "Orders with a coupon ÷ orders × 100 %" },
    unit: "share",
    better: "neutral",
    parameters: [
      role("order"),
      {
        name: "with_coupon",
        label: { zh: "用券的下单事件", en: "order events with a coupon" },
        kind: "events",
        default: { events: [{ event: "Order Completed", where: { property: "coupon", isSet: true } }] },
      },
    ],
    expression: ratio(events("with_coupon"), events("order")),
    needs: ["order"],
  },
  {
    id: "benefit_execution_rate",
    version: 1,
    group: "membership",
    name: { zh: "权益执行率", en: "Benefit execution rate" },
    formula: {
      zh: "本期应发的权益中已兑现的 ÷ 本期应发的权益 × 100%（按权益编号对应）",
      en: "Of the benefits due in the interval, those delivered ÷ benefits due × 100 % (told apart by their id)",
    },
    unit: "share",
    better: "up",
    parameters: [
      eventsParameter("due", { zh: "权益应发事件", en: "events of a benefit due" }, ["Benefit Due"]),
      eventsParameter("delivered", { zh: "权益兑现事件", en: "events of a benefit delivered" }, ["Benefit Delivered"]),
      propertyParameter("benefit", { zh: "权益编号属性", en: "property with the id of the benefit" }, "benefit_id"),
    ],
    expression: ratio(
      { atom: { kind: "cases", start: param("due"), end: param("delivered"), key: param("benefit"), tell: "ended", withinMinutes: 0 } },
      { atom: { kind: "cases", start: param("due"), end: param("delivered"), key: param("benefit"), tell: "started", withinMinutes: 0 } },
    ),
    needs: ["due"],
  },
];
