import { day, exit, hour, message, OFFERING, onEvent, ORDERED, pause, toOrder, type ReadyJourney } from "./ready-journey.ts";

/** From the registration to the first order. */
export const NEWCOMERS: readonly ReadyJourney[] = [
  {
    key: "welcome_series",
    name: { zh: "新客欢迎", en: "Welcome series" },
    description: {
      zh: "注册后先欢迎，3 天后看过商品的给首购引导，没看过的发一条短信；14 天内下单就离开",
      en: "Welcomes people who register; after 3 days whoever looked at products gets a reason to order, the others a text. An order within 14 days ends it",
    },
    templates: ["welcome_mail", "first_purchase_mail", "welcome_sms"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: onEvent("Signed Up", "once"),
      goal: toOrder(14),
      start: "welcome",
      nodes: [
        message(drawing, { id: "welcome", key: "welcome_mail", next: "settle" }),
        pause("settle", day(3), "looked"),
        {
          id: "looked",
          name: drawing.say({ zh: "看过商品吗", en: "Looked at products?" }),
          kind: "branch",
          arms: [
            {
              key: "yes",
              name: drawing.say({ zh: "看过", en: "Looked" }),
              condition: { did: { event: "Product Viewed" }, within: { days: 7 } },
              where: null,
            },
          ],
          outs: { yes: "guide", otherwise: "text" },
        },
        message(drawing, { id: "guide", key: "first_purchase_mail", next: "end" }),
        message(drawing, { id: "text", key: "welcome_sms", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
  {
    key: "first_purchase",
    name: { zh: "7 日首单", en: "First purchase within 7 days" },
    description: {
      zh: "注册一天后给首购引导，再等 3 天：加购的人推送提醒；7 天内下单就离开，对照组告诉你多了多少首单",
      en: "A reason to order a day after registration, then 3 days: whoever fills a cart is reminded. An order within 7 days ends it, and those held back tell how many first orders it brings",
    },
    templates: ["first_purchase_mail", "cart_push"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: onEvent("Signed Up", "once"),
      goal: toOrder(7),
      start: "settle",
      nodes: [
        pause("settle", day(1), "guide"),
        message(drawing, { id: "guide", key: "first_purchase_mail", next: "cart" }),
        {
          id: "cart",
          name: drawing.say({ zh: "等加购", en: "Wait for a cart" }),
          kind: "events",
          arms: [{ key: "added", name: drawing.say({ zh: "加购了", en: "Filled" }), on: { event: "Product Added" } }],
          timeout: day(3),
          outs: { added: "soon", timeout: "end" },
        },
        pause("soon", hour(1), "remind"),
        message(drawing, { id: "remind", key: "cart_push", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
  {
    key: "cart_reminder",
    name: { zh: "购物车提醒", en: "Cart reminder" },
    description: {
      zh: "加购一小时后轻推送，一天后还没下单就发邮件列出商品；下单立即停，3 天内不重复打扰",
      en: "A light push an hour after the cart was filled, a mail with what is in it a day later. An order ends it at once, and nobody is reminded again within 3 days",
    },
    templates: ["cart_push", "cart_mail"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: onEvent("Product Added"),
      reentry: { kind: "afterDays", days: 3 },
      exits: [{ on: ORDERED }],
      goal: toOrder(3),
      start: "hour",
      nodes: [
        pause("hour", hour(1), "push"),
        message(drawing, { id: "push", key: "cart_push", next: "day" }),
        pause("day", hour(23), "mail"),
        message(drawing, { id: "mail", key: "cart_mail", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
];
