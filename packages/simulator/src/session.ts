import type { EventContext } from "@terrace/domain/event/feed-event";
import type { JsonObject } from "@terrace/domain/json";
import { showBanner } from "./banner.ts";
import { channelBook, count, dayBook } from "./books.ts";
import { HOUR_MS, HOURS, MINUTE_MS, startOf } from "./calendar.ts";
import { REMARKS, SEARCH_WEIGHTS, SEARCHES, type Product } from "./catalogue.ts";
import { CHANNELS } from "./channels.ts";
import { afterOrder, chooseProduct, fillBasket, isOutage, orderProperties, priceOf, productProperties, type Basket } from "./orders.ts";
import { joinContexts } from "./contexts.ts";
import { KINDS, type Device, type Person } from "./person.ts";
import { Random, unit } from "./random.ts";
import { register } from "./registration.ts";
import { openTicket } from "./service.ts";
import { happen, isRegistered, leave, type World } from "./world.ts";

const SALT_SESSION = 21;
const SALT_MENU = 22;

/** One visit under way; `atMs` moves on with every event. */
type Session = {
  readonly world: World;
  readonly person: Person;
  readonly device: Device;
  readonly random: Random;
  readonly context: Partial<EventContext>;
  atMs: number;
};

/** A visit to the mini-program, the app or the web shop, from its launch to its end; it ends before midnight. */
export function visit(world: World, person: Person): void {
  const random = new Random(world.plan.seed, SALT_SESSION, person.n, world.day);
  const device = deviceToday(world, person, random);
  const way = CHANNELS[person.channel] ?? CHANNELS[0];
  const isFirst = person.lastVisitDay < 0 && person.arrivalDay >= world.plan.firstDay;
  const context = isFirst ? joinContexts(device.context, way.context) : device.context;
  const session: Session = { world, person, device, random, context, atMs: startOfVisit(world.day, random) };
  person.lastVisitDay = world.day;
  dayBook(world.books, world.day).visits += 1;
  if (isFirst) channelBook(world.books, person.channel).visitors += 1;
  const hour = Math.floor((session.atMs - startOf(world.day)) / HOUR_MS);
  world.books.hours[hour] = (world.books.hours[hour] ?? 0) + 1;
  open(session, isFirst);
  const wanted = browse(session);
  if (!isRegistered(person) && mayRegister(world, person)) signUp(session);
  else if (isRegistered(person) && !device.signedIn) signIn(session);
  if (isRegistered(person)) {
    showMenu(session);
    showBanner(world, person, session);
    shop(session, wanted);
  }
  engage(session);
}

function deviceToday(world: World, person: Person, random: Random): Device {
  const [first, second] = person.devices;
  if (first === undefined) throw new Error("a person has a device");
  return second !== undefined && second.fromDay <= world.day && isRegistered(person) && random.chance(0.4) ? second : first;
}

/** Late enough before midnight that a visit ends on its day. */
export function startOfVisit(day: number, random: Random): number {
  const hour = random.weighted(HOURS);
  return startOf(day) + hour * HOUR_MS + random.below(hour === 23 ? 30 * MINUTE_MS : HOUR_MS);
}

function mayRegister(world: World, person: Person): boolean {
  return !person.passes && world.day >= person.arrivalDay + person.patience;
}

/** Writes down one step of the visit; answers with the time of the next. */
function step(session: Session, name: string, properties: JsonObject, page?: Page): number {
  const { world, person, device, random, context, atMs } = session;
  happen(world, {
    name,
    timeMs: atMs,
    ids: isRegistered(person) && device.signedIn ? device.known : device.anonymous,
    properties,
    context: page === undefined ? context : joinContexts(context, page),
  });
  return atMs + random.between(4, 55) * 1000 + random.below(1000);
}

type Page = Pick<EventContext, "pagePath" | "pageTitle">;
const PAGES = {
  home: { pagePath: "/home", pageTitle: "首页" },
  menu: { pagePath: "/menu", pageTitle: "点单" },
  mall: { pagePath: "/mall", pageTitle: "茶妆商城" },
  member: { pagePath: "/member", pageTitle: "会员中心" },
  post: { pagePath: "/post", pageTitle: "茶友圈" },
} satisfies Record<string, Page>;

function open(session: Session, isFirst: boolean): void {
  const { device, random } = session;
  const first = !device.opened;
  device.opened = true;
  if (device.platform === "app") {
    if (first) session.atMs = step(session, "Application Installed", { version: "3.2.0" });
    session.atMs = step(session, "Application Opened", { from_background: !first && random.chance(0.4) });
  } else if (device.platform === "mini_program") {
    session.atMs = step(session, "$MPLaunch", { $scene: isFirst ? "1011" : random.pick(["1089", "1001", "1037"]), $is_first_time: first });
  }
  view(session, random.pick([PAGES.home, PAGES.menu, PAGES.menu, PAGES.mall]));
  if (random.chance(0.25)) view(session, random.pick([PAGES.menu, PAGES.mall, PAGES.member, PAGES.post]));
}

function view(session: Session, page: Page): void {
  const { platform } = session.device;
  if (platform === "mini_program") session.atMs = step(session, "$MPViewScreen", { $url_path: page.pagePath }, page);
  else if (platform === "app") session.atMs = step(session, "$screen", { name: page.pageTitle }, page);
  else session.atMs = step(session, "$pageview", { name: page.pageTitle, url: `https://shop.example.com${page.pagePath}` }, page);
}

/** Looks around; answers with what was liked best. */
function browse(session: Session): Product {
  const { world, person, random } = session;
  if (random.chance(0.22)) {
    const search = SEARCHES[random.weighted(SEARCH_WEIGHTS)] ?? SEARCHES[0];
    count(world.books.searches, search.query);
    session.atMs = step(session, "Products Searched", { query: search.query, results: search.results });
  }
  let wanted = chooseProduct(world, person, random);
  for (let looks = 1 + (random.chance(0.3) ? 1 : 0); looks > 0; looks -= 1) {
    session.atMs = step(
      session,
      "Product Viewed",
      productProperties({ product: wanted, priceFen: priceOf(world.plan, wanted, world.day) }),
    );
    if (looks > 1 && random.chance(0.6)) wanted = chooseProduct(world, person, random);
  }
  return wanted;
}

function signUp(session: Session): void {
  const { world, person, device, random } = session;
  register(world, person, { device, random, timeMs: session.atMs });
  session.atMs += 9_000;
}

function signIn(session: Session): void {
  const { device } = session;
  device.signedIn = true;
  session.atMs = step(session, "Signed In", { method: device.platform === "mini_program" ? "wechat" : "sms" });
}

/** The planted null: which order of the menu a member sees is decided by lot, and nothing is decided by it. */
function showMenu({ world, person, device, context, atMs }: Session): void {
  const { plan, books, day } = world;
  if (person.sawMenu || !device.signedIn || day < plan.menu.fromDay || day >= plan.menu.toDay) return;
  person.sawMenu = true;
  const variant = unit(plan.seed, SALT_MENU, person.n) < 0.5 ? "usual" : "sorted";
  books.menu[variant] += 1;
  happen(world, {
    name: "Experiment Viewed",
    timeMs: atMs,
    ids: device.known,
    properties: { experiment_id: "menu-order", experiment_name: "菜单排序", variation_id: variant },
    context,
  });
}

/** How likely a visit ends in an order. */
function buysToday({ world, person }: Session, basket: Basket): number {
  const kind = KINDS[person.kind] ?? KINDS[0];
  // Bargain hunters buy when there is something off, and hardly otherwise.
  const own = kind.id === "bargain" ? (basket.coupon === "" ? kind.buys : 0.6) : kind.buys;
  return Math.min(0.95, person.recalledUntil >= world.day ? own * 1.3 + 0.15 : own);
}

function shop(session: Session, wanted: Product): void {
  const { world, person, random } = session;
  const basket = fillBasket(world, person, random, wanted);
  const buys = random.chance(buysToday(session, basket));
  if (!buys && !random.chance(0.12)) return;
  for (const line of basket.lines) session.atMs = step(session, "Product Added", { ...productProperties(line), quantity: line.quantity });
  if (!buys && random.chance(0.6)) return;
  const { orderId, totalFen, properties } = orderProperties(world, basket);
  const order = { ...properties, sales_channel: session.device.platform, affiliation: person.store.name };
  session.atMs = step(session, "Checkout Started", order);
  if (!buys) return;
  if (isOutage(world.plan, session.atMs)) {
    fail(session, orderId, totalFen);
    return;
  }
  const paidMs = session.atMs;
  session.atMs = step(session, "Order Completed", { ...order, payment_method: random.pick(["wechat_pay", "wechat_pay", "alipay"]) });
  afterOrder(world, person, basket, { orderId, totalFen, atMs: paidMs, random });
}

/** The planted bad evening: the payment fails; some ask service, some never come back. */
function fail(session: Session, orderId: string, totalFen: number): void {
  const { world, person, random } = session;
  dayBook(world.books, world.day).failed += 1;
  session.atMs = step(session, "Payment Failed", { order_id: orderId, total: totalFen / 100, reason: "gateway_timeout" });
  if (random.chance(0.2)) openTicket(world, person, { atMs: session.atMs + 5 * MINUTE_MS, random, subject: "payment" });
  if (random.chance(0.3)) leave(world, person, "outage");
}

/** What some do besides: write under a post, show a friend. */
function engage(session: Session): void {
  const { person, random } = session;
  if (!isRegistered(person)) return;
  if (random.chance(0.03)) session.atMs = step(session, "Comment Posted", { post: "茶友圈", text: random.pick(REMARKS.good) }, PAGES.post);
  if (random.chance(person.kind === 0 ? 0.1 : 0.025))
    session.atMs = step(session, "Invite Shared", { via: random.pick(["微信好友", "微信群", "朋友圈"]) });
}
