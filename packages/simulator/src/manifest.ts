import { isoDay } from "@terrace/domain/time/zoned-time";
import { RECALL_HOLDOUT } from "./actions.ts";
import { BANNER } from "./banner.ts";
import { RETENTION_DAYS, type ChannelBook } from "./books.ts";
import { CHANNELS } from "./channels.ts";
import { DRINKS, WISH } from "./catalogue.ts";
import { HOURS, MEMBER_DAY, WEEKDAYS } from "./calendar.ts";
import type { Person } from "./person.ts";
import { SLOW_FROM_MINUTES } from "./service.ts";
import type { World } from "./world.ts";

/** What was planted and what came of it: the answers to which a test, or a newcomer, should come from the data alone. */
export type Manifest = ReturnType<typeof manifestOf>;

const VERSION = 1;

/** Reads the manifest off the books. */
export function manifestOf(world: World) {
  const { plan, books } = world;
  return {
    simulated: true as const,
    version: VERSION,
    seed: plan.seed,
    people: plan.people,
    days: plan.days,
    from: isoDay(plan.firstDay),
    to: isoDay(world.day),
    timeZone: "Asia/Shanghai",
    currency: "CNY",
    events: books.events,
    peopleSoFar: world.people.length,
    registered: world.members.length + books.fraud.accounts.length,
    refunds: { count: books.refunds, amount: yuan(books.refundedFen) },
    truths: truthsOf(world),
    byDay: [...books.days].map(([day, book]) => ({
      day: isoDay(day),
      visits: book.visits,
      orders: book.orders,
      paid: yuan(book.paidFen),
      paymentsFailed: book.failed,
    })),
  };
}

function truthsOf(world: World) {
  const { plan, books } = world;
  return {
    channels: channelTruths(world),
    campaign: {
      what: "小红书 brings `lift` times its ordinary newcomers on these days: first visits, many of which end in a registration days later",
      channel: "小红书种草",
      name: plan.campaign.name,
      from: isoDay(plan.campaign.fromDay),
      to: isoDay(plan.campaign.toDay - 1),
      lift: plan.campaign.lift,
    },
    recall: recallTruth(world),
    menu: {
      what: "Members saw the menu in one of two orders from their first visit on these days on; the order does nothing, so that no difference is to be found",
      experiment: "menu-order",
      from: isoDay(plan.menu.fromDay),
      to: isoDay(plan.menu.toDay - 1),
      ...books.menu,
    },
    banner: bannerTruth(world),
    price: priceTruth(world),
    outage: {
      what: "Payments fail between these hours: Payment Failed, and hardly an order",
      day: isoDay(plan.outage.day),
      fromHour: plan.outage.fromHour,
      toHour: plan.outage.toHour,
      failed: books.days.get(plan.outage.day)?.failed ?? 0,
    },
    service: serviceTruth(world),
    fraud: {
      what: "Accounts registered at night on three phones, all invited by one member; none of them ever buys",
      leader: books.fraud.leader,
      from: isoDay(plan.fraud.day),
      nights: plan.fraud.nights,
      accounts: books.fraud.accounts,
    },
    segment: segmentTruth(world),
    rhythm: {
      what: "Weight of a weekday (Monday first) and of an hour; the member day of each month has about twice the visits",
      weekdays: WEEKDAYS,
      hours: HOURS,
      memberDay: MEMBER_DAY,
    },
    search: { what: "A wish that finds nothing", query: WISH, searches: books.searches.get(WISH) ?? 0 },
    leaving: { what: "Who left for good until now, and why", ...leavers(world.people, world.day) },
  };
}

function recallTruth({ plan, books }: World) {
  return {
    what: "Members silent for ten days got a coupon; those held out show what would have happened without it. Return = any use within the window after the day",
    experiment: "recall-coupon",
    day: isoDay(plan.recall.day),
    windowDays: plan.recall.windowDays,
    plantedDailyReturn: plan.recall.dailyReturn,
    coupon: armTruth(books.recall.coupon),
    holdout: armTruth(books.recall.holdout),
    keptAs: RECALL_HOLDOUT.key,
    cost: yuan(plan.recall.costFen * books.recall.coupon.people),
  };
}

function bannerTruth({ plan: { banner }, books }: World) {
  return {
    what: "Members saw one of three banners, more and more of them the one that is clicked most: shares were reckoned anew every so many days by what was clicked before",
    experiment: BANNER,
    from: isoDay(banner.fromDay),
    to: isoDay(banner.toDay - 1),
    everyDays: banner.everyDays,
    variants: banner.variants.map(({ key, clicks }, arm) => ({
      key,
      plantedClicks: clicks,
      people: books.banner.reduce((sum, { people }) => sum + (people[arm] ?? 0), 0),
      clicks: books.banner.reduce((sum, period) => sum + (period.clicks[arm] ?? 0), 0),
    })),
    periods: books.banner.map(({ fromDay, parts }) => ({ from: isoDay(fromDay), parts })),
  };
}

function priceTruth({ plan, books }: World) {
  return {
    what: "The price of one drink rose; its part of all drinks sold fell",
    product: DRINKS[0].id,
    name: DRINKS[0].name,
    from: isoDay(plan.price.fromDay),
    priceBefore: DRINKS[0].price,
    priceAfter: Math.round(DRINKS[0].price * plan.price.factor * 100) / 100,
    plantedDemand: plan.price.demand,
    shareBefore: ratio(books.price.before.dear, books.price.before.all),
    shareAfter: ratio(books.price.after.dear, books.price.after.all),
  };
}

function serviceTruth({ books }: World) {
  return {
    what: `A first answer later than ${SLOW_FROM_MINUTES} minutes drives people away; at weekends hardly anybody answers`,
    slowFromMinutes: SLOW_FROM_MINUTES,
    slow: { tickets: books.tickets.slow.people, left: ratio(books.tickets.slow.left, books.tickets.slow.people) },
    fast: { tickets: books.tickets.fast.people, left: ratio(books.tickets.fast.left, books.tickets.fast.people) },
  };
}

function segmentTruth({ books }: World) {
  return {
    what: "Women of 25 to 34 in first-tier cities who came by 小红书 spend far more on an order",
    best: {
      orders: books.segments.best.orders,
      averageOrder: yuan(books.segments.best.paidFen / Math.max(1, books.segments.best.orders)),
    },
    others: {
      orders: books.segments.others.orders,
      averageOrder: yuan(books.segments.others.paidFen / Math.max(1, books.segments.others.orders)),
    },
  };
}

function channelTruths(world: World) {
  return CHANNELS.map((way, channel) => {
    const book = world.books.channels[channel];
    if (book === undefined) throw new Error("every channel has a book");
    const registered = [...book.registered.values()].reduce((sum, people) => sum + people, 0);
    const paidFen = book.paidFen - book.refundedFen;
    return {
      id: way.id,
      name: way.name,
      exposures: book.exposures,
      cost: yuan(book.costFen),
      visitors: book.visitors,
      registered,
      paidNet: yuan(paidFen),
      costPerRegistration: yuan(book.costFen / Math.max(1, registered)),
      returnOnCost: book.costFen === 0 ? null : ratio(paidFen, book.costFen),
      retention: Object.fromEntries(RETENTION_DAYS.map((days) => [`day${days}`, retention(book, days, world.day)])),
    };
  });
}

/** Of those registered early enough: how many, and which part used the product on exactly that day after. */
function retention(book: ChannelBook, days: (typeof RETENTION_DAYS)[number], today: number) {
  let registered = 0;
  for (const [day, people] of book.registered) if (day + days <= today) registered += people;
  return { registered, returned: book.returned.get(days) ?? 0, rate: ratio(book.returned.get(days) ?? 0, registered) };
}

function leavers(people: readonly Person[], today: number) {
  const reasons = { drifted: 0, slow_service: 0, price: 0, outage: 0 };
  for (const person of people)
    if (!person.passes && person.registeredMs > 0 && person.leavesDay <= today) reasons[person.leavesBecause] += 1;
  return reasons;
}

function armTruth({ people, returned }: { readonly people: number; readonly returned: number }) {
  return { people, returned, rate: ratio(returned, people) };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}

function yuan(fen: number): number {
  return Math.round(fen) / 100;
}
