import { day, exit, message, OFFERING, onEvent, ORDERED, pause, toOrder, type ReadyJourney } from "./ready-journey.ts";

/** Birthdays, people who grow silent, memberships that end. */
export const KEEPING: readonly ReadyJourney[] = [
  {
    key: "birthday_gift",
    name: { zh: "生日礼", en: "Birthday gift" },
    description: {
      zh: "特征 birthday 当天上午 9 点送祝福和礼物，按本人时区，每年一次；两天后没用再提醒一次",
      en: "On the morning of the day in the trait `birthday`, by the person's own clock, each year; reminded once more after two days",
    },
    templates: ["birthday_mail", "birthday_sms"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: { kind: "date", trait: "birthday", offsetDays: 0, at: "09:00", yearly: true, zone: "person", condition: null },
      reentry: { kind: "afterDays", days: 300 },
      goal: toOrder(14),
      start: "wish",
      nodes: [
        message(drawing, { id: "wish", key: "birthday_mail", next: "use" }),
        pause("use", day(2), "remind"),
        message(drawing, { id: "remind", key: "birthday_sms", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
  {
    key: "churn_win_back",
    name: { zh: "流失预警与召回", en: "Churn warning and win-back" },
    description: {
      zh: "每单之后开始数：30 天没再下单，推送一次；再过 15 天仍没有，发召回邮件并打「沉默」标签。期间下单就重新数",
      en: "Counts from each order: 30 days without another bring a push, 15 more a mail and a tag. An order in between begins it anew",
    },
    templates: ["churn_push", "win_back_mail"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: onEvent("Order Completed"),
      reentry: { kind: "afterFinish" },
      goal: { on: ORDERED, withinDays: 75, leaves: false },
      start: "quiet",
      nodes: [
        {
          id: "quiet",
          name: drawing.say({ zh: "30 天没下单", en: "30 days without an order" }),
          kind: "events",
          arms: [{ key: "ordered", name: drawing.say({ zh: "又下单了", en: "Ordered again" }), on: ORDERED }],
          timeout: day(30),
          outs: { ordered: "quiet", timeout: "warn" },
        },
        message(drawing, { id: "warn", key: "churn_push", next: "silent" }),
        {
          id: "silent",
          name: drawing.say({ zh: "再等 15 天", en: "15 more days" }),
          kind: "events",
          arms: [{ key: "ordered", name: drawing.say({ zh: "回来了", en: "Came back" }), on: ORDERED }],
          timeout: day(15),
          outs: { ordered: "quiet", timeout: "mark" },
        },
        {
          id: "mark",
          name: drawing.say({ zh: "记为沉默", en: "Tag as silent" }),
          kind: "tag",
          add: [drawing.say({ zh: "沉默", en: "silent" })],
          remove: [],
          outs: { next: "back" },
        },
        message(drawing, { id: "back", key: "win_back_mail", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
  {
    key: "membership_expiring",
    name: { zh: "会员到期提醒", en: "Membership expiring" },
    description: {
      zh: "特征 membership_expires_at 前 7 天上午 10 点通知，前一天再短信提醒；期间续期（Membership Renewed）就停。服务通知，不留对照",
      en: "A notice 7 days before the day in the trait `membership_expires_at`, a text the day before; a renewal (Membership Renewed) ends it. A service notice: nobody is held back",
    },
    templates: ["membership_mail", "membership_sms"],
    draw: (drawing) => ({
      ...OFFERING,
      entry: { kind: "date", trait: "membership_expires_at", offsetDays: -7, at: "10:00", yearly: false, zone: "person", condition: null },
      reentry: { kind: "afterDays", days: 14 },
      goal: { on: { event: "Membership Renewed" }, withinDays: 14, leaves: true },
      holdout: 0,
      priority: 8,
      purpose: "service",
      start: "notice",
      nodes: [
        message(drawing, { id: "notice", key: "membership_mail", next: "week" }),
        pause("week", day(6), "last"),
        message(drawing, { id: "last", key: "membership_sms", next: "end" }),
        exit(drawing.say),
      ],
    }),
  },
];
