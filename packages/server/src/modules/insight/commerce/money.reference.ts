import { CONVERSION_PARTS, touchWeights, type AttributionModel } from "@terrace/domain/insight/attribution/attribution-plan";
import { shareOut } from "@terrace/domain/insight/commerce/share-out";
import { intervalOrdinal, referenceNumber, type ReferenceCalendar } from "../time/local-interval.reference.ts";
import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";

/** An event of a test, already with the person it belongs to; `place` says how many came in before it. */
export type MoneyEvent = {
  readonly person: number;
  readonly place: number;
  readonly name: string;
  readonly timeMs: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly channel: string;
  readonly utmSource: string;
  readonly utmCampaign: string;
};
type Line = {
  readonly product_id?: unknown;
  readonly name?: unknown;
  readonly category?: unknown;
  readonly price?: unknown;
  readonly quantity?: unknown;
};

export const isOrder = ({ name }: MoneyEvent): boolean => name === "Order Completed";
export const isRefund = ({ name }: MoneyEvent): boolean => name === "Order Refunded";

/** In whole cents, as the engine rounds: a half goes to the even one. */
function cents(amount: number): number {
  const [scaled, down] = [amount * 100, Math.floor(amount * 100)];
  if (scaled - down !== 0.5) return Math.round(scaled) + 0;
  return down % 2 === 0 ? down : down + 1;
}

function amountOf(properties: MoneyEvent["properties"], names: readonly string[]): number {
  const amount = names.map((name) => referenceNumber(properties[name])).find((number) => number !== undefined) ?? 0;
  return Math.abs(amount) > 1e13 ? 0 : cents(amount);
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What an event brings, slow and obvious. */
export function netOf(event: MoneyEvent): number {
  const currency = textOf(event.properties["currency"]).toUpperCase();
  if (currency !== "" && currency !== "CNY") return 0;
  if (isOrder(event)) return amountOf(event.properties, ["revenue", "total"]);
  return isRefund(event) ? -Math.abs(amountOf(event.properties, ["revenue", "total", "amount"])) + 0 : 0;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function inOrder(events: readonly MoneyEvent[]): readonly MoneyEvent[] {
  return events.toSorted((a, b) => a.timeMs - b.timeMs || a.place - b.place);
}

/** The value of a person's first or last touch before now by source (and campaign); '' for none. */
export function touchOf(events: readonly MoneyEvent[], which: "first" | "last", withCampaign = false): string {
  const touches = inOrder(events).filter(({ utmSource }) => utmSource !== "");
  const touch = which === "first" ? touches[0] : touches.at(-1);
  if (touch === undefined) return "";
  return withCampaign ? `${touch.utmSource}\n${touch.utmCampaign}` : touch.utmSource;
}

/** The event that puts a person into their cohort. */
export function startOfCohort(own: readonly MoneyEvent[], cohortBy: string): MoneyEvent | undefined {
  const wanted = own.filter(
    (event) => cohortBy === "first_seen" || (cohortBy === "first_order" ? isOrder(event) : event.name === "Signed Up"),
  );
  return inOrder(wanted)[0];
}

export type CohortFigures = { readonly size: number; readonly cells: readonly { readonly netMinor: number; readonly payers: number }[] };

/** Cohorts of some people, oldest first: net money and payers by age, as far as the period goes. */
export function referenceLtv(
  events: readonly MoneyEvent[],
  asked: {
    readonly cohortBy: string;
    readonly unit: IntervalUnit;
    readonly firstMs: number;
    readonly cohorts: number;
    readonly whose?: (own: readonly MoneyEvent[]) => boolean;
  },
  calendar: ReferenceCalendar,
): readonly CohortFigures[] {
  const first = intervalOrdinal(asked.firstMs, asked.unit, calendar);
  const numbers = new Map(events.map((event) => [event, intervalOrdinal(event.timeMs, asked.unit, calendar) - first]));
  const numberOf = (event: MoneyEvent): number => numbers.get(event) ?? 0;
  const people = [...Map.groupBy(events, ({ person }) => person).values()].filter((own) => asked.whose?.(own) ?? true);
  const starts = (own: readonly MoneyEvent[]): number | undefined => {
    const start = startOfCohort(own, asked.cohortBy);
    return start === undefined ? undefined : numberOf(start);
  };
  return Array.from({ length: asked.cohorts }, (_, cohort) => {
    const members = people.filter((own) => starts(own) === cohort);
    const cells = Array.from({ length: asked.cohorts - cohort }, (_unused, age) => {
      const counted = members.map((own) => own.filter((event) => numberOf(event) >= cohort && numberOf(event) <= cohort + age));
      return { netMinor: sumOf(counted.flat().map(netOf)), payers: counted.filter((own) => own.some(isOrder)).length };
    });
    return { size: members.length, cells };
  });
}

/** What a head brings by the end of an age, from what is known of the cohort and of those before it; undefined where too little is. */
function tellAhead(
  known: readonly CohortFigures[],
  cohort: number,
  { isFactor, lastAge }: { readonly isFactor: boolean; readonly lastAge: number },
): number | undefined {
  const { size, cells } = known[cohort] ?? { size: 0, cells: [] };
  const begun = cells.at(-1)?.netMinor ?? 0;
  if (size === 0 || cells.length === 0) return undefined;
  let net = begun;
  for (let age = cells.length; age <= lastAge; age += 1) {
    const older = known.filter((each) => each.size > 0 && each.cells.length > age);
    const by = (at: number): number => sumOf(older.map((each) => each.cells[at]?.netMinor ?? 0));
    if (older.length < 2 || (isFactor && Math.min(by(age - 1), begun) <= 0)) return undefined;
    const onTop = (by(age) - by(age - 1)) / sumOf(older.map((each) => each.size));
    net = isFactor ? (net * by(age)) / by(age - 1) : net + onTop * size;
  }
  return net / size;
}

type PredictionAsked = Parameters<typeof referenceLtv>[1] & { readonly lastAge: number };

/**
 * What a head of each cohort brings by the end of an age, told on every day from what had happened by then, and how far that was off where the answer is known
 * now; by factors or by what comes on top, whichever was off less.
 */
export function referencePrediction(events: readonly MoneyEvent[], asked: PredictionAsked, calendar: ReferenceCalendar) {
  const { lastAge, cohorts: now } = asked;
  const first = intervalOrdinal(asked.firstMs, asked.unit, calendar);
  const numbered = events.map((event) => ({ event, number: intervalOrdinal(event.timeMs, asked.unit, calendar) - first }));
  const knownOn = (over: number): readonly CohortFigures[] => {
    const past = numbered.flatMap(({ event, number }) => (number < over ? [event] : []));
    return referenceLtv(past, { ...asked, cohorts: over }, calendar);
  };
  const today = knownOn(now);
  const asks: { readonly actual: number; readonly told: readonly (number | undefined)[] }[] = [];
  for (let over = Math.max(1, now - 40); over < now; over += 1) {
    const known = knownOn(over);
    for (let cohort = Math.max(0, over - lastAge); cohort < over && cohort + lastAge < now; cohort += 1) {
      const [size, came] = [today[cohort]?.size ?? 0, today[cohort]?.cells[lastAge]?.netMinor ?? 0];
      if (size > 0)
        asks.push({ actual: came / size, told: [true, false].map((isFactor) => tellAhead(known, cohort, { isFactor, lastAge })) });
    }
  }
  const offOf = (way: number, among = asks): number => sumOf(among.map(({ actual, told }) => Math.abs((told[way] ?? actual) - actual)));
  const both = asks.filter(({ told }) => told.every((each) => each !== undefined));
  const way = offOf(0, both) <= offOf(1, both) ? 0 : 1;
  const answered = asks.filter(({ told }) => told[way] !== undefined);
  return {
    method: way === 0 ? "chain_ladder" : "additive",
    tests: answered.length,
    error: offOf(way, answered) / sumOf(answered.map(({ actual }) => Math.abs(actual))),
    perHead: today.map((cohort, index) =>
      cohort.size > 0 && cohort.cells.length > lastAge
        ? (cohort.cells[lastAge]?.netMinor ?? 0) / cohort.size
        : tellAhead(today, index, { isFactor: way === 0, lastAge }),
    ),
  };
}

export type Way = {
  readonly person: number;
  readonly worth: number;
  readonly touches: readonly { readonly value: string; readonly beforeMs: number }[];
};

/** The touches (by channel) on the way to each conversion of a period. */
export function referenceWays(
  events: readonly MoneyEvent[],
  asked: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly lookbackMs: number;
    readonly pauseMs: number;
    readonly among: readonly string[];
  },
): readonly Way[] {
  return [...Map.groupBy(events, ({ person }) => person)].flatMap(([person, unsorted]) => {
    const own = inOrder(unsorted);
    return own.flatMap((conversion, at) => {
      if (!isOrder(conversion) || conversion.timeMs < asked.fromMs || conversion.timeMs >= asked.toMs) return [];
      const found = own
        .slice(0, at + 1)
        .filter(
          ({ channel, timeMs, name }) =>
            channel !== "" && timeMs >= conversion.timeMs - asked.lookbackMs && (asked.among.length === 0 || asked.among.includes(name)),
        );
      const touches = found.filter((touch, index) => {
        const before = found[index - 1];
        return before === undefined || before.channel !== touch.channel || touch.timeMs - before.timeMs >= asked.pauseMs;
      });
      return [
        {
          person,
          worth: netOf(conversion),
          touches: touches.map(({ channel, timeMs }) => ({ value: channel, beforeMs: conversion.timeMs - timeMs })),
        },
      ];
    });
  });
}

/** What a value ('' for none) is credited with by a model. */
export function referenceCredit(ways: readonly Way[], model: AttributionModel, value: string, ground: Parameters<typeof touchWeights>[2]) {
  let [worth, parts] = [0, 0];
  for (const way of ways) {
    if (way.touches.length === 0) {
      if (value !== "") continue;
      worth += way.worth;
      parts += CONVERSION_PARTS;
      continue;
    }
    const weights = touchWeights(model, way.touches, ground);
    const [ofWorth, ofParts] = [shareOut(way.worth, weights), shareOut(CONVERSION_PARTS, weights)];
    for (const [index, touch] of way.touches.entries()) {
      if (touch.value !== value) continue;
      worth += ofWorth[index] ?? 0;
      parts += ofParts[index] ?? 0;
    }
  }
  return { conversions: parts / CONVERSION_PARTS, valueMinor: worth };
}

/** What became of the people first seen in a period, by what touched them. */
export function referenceBrought(
  events: readonly MoneyEvent[],
  asked: { readonly fromMs: number; readonly toMs: number; readonly withinMs: number | undefined; readonly which: "first" | "last" },
) {
  const groups = new Map<
    string,
    { people: number; registered: number; customers: number; repeaters: number; orders: number; netMinor: number }
  >();
  for (const own of Map.groupBy(events, ({ person }) => person).values()) {
    const seen = Math.min(...own.map(({ timeMs }) => timeMs));
    if (seen < asked.fromMs || seen >= asked.toMs) continue;
    const key = touchOf(own, asked.which, true);
    const group = groups.get(key) ?? { people: 0, registered: 0, customers: 0, repeaters: 0, orders: 0, netMinor: 0 };
    const counted = own.filter(({ timeMs }) => asked.withinMs === undefined || timeMs < seen + asked.withinMs);
    const orders = counted.filter(isOrder).length;
    group.people += 1;
    group.registered += counted.some(({ name }) => name === "Signed Up") ? 1 : 0;
    group.customers += orders > 0 ? 1 : 0;
    group.repeaters += orders > 1 ? 1 : 0;
    group.orders += orders;
    group.netMinor += sumOf(counted.map(netOf));
    groups.set(key, group);
  }
  return groups;
}

const PRODUCT_EVENTS: readonly string[] = ["Order Completed", "Order Refunded", "Product Viewed", "Product Added"];

function inText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Lines of an event: the objects of its list, else itself when it names a product. */
function linesOf({ properties }: MoneyEvent): readonly Line[] {
  const list = properties["products"];
  if (Array.isArray(list) && list.length > 0) return list.filter((each) => typeof each === "object" && each !== null);
  return properties["product_id"] === undefined ? [] : [properties];
}

/** Figures of an item (or category), '' for none, in a period. */
export function referenceProduct(events: readonly MoneyEvent[], by: "product_id" | "category", item: string) {
  const shares = events.map((event) => {
    const found = linesOf(event);
    const isTrade = isOrder(event) || isRefund(event);
    const lines: readonly Line[] = found.length > 0 ? found : isTrade ? [{ quantity: 0 }] : [];
    const quantities = lines.map(({ quantity }) => referenceNumber(quantity) ?? 1);
    const worths = lines.map(({ price }, index) => Math.max(cents((referenceNumber(price) ?? 0) * (quantities[index] ?? 0)), 0));
    const money = shareOut(netOf(event), sumOf(worths) === 0 ? worths.map(() => 1) : worths);
    const own = lines.flatMap((line, index) => (textOf(line[by]) === item ? [index] : []));
    return {
      event,
      isIn: own.length > 0,
      units: sumOf(own.map((index) => quantities[index] ?? 0)),
      minor: sumOf(own.map((index) => money[index] ?? 0)),
      names: own.map((index) => [textOf(lines[index]?.name), textOf(lines[index]?.category)] as const),
    };
  });
  const newest = shares
    .filter(({ event, isIn }) => isIn && PRODUCT_EVENTS.includes(event.name))
    .flatMap(({ event, names }) => names.map(([name, category]) => ({ timeMs: event.timeMs, name, category })))
    .toSorted((a, b) => a.timeMs - b.timeMs || inText(a.name, b.name) || inText(a.category, b.category))
    .at(-1);
  const named = (name: string) => shares.filter(({ event, isIn }) => isIn && event.name === name);
  const people = (name: string, atLeast = 1): readonly number[] =>
    [...Map.groupBy(named(name), ({ event }) => event.person)].filter(([, all]) => all.length >= atLeast).map(([person]) => person);
  const [bought, returned] = [named("Order Completed"), named("Order Refunded")];
  const viewers = people("Product Viewed");
  const buyers = people("Order Completed");
  return {
    name: newest?.name ?? "",
    category: newest?.category ?? "",
    views: named("Product Viewed").length,
    viewers: viewers.length,
    carts: named("Product Added").length,
    adders: people("Product Added").length,
    orders: bought.length,
    buyers: buyers.length,
    repeaters: people("Order Completed", 2).length,
    viewersWhoBought: viewers.filter((person) => buyers.includes(person)).length,
    units: sumOf(bought.map(({ units }) => units)) - sumOf(returned.map(({ units }) => units)),
    unitsRefunded: sumOf(returned.map(({ units }) => units)),
    netMinor: sumOf([...bought, ...returned].map(({ minor }) => minor)),
  };
}

/** The items (or categories) that events name. */
export function referenceItems(events: readonly MoneyEvent[], by: "product_id" | "category"): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) => {
      if (!PRODUCT_EVENTS.includes(event.name)) return [];
      const lines = linesOf(event);
      if (lines.length === 0) return isOrder(event) || isRefund(event) ? [""] : [];
      return lines.map((line) => textOf(line[by]));
    }),
  );
}
