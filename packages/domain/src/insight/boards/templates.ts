import type { EventSelector } from "../../conditions/condition.ts";
import { writtenObject, type JsonObject } from "../../json.ts";
import type { BusinessEvents } from "../metrics/business-events.ts";
import { GRID_COLUMNS, type Tile, type TileContent } from "./tile.ts";

/** Dashboards that can be had ready-made, by what an operator looks after. */
export const DASHBOARD_TEMPLATES = ["growth", "retention", "revenue", "membership", "service"] as const;
export type DashboardTemplate = (typeof DASHBOARD_TEMPLATES)[number];
export type TemplateLanguage = "zh-CN" | "en";

/** Which of a workspace's events mean what, for the questions of templates. */
export type TemplateEvents = Readonly<Record<"registration" | "order" | "view" | "cart" | "checkout", EventSelector>>;

/** Steps on the way to an order that business events do not tell of, by the names that are usual, the likeliest first. */
const USUAL = {
  view: ["Product Viewed", "Page Viewed", "$pageview"],
  cart: ["Product Added"],
  checkout: ["Checkout Started"],
} as const;

/** Every name by which `templateEvents` goes. */
export const NAMES_OF_TEMPLATES: readonly string[] = Object.values(USUAL).flat();

/**
 * What counts as registration and order in the workspace, with its conditions; of several events, which a step of a question cannot hold, the first. The other
 * steps are the usual names that occur; where none does, the likeliest stands for what may still come.
 */
export function templateEvents(known: ReadonlySet<string>, business: Pick<BusinessEvents, "registration" | "order">): TemplateEvents {
  const counted = (role: "registration" | "order"): EventSelector => business[role][0] ?? { event: null };
  const usual = (names: readonly [string, ...string[]]): EventSelector => ({ event: names.find((name) => known.has(name)) ?? names[0] });
  return {
    registration: counted("registration"),
    order: counted("order"),
    view: usual(USUAL.view),
    cart: usual(USUAL.cart),
    checkout: usual(USUAL.checkout),
  };
}

type Words = { readonly zh: string; readonly en: string };
type Row =
  | { readonly heading: Words }
  | { readonly figures: readonly string[] }
  | {
      readonly charts: readonly (
        { readonly metric: string } | { readonly title: Words; readonly kind: string; readonly query: JsonObject }
      )[];
    };

const MONTH: JsonObject = { last: 30, unit: "day" };
const anyEvent: JsonObject = { event: null };
const at = (selector: EventSelector): JsonObject => writtenObject(selector);
const counted = (event: EventSelector, by?: JsonObject): JsonObject => ({
  period: MONTH,
  interval: "day",
  series: [{ event: at(event), measure: { kind: "people" } }],
  ...(by === undefined ? {} : { breakdown: { by, top: 6 } }),
});

/** What stands on each template, row by row. */
function rowsOf(template: DashboardTemplate, events: TemplateEvents): readonly Row[] {
  switch (template) {
    case "growth":
      return growth(events);
    case "retention":
      return retention(events);
    case "revenue":
      return revenue(events);
    case "membership":
      return membership(events);
    case "service":
      return service();
  }
}

function growth({ registration, view, cart, order }: TemplateEvents): readonly Row[] {
  return [
    { figures: ["registrations", "activated", "activation_rate", "user_growth_rate"] },
    {
      charts: [
        { metric: "registrations" },
        {
          title: { zh: "各渠道注册人数", en: "Registrations by channel" },
          kind: "trends",
          query: counted(registration, { column: "channel" }),
        },
      ],
    },
    { figures: ["first_purchase_rate", "channel_conversion", "registration_cost", "invitations_accepted"] },
    {
      charts: [
        {
          title: { zh: "从注册到首单", en: "From registration to first order" },
          kind: "funnel",
          query: { period: MONTH, steps: [registration, view, cart, order].map(at), window: { value: 30, unit: "day" } },
        },
      ],
    },
  ];
}

function retention({ registration }: TemplateEvents): readonly Row[] {
  return [
    { figures: ["dau", "wau", "mau", "stickiness"] },
    {
      charts: [
        { metric: "dau" },
        {
          title: { zh: "用户构成", en: "New, returning, resurrected, dormant" },
          kind: "lifecycle",
          query: { period: { last: 12, unit: "week" }, interval: "week", event: anyEvent },
        },
      ],
    },
    { figures: ["churn_rate", "kept_rate", "average_time_active", "resurrected_people"] },
    {
      charts: [
        {
          title: { zh: "注册后第 N 日留存（恰好当日）", en: "Retention by day after registration (exact day)" },
          kind: "retention",
          query: { period: { last: 14, unit: "day" }, interval: "day", start: at(registration), return: anyEvent, follow: 14 },
        },
      ],
    },
  ];
}

function revenue({ view, cart, checkout, order }: TemplateEvents): readonly Row[] {
  return [
    { figures: ["net_revenue", "orders", "buyers", "average_order_value"] },
    {
      charts: [
        { metric: "net_revenue" },
        { title: { zh: "各渠道下单人数", en: "Buyers by channel" }, kind: "trends", query: counted(order, { column: "channel" }) },
      ],
    },
    { figures: ["pay_rate", "repurchase_rate", "arppu", "refund_rate"] },
    {
      charts: [
        {
          title: { zh: "从浏览到下单", en: "From view to order" },
          kind: "funnel",
          query: { period: MONTH, steps: [view, cart, checkout, order].map(at), window: { value: 7, unit: "day" } },
        },
        {
          title: { zh: "每人下单次数", en: "Orders per buyer" },
          kind: "distribution",
          query: { period: { last: 90, unit: "day" }, event: at(order), measure: { kind: "count" } },
        },
      ],
    },
  ];
}

function membership({ order }: TemplateEvents): readonly Row[] {
  return [
    { figures: ["active_members", "active_member_rate", "highly_active_users", "repurchase_rate"] },
    {
      charts: [
        { metric: "active_members" },
        {
          title: { zh: "首单后各月复购", en: "Repurchase by month after the first order" },
          kind: "retention",
          query: { period: { last: 6, unit: "month" }, interval: "month", start: at(order), return: at(order) },
        },
      ],
    },
    { heading: { zh: "积分与权益", en: "Points and benefits" } },
    { figures: ["points_issued", "points_redeemed", "points_redemption_rate", "benefit_execution_rate"] },
    { figures: ["tier_upgrades", "coupon_order_share", "returning_customer_rate", "ltv_observed"] },
  ];
}

function service(): readonly Row[] {
  return [
    { figures: ["tickets", "first_response_time", "resolution_rate", "satisfaction"] },
    {
      charts: [
        { metric: "first_response_time" },
        {
          title: { zh: "工单：提出与解决", en: "Tickets raised and solved" },
          kind: "trends",
          query: {
            period: MONTH,
            interval: "day",
            series: ["Ticket Created", "Ticket Resolved"].map((event) => ({ event: { event }, measure: { kind: "events" } })),
          },
        },
      ],
    },
    { figures: ["first_response_in_time", "resolution_time", "complaints_in_time", "satisfied_share"] },
  ];
}

const FIGURE_ROWS = 3;
const CHART_ROWS = 8;
const HEADING_ROWS = 1;

/** The tiles of a template, in the words of a language. */
export function tilesOfTemplate(template: DashboardTemplate, events: TemplateEvents, language: TemplateLanguage): readonly Tile[] {
  const words = ({ zh, en }: Words): string => (language === "en" ? en : zh);
  const tiles: Tile[] = [];
  let y = 0;
  const lay = (row: readonly { readonly title: string; readonly content: TileContent }[], h: number): void => {
    const w = Math.floor(GRID_COLUMNS / row.length);
    for (const [index, tile] of row.entries()) tiles.push({ id: `t${tiles.length + 1}`, place: { x: index * w, y, w, h }, ...tile });
    y += h;
  };
  for (const row of rowsOf(template, events)) {
    if ("heading" in row) lay([{ title: "", content: { kind: "heading", text: words(row.heading) } }], HEADING_ROWS);
    else if ("figures" in row)
      lay(
        row.figures.map((metric) => ({ title: "", content: { kind: "metric", metric, as: "figure" } as const })),
        FIGURE_ROWS,
      );
    else
      lay(
        row.charts.map((chart) =>
          "metric" in chart
            ? { title: "", content: { kind: "metric", metric: chart.metric, as: "line" } as const }
            : {
                title: words(chart.title),
                content: { kind: "question", ask: { kind: chart.kind, query: chart.query }, display: {} } as const,
              },
        ),
        CHART_ROWS,
      );
  }
  return tiles;
}
