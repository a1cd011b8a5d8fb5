import type { MetricDefinition } from "../metric.ts";
import { events, eventsParameter, measured, numberParameter, param, propertyParameter, ratio, type Defined } from "../parts.ts";

const CREATED = eventsParameter("created", { zh: "咨询或工单创建事件", en: "events of an enquiry or ticket" }, ["Ticket Created"]);
const REPLIED = eventsParameter("replied", { zh: "客服回复事件", en: "events of a reply" }, ["Ticket Replied"]);
const SOLVED = {
  name: "solved",
  label: { zh: "问题解决事件", en: "events of a solution" },
  kind: "events",
  default: { events: [{ event: "Ticket Resolved", where: { property: "solved", isNot: [false] } }] },
} as const;
const COMPLAINT = {
  name: "complaint",
  label: { zh: "投诉创建事件", en: "events of a complaint" },
  kind: "events",
  default: { events: [{ event: "Ticket Created", where: { property: "category", is: ["complaint"] } }] },
} as const;
const RATED = eventsParameter("rated", { zh: "评价事件", en: "events of a rating" }, ["Ticket Rated", "Survey Answered"]);
const KEY = propertyParameter("ticket", { zh: "工单编号属性", en: "property with the id of the ticket" }, "ticket_id");
const SCORE = propertyParameter("score", { zh: "评分属性", en: "property with the score" }, "score");
const minutes = (value: number) => numberParameter("minutes", { zh: "时限（分钟）", en: "limit in minutes" }, [value, 1, 100_000]);

type Tell = "started" | "ended" | "ended_within" | "seconds";
function cases(start: string, end: string, tell: Tell): Defined {
  return {
    atom: {
      kind: "cases",
      start: param(start),
      end: param(end),
      key: param("ticket"),
      tell,
      withinMinutes: tell === "ended_within" ? param("minutes") : 0,
    },
  };
}

export const SERVICE: readonly MetricDefinition[] = [
  {
    id: "tickets",
    version: 1,
    group: "service",
    name: { zh: "工单数", en: "Tickets" },
    formula: { zh: "咨询或工单创建事件的次数", en: "Number of enquiries and tickets opened" },
    unit: "count",
    better: "neutral",
    parameters: [CREATED],
    expression: events("created"),
    needs: ["created"],
  },
  {
    id: "first_response_time",
    version: 1,
    group: "service",
    name: { zh: "客服首次响应时间", en: "First-response time" },
    formula: {
      zh: "平均（首次回复时间 − 咨询时间），按咨询所在时段、工单编号对应；未回复的不计",
      en: "Mean of (first reply − enquiry) by ticket, in the interval of the enquiry; those without a reply do not count",
    },
    unit: "seconds",
    better: "down",
    parameters: [CREATED, REPLIED, KEY],
    expression: ratio(cases("created", "replied", "seconds"), cases("created", "replied", "ended")),
    needs: ["created", "replied"],
  },
  {
    id: "first_response_in_time",
    version: 1,
    group: "service",
    name: { zh: "首次响应及时率", en: "First response in time" },
    formula: {
      zh: "在时限（默认 30 分钟）内首次回复的工单 ÷ 本期工单 × 100%",
      en: "Tickets first answered within the limit (30 minutes by default) ÷ tickets of the interval × 100 %",
    },
    unit: "share",
    better: "up",
    parameters: [CREATED, REPLIED, KEY, minutes(30)],
    expression: ratio(cases("created", "replied", "ended_within"), cases("created", "replied", "started")),
    needs: ["created", "replied"],
  },
  {
    id: "resolution_rate",
    version: 1,
    group: "service",
    name: { zh: "问题解决率", en: "Resolution rate" },
    formula: {
      zh: "本期工单中已解决的 ÷ 本期工单 × 100%（按工单编号对应；近期仍会上升）",
      en: "Of the tickets of the interval, those solved by now ÷ tickets × 100 % (told apart by their id; may still grow)",
    },
    unit: "share",
    better: "up",
    parameters: [CREATED, SOLVED, KEY],
    expression: ratio(cases("created", "solved", "ended"), cases("created", "solved", "started")),
    needs: ["created", "solved"],
  },
  {
    id: "resolution_time",
    version: 1,
    group: "service",
    name: { zh: "问题解决时长", en: "Time to resolution" },
    formula: {
      zh: "平均（解决时间 − 咨询时间），按工单编号对应；未解决的不计",
      en: "Mean of (solution − enquiry) by ticket; those not solved do not count",
    },
    unit: "seconds",
    better: "down",
    parameters: [CREATED, SOLVED, KEY],
    expression: ratio(cases("created", "solved", "seconds"), cases("created", "solved", "ended")),
    needs: ["created", "solved"],
  },
  {
    id: "complaints_in_time",
    version: 1,
    group: "service",
    name: { zh: "投诉及时处理率", en: "Complaints handled in time" },
    formula: {
      zh: "在时限（默认 24 小时）内解决的投诉 ÷ 本期投诉 × 100%",
      en: "Complaints solved within the limit (24 hours by default) ÷ complaints of the interval × 100 %",
    },
    unit: "share",
    better: "up",
    parameters: [COMPLAINT, SOLVED, KEY, minutes(1_440)],
    expression: ratio(cases("complaint", "solved", "ended_within"), cases("complaint", "solved", "started")),
    needs: ["complaint", "solved"],
  },
  {
    id: "satisfaction",
    version: 1,
    group: "service",
    name: { zh: "满意度（平均分）", en: "Satisfaction (mean score)" },
    formula: { zh: "本期评价分数的平均", en: "Mean of the scores of the interval" },
    unit: "number",
    better: "up",
    parameters: [RATED, SCORE],
    expression: measured("rated", { kind: "average", property: param("score") }),
    needs: ["rated"],
  },
  {
    id: "satisfied_share",
    version: 1,
    group: "service",
    name: { zh: "满意率（CSAT）", en: "Satisfied share (CSAT)" },
    formula: { zh: "评分 ≥ 4 的评价 ÷ 全部评价 × 100%", en: "Ratings of 4 or more ÷ ratings × 100 %" },
    unit: "share",
    better: "up",
    parameters: [
      RATED,
      {
        name: "satisfied",
        label: { zh: "满意的评价事件", en: "events of a good rating" },
        kind: "events",
        default: {
          events: ["Ticket Rated", "Survey Answered"].map((event) => ({ event, where: { property: "score", gte: 4 } })),
        },
      },
    ],
    expression: ratio(events("satisfied"), events("rated")),
    needs: ["rated"],
  },
];
