import type { MetricDefinition, MetricDirection } from "../metric.ts";
import { doers, events, eventsParameter, ratio } from "../parts.ts";

const SENT = eventsParameter("sent", { zh: "消息发送事件", en: "events of a message sent" }, ["Message Sent"]);
const DELIVERED = eventsParameter("delivered", { zh: "消息送达事件", en: "events of a message delivered" }, ["Message Delivered"]);
const FAILED = eventsParameter("failed", { zh: "消息失败事件", en: "events of a message that failed" }, ["Message Failed"]);
const OPENED = eventsParameter("opened", { zh: "消息打开事件", en: "events of a message opened" }, ["Message Opened"]);
const CLICKED = eventsParameter("clicked", { zh: "消息点击事件", en: "events of a message clicked" }, ["Message Clicked"]);
const GIVEN = eventsParameter("given", { zh: "授权事件", en: "events of a consent given" }, ["Consent Given"]);
const WITHDRAWN = eventsParameter("withdrawn", { zh: "撤回授权事件", en: "events of a consent withdrawn" }, ["Consent Withdrawn"]);

type Rate = {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly of: typeof SENT;
  readonly per: typeof SENT;
  readonly better: MetricDirection;
  readonly formula: MetricDefinition["formula"];
};

function rate({ id, zh, en, of, per, better, formula }: Rate): MetricDefinition {
  return {
    id,
    version: 1,
    group: "touch",
    name: { zh, en },
    formula,
    unit: "share",
    better,
    parameters: [of, per],
    expression: ratio(events(of.name), events(per.name)),
    needs: [per.name],
  };
}

export const TOUCH: readonly MetricDefinition[] = [
  {
    id: "messages_sent",
    version: 1,
    group: "touch",
    name: { zh: "消息发送数", en: "Messages sent" },
    formula: { zh: "消息发送事件的次数", en: "Number of messages sent" },
    unit: "count",
    better: "neutral",
    parameters: [SENT],
    expression: events("sent"),
    needs: ["sent"],
  },
  {
    id: "messages_delivered",
    version: 1,
    group: "touch",
    name: { zh: "消息送达数", en: "Messages delivered" },
    formula: { zh: "消息送达事件的次数", en: "Number of messages delivered" },
    unit: "count",
    better: "up",
    parameters: [DELIVERED],
    expression: events("delivered"),
    needs: ["delivered"],
  },
  {
    id: "people_reached",
    version: 1,
    group: "touch",
    name: { zh: "触达人数", en: "People reached" },
    formula: { zh: "本期有消息送达的去重人数", en: "Distinct people to whom a message was delivered in the interval" },
    unit: "people",
    better: "up",
    parameters: [DELIVERED],
    expression: doers("delivered"),
    needs: ["delivered"],
  },
  rate({
    id: "delivery_rate",
    zh: "消息送达率",
    en: "Delivery rate",
    of: DELIVERED,
    per: SENT,
    better: "up",
    formula: { zh: "送达数 ÷ 发送数 × 100%", en: "Messages delivered ÷ messages sent × 100 %" },
  }),
  rate({
    id: "message_failure_rate",
    zh: "消息失败率",
    en: "Failure rate of messages",
    of: FAILED,
    per: SENT,
    better: "down",
    formula: { zh: "失败数 ÷ 发送数 × 100%", en: "Messages that failed ÷ messages sent × 100 %" },
  }),
  rate({
    id: "open_rate",
    zh: "消息打开率",
    en: "Open rate",
    of: OPENED,
    per: DELIVERED,
    better: "up",
    formula: { zh: "打开数 ÷ 送达数 × 100%", en: "Messages opened ÷ messages delivered × 100 %" },
  }),
  rate({
    id: "click_rate",
    zh: "消息点击率",
    en: "Click rate",
    of: CLICKED,
    per: DELIVERED,
    better: "up",
    formula: { zh: "点击数 ÷ 送达数 × 100%", en: "Messages clicked ÷ messages delivered × 100 %" },
  }),
  {
    id: "consents_given",
    version: 1,
    group: "touch",
    name: { zh: "授权人数", en: "People who agreed" },
    formula: { zh: "本期给予授权的去重人数", en: "Distinct people who gave a consent in the interval" },
    unit: "people",
    better: "up",
    parameters: [GIVEN],
    expression: doers("given"),
    needs: ["given"],
  },
  {
    id: "consents_withdrawn",
    version: 1,
    group: "touch",
    name: { zh: "撤回授权人数", en: "People who took consent back" },
    formula: { zh: "本期撤回授权的去重人数", en: "Distinct people who withdrew a consent in the interval" },
    unit: "people",
    better: "down",
    parameters: [WITHDRAWN],
    expression: doers("withdrawn"),
    needs: ["withdrawn"],
  },
];
