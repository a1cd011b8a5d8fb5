import type { EventSelector } from "../../conditions/condition.ts";
import type { Measure } from "../trends/trends-plan.ts";
import type { ReportKind } from "./report-period.ts";
import type { BothLanguages, FigureDirection, FigureUnit } from "./report.ts";

/** How a figure of a report is asked for: a line of trends. */
export type FigureAsk = {
  readonly series: readonly { readonly event: EventSelector; readonly measure: Measure }[];
  /** Over the series by their letters; without it the only series is the figure. */
  readonly formula?: string;
};
export type FigureDefinition = {
  readonly id: string;
  readonly name: BothLanguages;
  readonly unit: FigureUnit;
  readonly better: FigureDirection;
  readonly ask: FigureAsk;
  /** Columns by which a change of it is explained; only for figures that add up over values. */
  readonly explainedBy: readonly ("channel" | "utmSource" | "utmCampaign" | "deviceType")[];
};

const ORDER: EventSelector = { event: "Order Completed" };
const count = (event: EventSelector): FigureAsk => ({ series: [{ event, measure: { kind: "events" } }] });
const people = (event: EventSelector): FigureAsk => ({ series: [{ event, measure: { kind: "people" } }] });
const REVENUE = { event: ORDER, measure: { kind: "sum", property: "revenue" } } as const;

/** The figures reports are made of, in the order in which they are told. */
export const REPORT_FIGURES: readonly FigureDefinition[] = [
  {
    id: "active_people",
    name: { zh: "活跃用户", en: "Active people" },
    unit: "people",
    better: "up",
    ask: people({ event: null }),
    explainedBy: [],
  },
  {
    id: "registrations",
    name: { zh: "新注册", en: "Registrations" },
    unit: "people",
    better: "up",
    ask: people({ event: "Signed Up" }),
    explainedBy: ["channel", "utmSource"],
  },
  {
    id: "orders",
    name: { zh: "订单", en: "Orders" },
    unit: "count",
    better: "up",
    ask: count(ORDER),
    explainedBy: ["channel", "utmCampaign"],
  },
  {
    id: "total_paid",
    name: { zh: "订单金额", en: "Order value" },
    unit: "money",
    better: "up",
    ask: { series: [REVENUE] },
    explainedBy: ["channel", "utmCampaign"],
  },
  {
    id: "refunds",
    name: { zh: "退款", en: "Refunds" },
    unit: "count",
    better: "down",
    ask: count({ event: "Order Refunded" }),
    explainedBy: ["channel"],
  },
  {
    id: "buyers",
    name: { zh: "付费用户", en: "Buyers" },
    unit: "people",
    better: "up",
    ask: people(ORDER),
    explainedBy: [],
  },
  {
    id: "pay_rate",
    name: { zh: "付费率", en: "Pay rate" },
    unit: "share",
    better: "up",
    ask: {
      series: [
        { event: ORDER, measure: { kind: "people" } },
        { event: { event: null }, measure: { kind: "people" } },
      ],
      formula: "A / B",
    },
    explainedBy: [],
  },
  {
    id: "average_order_value",
    name: { zh: "客单价", en: "Average order value" },
    unit: "money",
    better: "up",
    ask: { series: [REVENUE, { event: ORDER, measure: { kind: "events" } }], formula: "A / B" },
    explainedBy: [],
  },
];

const DAILY: readonly string[] = ["active_people", "registrations", "orders", "total_paid"];
const FULL: readonly string[] = REPORT_FIGURES.map(({ id }) => id);

/** What each kind of report holds: a day the pulse, longer periods everything. */
export function figuresOf(kind: ReportKind): readonly FigureDefinition[] {
  const ids = kind === "daily" ? DAILY : FULL;
  return REPORT_FIGURES.filter(({ id }) => ids.includes(id));
}
