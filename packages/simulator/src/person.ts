import type { EventContext } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { isoDay } from "@terrace/domain/time/zoned-time";
import { CITIES, CITY_WEIGHTS, GIVEN, storesOf, SURNAMES, type City, type Store } from "./catalogue.ts";
import { CHANNELS, REFERRAL, STORE_CODE } from "./channels.ts";
import { sharedContext } from "./contexts.ts";
import type { Plan } from "./plan.ts";
import { mixed, Random, unit } from "./random.ts";

export type Platform = "mini_program" | "app" | "web" | "store";

/** A phone, tablet or browser: what someone is known by before they sign in there. */
export type Device = {
  readonly platform: Platform;
  readonly context: Partial<EventContext>;
  readonly anonymous: readonly IdentityRef[];
  readonly known: readonly IdentityRef[];
  /** First used on this day; until then it does not exist. */
  readonly fromDay: number;
  opened: boolean;
  signedIn: boolean;
};

/** How people of a kind live with the brand. `rate` = visits a day while they stay, `buys` = visits that end in an order. */
export const KINDS = [
  { id: "loyal", share: 0.1, rate: 0.125, buys: 0.6, cosmetics: 0.14, stays: 1.7, passes: 0 },
  { id: "explorer", share: 0.24, rate: 0.047, buys: 0.36, cosmetics: 0.2, stays: 1, passes: 0.12 },
  { id: "bargain", share: 0.16, rate: 0.042, buys: 0.06, cosmetics: 0.1, stays: 1, passes: 0.1 },
  { id: "gifter", share: 0.26, rate: 0.022, buys: 0.5, cosmetics: 0.55, stays: 1.2, passes: 0.15 },
  { id: "browser", share: 0.24, rate: 0.024, buys: 0.07, cosmetics: 0.2, stays: 0.8, passes: 0.55 },
] as const;
const KIND_SHARES = KINDS.map(({ share }) => share);
const CHANNEL_SHARES = CHANNELS.map(({ share }) => share);

export type LeavingReason = "drifted" | "slow_service" | "price" | "outage";

export type Person = {
  readonly n: number;
  readonly userId: string;
  readonly memberNo: string;
  readonly phone: string;
  readonly name: string;
  readonly gender: "female" | "male";
  readonly age: number;
  readonly birthday: string;
  readonly city: City;
  readonly store: Store;
  readonly channel: number;
  readonly kind: number;
  readonly devices: readonly Device[];
  /** First heard of on this day; −1 before the first day of the simulation. */
  readonly arrivalDay: number;
  /** Never registers: looks a few times and is gone. */
  readonly passes: boolean;
  /** Visits a day, before season and mood. */
  readonly rate: number;
  /** Days between the first visit and the registration. */
  readonly patience: number;
  /** Of the visits, so many are to a shop. */
  readonly offline: number;
  readonly consents: boolean;
  /** Likes the drink that becomes dearer. */
  readonly fan: boolean;
  readonly email: string;
  /** Who invited them; undefined for most. */
  readonly inviter: Person | undefined;
  registeredMs: number;
  /** Comes no more from this day on, and why. */
  leavesDay: number;
  leavesBecause: LeavingReason;
  lastVisitDay: number;
  /** Until this day a coupon calls them back; 0 = none. */
  recalledUntil: number;
  /** Their part in the recall: with a coupon, held out, or not in it. */
  recallArm: "" | "coupon" | "holdout";
  recallReturned: boolean;
  /** Saw one of the two orders of the menu. */
  sawMenu: boolean;
  /** Saw one of the banners. */
  sawBanner: boolean;
  orders: number;
  invited: number;
};

const SALT = { person: 11, family: 12, device: 13 } as const;
const PLATFORMS = ["mini_program", "app", "web", "store"] as const;
const PLATFORM_WEIGHTS = [0.62, 0.2, 0.12, 0.06] as const;
const FAMILY_SHARE = 0.008;
const SHARED_DEVICE_SHARE = 0.004;

type From = { readonly channel?: number; readonly arrivalDay: number; readonly inviter?: Person | undefined };

/** Person number `n`, decided by seed and number alone. `inviter` is undefined unless someone invited them. */
export function makePerson(plan: Plan, n: number, from: From): Person {
  const random = new Random(plan.seed, SALT.person, n);
  const channel = from.channel ?? random.weighted(CHANNEL_SHARES);
  const kind = random.weighted(KIND_SHARES);
  const platform = PLATFORMS[random.weighted(PLATFORM_WEIGHTS)] ?? "mini_program";
  return {
    n,
    ...idsOf(plan, n, random),
    ...bodyOf(plan, random),
    channel,
    kind,
    devices: devicesOf(plan, n, { platform, random, arrivalDay: Math.max(plan.firstDay, from.arrivalDay) }),
    arrivalDay: from.arrivalDay,
    ...habitsOf(plan, { random, channel, kind, platform, from }),
    inviter: from.inviter,
    registeredMs: 0,
    leavesBecause: "drifted",
    lastVisitDay: -1,
    recalledUntil: 0,
    recallArm: "",
    recallReturned: false,
    sawMenu: false,
    sawBanner: false,
    orders: 0,
    invited: 0,
  };
}

function bodyOf(plan: Plan, random: Random): Pick<Person, "gender" | "age" | "birthday" | "city" | "store"> {
  const age = Math.min(58, 18 + Math.floor(random.exponential(10)));
  const city = CITIES[random.weighted(CITY_WEIGHTS)] ?? CITIES[0];
  const shops = storesOf(city.name);
  return {
    gender: random.chance(0.64) ? "female" : "male",
    age,
    birthday: isoDay(plan.firstDay - Math.floor((age + random.next()) * 365.25)),
    city,
    store: shops[random.below(shops.length)] ?? shopOf(city),
  };
}

type Way = {
  readonly random: Random;
  readonly channel: number;
  readonly kind: number;
  readonly platform: Platform;
  readonly from: From;
};

function habitsOf(
  plan: Plan,
  { random, channel, kind, platform, from }: Way,
): Pick<Person, "passes" | "rate" | "patience" | "offline" | "consents" | "fan" | "leavesDay"> {
  const way = CHANNELS[channel] ?? CHANNELS[0];
  const traits = KINDS[kind] ?? KINDS[0];
  const mayPass = from.arrivalDay >= plan.firstDay && channel !== REFERRAL && platform !== "store";
  const atStore = platform === "store" || (channel === STORE_CODE && random.chance(0.35));
  return {
    passes: random.chance(traits.passes) && mayPass,
    rate: Math.min(0.8, traits.rate * way.visits * (0.5 + random.next())),
    patience: random.chance(0.6) || atStore ? 0 : random.between(1, 9),
    offline: platform === "store" ? 1 : random.next() * 0.35,
    consents: random.chance(0.72),
    fan: random.chance(0.15),
    leavesDay: Math.max(plan.firstDay, from.arrivalDay) + Math.ceil(random.exponential(way.staysDays * traits.stays)),
  };
}

function shopOf(city: City): Store {
  return { id: "S0", name: `${city.name}店`, city: city.name, code: "hm-0" };
}

function idsOf(plan: Plan, n: number, random: Random): Pick<Person, "userId" | "memberNo" | "phone" | "name" | "email"> {
  const userId = userIdOf(n);
  const owner = sharesWith(plan.seed, n, FAMILY_SHARE);
  return {
    userId,
    memberNo: `TC${String(10_000_000 + n)}`,
    phone: phoneOf(owner),
    name: `${random.pick(SURNAMES)}${random.pick(GIVEN)}`,
    email: random.chance(0.3) ? `${userId}@example.com` : "",
  };
}

export function userIdOf(n: number): string {
  return `u${String(100_000 + n)}`;
}

/** Eleven digits as of a mainland mobile, but from 111, which is given to nobody: mobile numbers begin with 13 to 19. */
export function phoneOf(n: number): string {
  return `111${String(10_000_000 + ((n * 7919) % 90_000_000))}`;
}

/** Some give the phone of somebody else at home: the person themselves, or a number shortly before theirs. */
function sharesWith(seed: number, n: number, share: number): number {
  return n > 8 && unit(seed, SALT.family, n) < share ? n - 1 - (n % 7) : n;
}

type DeviceWay = { readonly platform: Platform; readonly random: Random; readonly arrivalDay: number };

function devicesOf(plan: Plan, n: number, { platform, random, arrivalDay }: DeviceWay): readonly Device[] {
  const first = makeDevice(plan, n, { platform, place: 0, random, fromDay: arrivalDay });
  if (platform === "store" || !random.chance(0.17)) return [first];
  const other = platform === "mini_program" ? (random.chance(0.6) ? "app" : "web") : "mini_program";
  return [first, makeDevice(plan, n, { platform: other, place: 1, random, fromDay: arrivalDay + random.between(6, 60) })];
}

type DeviceIs = { readonly platform: Platform; readonly place: number; readonly random: Random; readonly fromDay: number };

function makeDevice(plan: Plan, n: number, { platform, place, random, fromDay }: DeviceIs): Device {
  const owner = unit(plan.seed, SALT.device, n) < SHARED_DEVICE_SHARE ? sharesWith(plan.seed, n, 1) : n;
  return deviceNamed({
    platform,
    id: `${platform === "mini_program" ? "mp" : platform}-${mixed(plan.seed, owner, place).toString(36)}${owner.toString(36)}`,
    user: platform === "store" ? { kind: "member_no", value: `TC${String(10_000_000 + n)}` } : { kind: "user_id", value: userIdOf(n) },
    random,
    fromDay,
  });
}

/** A device with the ids an SDK sends from it. */
export function deviceNamed(of: {
  readonly platform: Platform;
  readonly id: string;
  readonly user: IdentityRef;
  readonly random: Random;
  readonly fromDay: number;
}): Device {
  const anonymous: IdentityRef = of.platform === "mini_program" ? { kind: "openid", value: of.id } : { kind: "anonymous_id", value: of.id };
  return {
    platform: of.platform,
    context: sharedContext(contextOf(of.platform, of.random)),
    anonymous: [anonymous],
    known: of.platform === "store" ? [of.user] : [of.user, anonymous],
    fromDay: of.fromDay,
    opened: false,
    signedIn: false,
  };
}

/** Networks of the documentation (RFC 5737): they lead nowhere. */
const NETWORKS = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"] as const;

function contextOf(platform: Platform, random: Random): Partial<EventContext> {
  if (platform === "store") return { library: "terrace-simulator-pos" };
  const common = { locale: "zh-CN", ipPrefix: random.pick(NETWORKS) };
  if (platform === "web") return { ...common, library: "terrace-simulator-web", ...browserOf(random) };
  const phone = { ...common, deviceType: "mobile", os: random.chance(0.42) ? "iOS" : "Android" };
  return platform === "app"
    ? { ...phone, library: "terrace-simulator-app", appVersion: random.chance(0.7) ? "3.2.0" : "3.1.4" }
    : { ...phone, library: "terrace-simulator-mini", browser: "WeChat" };
}

function browserOf(random: Random): Partial<EventContext> {
  if (random.chance(0.35)) return { deviceType: "mobile", os: random.chance(0.5) ? "iOS" : "Android", browser: "Chrome" };
  return { deviceType: "desktop", os: random.chance(0.8) ? "Windows" : "macOS", browser: random.chance(0.7) ? "Chrome" : "Edge" };
}
