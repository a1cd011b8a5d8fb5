import type { JsonObject } from "@terrace/domain/json";
import { channelBook, dayBook } from "./books.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, seasonOf, startOf } from "./calendar.ts";
import { COSMETIC_LIKINGS, COSMETICS, DRINK_LIKINGS, DRINKS, REMARKS, type Product } from "./catalogue.ts";
import { CHANNELS, XIAOHONGSHU } from "./channels.ts";
import { KINDS, type Person } from "./person.ts";
import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";
import { openTicket } from "./service.ts";
import { happen, later, leave, memberIds, type World } from "./world.ts";

export type Line = { readonly product: Product; readonly quantity: number; readonly priceFen: number };
export type Basket = {
  readonly lines: readonly Line[];
  readonly subtotalFen: number;
  readonly discountFen: number;
  readonly coupon: string;
};

/** The planted best segment: women of 25 to 34 in the largest cities who came by 小红书 buy far more cosmetics. */
export function isBestSegment(person: Person): boolean {
  return person.gender === "female" && person.age >= 25 && person.age <= 34 && person.city.tier === 1 && person.channel === XIAOHONGSHU;
}

export function isDear(world: World): boolean {
  return world.day >= world.plan.price.fromDay;
}

/** The price of a product today, in fen. */
export function priceOf(plan: Plan, product: Product, day: number): number {
  const dear = product === DRINKS[0] && day >= plan.price.fromDay;
  return Math.round(product.price * 100 * (dear ? plan.price.factor : 1));
}

const dearLikings = new WeakMap<Plan, readonly number[]>();

/** What someone fancies today. */
export function chooseProduct(world: World, person: Person, random: Random): Product {
  const kind = KINDS[person.kind] ?? KINDS[0];
  const taste = kind.cosmetics + (isBestSegment(person) ? 0.4 : 0) + (seasonOf(world.day).spend - 1) * 0.3;
  if (random.chance(taste)) return COSMETICS[random.weighted(COSMETIC_LIKINGS)] ?? COSMETICS[0];
  return DRINKS[random.weighted(isDear(world) ? likingsWhenDear(world.plan) : DRINK_LIKINGS)] ?? DRINKS[0];
}

function likingsWhenDear(plan: Plan): readonly number[] {
  let likings = dearLikings.get(plan);
  if (likings === undefined) {
    likings = DRINK_LIKINGS.map((liking, place) => (place === 0 ? liking * plan.price.demand : liking));
    dearLikings.set(plan, likings);
  }
  return likings;
}

/** Fills a basket beginning with what was looked at. */
export function fillBasket(world: World, person: Person, random: Random, first: Product): Basket {
  const way = CHANNELS[person.channel] ?? CHANNELS[0];
  const spend = way.basket * seasonOf(world.day).spend * (isBestSegment(person) ? 1.4 : 1);
  const products = new Set([first]);
  while (products.size < 5 && random.chance(0.26 * spend)) products.add(chooseProduct(world, person, random));
  const lines = [...products].map((product) => ({
    product,
    quantity: random.chance(0.22 * spend) ? random.between(2, 3) : 1,
    priceFen: priceOf(world.plan, product, world.day),
  }));
  const subtotalFen = lines.reduce((sum, { quantity, priceFen }) => sum + quantity * priceFen, 0);
  return { lines, subtotalFen, ...couponOf(world, person, { random, subtotalFen }) };
}

function couponOf(
  world: World,
  person: Person,
  { random, subtotalFen }: { readonly random: Random; readonly subtotalFen: number },
): Pick<Basket, "coupon" | "discountFen"> {
  const isBargain = KINDS[person.kind]?.id === "bargain";
  if (person.recalledUntil >= world.day) return { coupon: "回归立减 8 元", discountFen: Math.min(800, Math.floor(subtotalFen * 0.4)) };
  if (person.registeredMs === 0 || !random.chance(isBargain ? 0.9 : 0.16)) return { coupon: "", discountFen: 0 };
  return subtotalFen >= 3_000
    ? { coupon: "满 30 减 5", discountFen: 500 }
    : { coupon: "会员 9 折", discountFen: Math.floor(subtotalFen * 0.1) };
}

export function productProperties({ product, priceFen }: Pick<Line, "product" | "priceFen">): JsonObject {
  return { product_id: product.id, name: product.name, category: product.category, price: priceFen / 100 };
}

/** What an order event holds; amounts in yuan. */
export function orderProperties(
  world: World,
  { lines, subtotalFen, discountFen, coupon }: Basket,
): { orderId: string; totalFen: number; properties: JsonObject } {
  world.orders += 1;
  const orderId = `SO${String(world.plan.seed % 1000).padStart(3, "0")}${String(10_000_000 + world.orders)}`;
  const totalFen = subtotalFen - discountFen;
  return {
    orderId,
    totalFen,
    properties: {
      order_id: orderId,
      total: totalFen / 100,
      revenue: totalFen / 100,
      discount: discountFen / 100,
      ...(coupon === "" ? {} : { coupon }),
      currency: "CNY",
      products: lines.map((line) => ({ ...productProperties(line), quantity: line.quantity })),
    },
  };
}

type Paid = { readonly orderId: string; readonly totalFen: number; readonly atMs: number; readonly random: Random };

/** Writes an order into the books and lets it have its consequences: a refund, a rating, a question to service. */
export function afterOrder(world: World, person: Person, basket: Basket, paid: Paid): void {
  const { random, atMs } = paid;
  person.orders += 1;
  bookOrder(world, person, basket, paid.totalFen);
  if (isDear(world) && person.fan && world.day < world.plan.price.fromDay + 21 && random.chance(0.35)) leave(world, person, "price");
  if (random.chance(0.035))
    later(world, atMs + random.between(2, 96) * HOUR_MS, (dueMs) => refund(world, person, basket, { ...paid, atMs: dueMs }));
  if (random.chance(0.09))
    later(world, atMs + random.between(1, 60) * HOUR_MS, (dueMs) => review(world, person, basket, { ...paid, atMs: dueMs }));
  if (random.chance(0.018))
    later(world, atMs + random.between(20, 600) * MINUTE_MS, (dueMs) =>
      openTicket(world, person, { atMs: dueMs, random, subject: "order" }),
    );
}

/** Whether a channel brought them in the time simulated: what the others spend was not bought with its cost. */
function isNewcomer({ plan }: World, person: Person): boolean {
  return person.arrivalDay >= plan.firstDay;
}

function bookOrder(world: World, person: Person, basket: Basket, totalFen: number): void {
  const { books } = world;
  for (const book of [
    dayBook(books, world.day),
    ...(isNewcomer(world, person) ? [channelBook(books, person.channel)] : []),
    isBestSegment(person) ? books.segments.best : books.segments.others,
  ]) {
    book.orders += 1;
    book.paidFen += totalFen;
  }
  const season = isDear(world) ? books.price.after : books.price.before;
  for (const { product, quantity } of basket.lines) {
    if (!product.id.startsWith("D")) continue;
    season.all += quantity;
    if (product === DRINKS[0]) season.dear += quantity;
  }
}

/** Gives back a line or the whole order; never more than was paid. */
function refund(world: World, person: Person, basket: Basket, paid: Paid): void {
  const { random, totalFen, orderId, atMs } = paid;
  const line = basket.lines[random.below(basket.lines.length)];
  const isWhole = basket.lines.length === 1 || line === undefined || random.chance(0.5);
  const fen = isWhole ? totalFen : Math.min(totalFen, Math.floor((line.quantity * line.priceFen * totalFen) / basket.subtotalFen));
  world.books.refunds += 1;
  world.books.refundedFen += fen;
  if (isNewcomer(world, person)) channelBook(world.books, person.channel).refundedFen += fen;
  happen(world, {
    name: "Order Refunded",
    timeMs: atMs,
    ids: memberIds(person),
    properties: {
      order_id: orderId,
      total: fen / 100,
      revenue: fen / 100,
      currency: "CNY",
      reason: random.pick(["不想要了", "口味不合适", "送达太晚", "商品破损"]),
      products: (isWhole ? basket.lines : basket.lines.filter((one) => one === line)).map((one) => ({
        ...productProperties(one),
        quantity: one.quantity,
      })),
    },
  });
  if (random.chance(0.1)) openTicket(world, person, { atMs: atMs + 10 * MINUTE_MS, random, subject: "refund" });
}

const RATINGS = [0.05, 0.06, 0.14, 0.3, 0.45] as const;

function review(world: World, person: Person, basket: Basket, { random, atMs }: Paid): void {
  const [line] = basket.lines;
  if (line === undefined) return;
  const rating = random.weighted(RATINGS) + 1;
  happen(world, {
    name: "Product Reviewed",
    timeMs: atMs,
    ids: memberIds(person),
    properties: {
      product_id: line.product.id,
      name: line.product.name,
      rating,
      comment: random.pick(REMARKS[rating >= 4 ? "good" : rating === 3 ? "fair" : "poor"]),
    },
  });
}

/** An order at the counter: by phone number, or by member number once there is one. */
export function buyAtStore(world: World, person: Person, random: Random, atMs: number): void {
  const basket = fillBasket(world, person, random, chooseProduct(world, person, random));
  const { orderId, totalFen, properties } = orderProperties(world, basket);
  happen(world, {
    name: "Order Completed",
    timeMs: atMs,
    ids: counterIds(person, random),
    properties: {
      ...properties,
      affiliation: person.store.name,
      store_id: person.store.id,
      sales_channel: "store",
      payment_method: random.pick(["wechat_pay", "alipay", "cash"]),
    },
  });
  afterOrder(world, person, basket, { orderId, totalFen, atMs, random });
}

function counterIds(person: Person, random: Random): readonly { readonly kind: "member_no" | "phone"; readonly value: string }[] {
  if (person.registeredMs > 0 && random.chance(0.7)) return [{ kind: "member_no", value: person.memberNo }];
  return [{ kind: "phone", value: person.phone }];
}

/** Whether payments fail at this moment. */
export function isOutage({ outage }: Plan, timeMs: number): boolean {
  const since = timeMs - startOf(outage.day);
  return since >= outage.fromHour * HOUR_MS && since < outage.toHour * HOUR_MS && since < DAY_MS;
}
