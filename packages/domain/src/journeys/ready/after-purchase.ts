import { day, exit, message, OFFERING, onEvent, pause, type ReadyJourney } from "./ready-journey.ts";

/** After an order. */
export const AFTER_PURCHASE: readonly ReadyJourney[] = [
  {
    key: "post_purchase_survey",
    name: { zh: "购后问卷", en: "Post-purchase survey" },
    description: {
      zh: "下单 3 天后问一次满意吗，退款的不问，同一个人 30 天最多问一次",
      en: "Asks once, 3 days after an order, whether they are content; not after a refund, and nobody twice within 30 days",
    },
    templates: ["survey_mail"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: onEvent("Order Completed"),
      reentry: { kind: "afterDays", days: 30 },
      exits: [{ on: { event: "Order Refunded" } }],
      goal: { on: { event: "Product Reviewed" }, withinDays: 14, leaves: false },
      start: "arrive",
      nodes: [
        pause("arrive", day(3), "evening"),
        { id: "evening", name: "", kind: "wait", until: { kind: "optimalHour", usual: "20:00" }, outs: { next: "ask" } },
        message(drawing, { id: "ask", key: "survey_mail", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
  {
    key: "review_request",
    name: { zh: "邀请评价", en: "Review request" },
    description: {
      zh: "用了两周后请人写评价，一周没写再发一条短信；写了的打上「评价人」标签，60 天最多请一次",
      en: "Asks for a review after two weeks of use, and once more by text a week later. Whoever writes one is tagged; nobody is asked twice within 60 days",
    },
    templates: ["review_mail", "review_sms"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: onEvent("Order Completed"),
      reentry: { kind: "afterDays", days: 60 },
      exits: [{ on: { event: "Order Refunded" } }],
      goal: { on: { event: "Product Reviewed" }, withinDays: 30, leaves: false },
      start: "use",
      nodes: [
        pause("use", day(14), "ask"),
        message(drawing, { id: "ask", key: "review_mail", next: "review" }),
        {
          id: "review",
          name: drawing.say({ zh: "等评价", en: "Wait for the review" }),
          kind: "events",
          arms: [{ key: "reviewed", name: drawing.say({ zh: "写了", en: "Written" }), on: { event: "Product Reviewed" } }],
          timeout: day(7),
          outs: { reviewed: "thank", timeout: "again" },
        },
        {
          id: "thank",
          name: drawing.say({ zh: "记为评价人", en: "Tag as a reviewer" }),
          kind: "tag",
          add: [drawing.say({ zh: "评价人", en: "reviewer" })],
          remove: [],
          outs: { next: "end" },
        },
        message(drawing, { id: "again", key: "review_sms", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
];
