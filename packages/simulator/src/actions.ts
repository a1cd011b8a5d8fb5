import { HASH_VERSION } from "@terrace/domain/assignment/bucket";
import { EXPOSURE } from "@terrace/domain/event/exposure-event";
import { isoDay } from "@terrace/domain/time/zoned-time";
import { channelBook, count } from "./books.ts";
import { HOUR_MS, isMemberDay, MINUTE_MS, startOf } from "./calendar.ts";
import { CHANNELS, REFERRAL } from "./channels.ts";
import { joinContexts } from "./contexts.ts";
import { deviceNamed, makePerson, userIdOf, type Person } from "./person.ts";
import { Random, unit } from "./random.ts";
import { traitsOf } from "./registration.ts";
import { happen, memberIds, type World } from "./world.ts";

const SALT = { message: 41, arm: 42, fraud: 43 } as const;

/** What the business itself does on the day: messages, the recall with its holdout, and what the ring of cheats does at night. */
export function act(world: World): void {
  if (isMemberDay(world.day + 1))
    sendAll(world, "会员日预告", (person) => world.day - person.lastVisitDay < 45 && unit(world.plan.seed, person.n, 5) < 0.35);
  wishBirthdays(world);
  if (world.day === world.plan.recall.day) recall(world);
  const night = world.day - world.plan.fraud.day;
  if (night >= 0 && night < world.plan.fraud.nights) cheat(world, night);
}

function sendAll(world: World, campaign: string, wanted: (person: Person) => boolean): void {
  for (const person of earlierMembers(world)) if (person.consents && wanted(person)) send(world, person, campaign, 18);
}

function wishBirthdays(world: World): void {
  for (const person of world.birthdays.get(isoDay(world.day).slice(5)) ?? [])
    if (person.consents && isFromBefore(world, person) && world.day - person.lastVisitDay < 120) send(world, person, "生日祝福", 9);
}

/** A message with what becomes of it. */
function send(world: World, person: Person, campaign: string, hour: number): void {
  const random = new Random(world.plan.seed, SALT.message, person.n, world.day);
  const channel = person.devices[0]?.platform === "app" ? "push" : person.devices[0]?.platform === "store" ? "sms" : "mini_program";
  const message = { message_id: `MSG${world.day}-${person.n}`, campaign, channel };
  const ids = memberIds(person);
  let atMs = startOf(world.day) + hour * HOUR_MS + random.below(20 * MINUTE_MS);
  const tell = (name: string, more: Readonly<Record<string, string>> = {}): void => {
    happen(world, { name, timeMs: atMs, ids, properties: { ...message, ...more } });
    atMs += 1_000 + random.below(40 * MINUTE_MS);
  };
  tell("Message Sent");
  if (random.chance(0.04)) {
    tell("Message Failed", { reason: "unreachable" });
    return;
  }
  tell("Message Delivered");
  if (!random.chance(channel === "sms" ? 0.1 : 0.24)) return;
  tell("Message Opened");
  if (random.chance(0.3)) tell("Message Clicked");
}

/** The holdout of coupons, in its first turn: the question that was asked about everyone before the recall. */
export const RECALL_HOLDOUT = { key: "coupons", experiment: "holdout:coupons:1" } as const;
export const RECALL_HOUR = 10;

/** The planted experiment: members silent for ten days get a coupon, but for those held out by lot. */
function recall(world: World): void {
  const { plan, books } = world;
  for (const person of earlierMembers(world)) {
    if (!person.consents || person.devices[0]?.platform === "store" || world.day - Math.max(person.lastVisitDay, plan.firstDay) < 10)
      continue;
    const isHeldOut = unit(plan.seed, SALT.arm, person.n) < plan.recall.holdout;
    (isHeldOut ? books.recall.holdout : books.recall.coupon).people += 1;
    const asked = { timeMs: startOf(world.day) + RECALL_HOUR * HOUR_MS, ids: memberIds(person) };
    const [ref] = asked.ids;
    if (ref !== undefined) books.asked.push({ ref, isHeld: isHeldOut });
    happen(world, {
      ...asked,
      name: EXPOSURE,
      properties: {
        experiment: RECALL_HOLDOUT.experiment,
        variant: isHeldOut ? "held" : "open",
        unit: "person",
        hash_version: HASH_VERSION,
      },
    });
    happen(world, {
      ...asked,
      name: "Experiment Viewed",
      properties: { experiment_id: "recall-coupon", experiment_name: "沉睡会员召回券", variation_id: isHeldOut ? "holdout" : "coupon" },
    });
    person.recallArm = isHeldOut ? "holdout" : "coupon";
    if (isHeldOut) continue;
    person.recalledUntil = world.day + plan.recall.windowDays;
    send(world, person, "沉睡会员召回券", 10);
  }
}

const RING_NETWORK = { ipPrefix: "203.0.113.0/24" };

/** The planted ring: dozens of accounts registered at night on three phones, all invited by one member; none of them ever buys. */
function cheat(world: World, night: number): void {
  const { plan, books } = world;
  const leader = leaderOf(world);
  if (leader === undefined) return;
  books.fraud.leader = leader.userId;
  const random = new Random(plan.seed, SALT.fraud, night);
  const accounts =
    Math.floor(((night + 1) * plan.fraud.accounts) / plan.fraud.nights) - Math.floor((night * plan.fraud.accounts) / plan.fraud.nights);
  for (let number = 0; number < accounts; number += 1) {
    const n = world.people.length;
    const person: Person = { ...makePerson(plan, n, { channel: REFERRAL, arrivalDay: world.day, inviter: leader }), passes: true, rate: 0 };
    const phone = deviceNamed({
      platform: "mini_program",
      id: `mp-ring-${plan.seed.toString(36)}-${number % 3}`,
      user: { kind: "user_id", value: userIdOf(n) },
      random,
      fromDay: world.day,
    });
    world.people.push(person);
    person.registeredMs = startOf(world.day) + 2 * HOUR_MS + Math.floor((number * 90 * MINUTE_MS) / Math.max(1, accounts));
    person.lastVisitDay = world.day;
    books.fraud.accounts.push(person.userId);
    leader.invited += 1;
    const book = channelBook(books, REFERRAL);
    book.visitors += 1;
    book.costFen += 1_000;
    count(book.registered, world.day);
    happen(world, {
      name: "Signed Up",
      timeMs: person.registeredMs,
      ids: [{ kind: "user_id", value: person.userId }, { kind: "phone", value: person.phone }, ...phone.anonymous],
      properties: { method: "wechat", channel: CHANNELS[REFERRAL]?.name ?? "", referrer_id: leader.userId },
      traits: traitsOf(person),
      context: joinContexts(phone.context, RING_NETWORK),
    });
  }
}

/** The member who cheats: one with the mini-program, the same every night. */
function leaderOf({ plan, members }: World): Person | undefined {
  const from = Math.floor(unit(plan.seed, SALT.fraud, 0) * plan.oldMembers);
  return members.slice(from).find(({ devices }) => devices[0]?.platform === "mini_program");
}

function earlierMembers({ members, membersBefore }: World): readonly Person[] {
  return members.slice(0, membersBefore);
}

function isFromBefore(world: World, person: Person): boolean {
  return person.registeredMs < startOf(world.day);
}
