import { channelBook } from "./books.ts";
import { HOUR_MS, startOf, visitFactor } from "./calendar.ts";
import { CHANNELS, REFERRAL, XIAOHONGSHU } from "./channels.ts";
import { makePerson, type Person } from "./person.ts";
import type { Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { bringOldMember, register } from "./registration.ts";
import { startOfVisit, visit } from "./session.ts";
import { happen, type World } from "./world.ts";
import { buyAtStore } from "./orders.ts";

const SALT = { inviter: 31, old: 32, store: 33, exposure: 34 } as const;

/** How many newcomers a channel has on a day, in no particular unit: the season, growth, and the planted campaign. */
function pull(plan: Plan, channel: number, day: number): number {
  const way = CHANNELS[channel] ?? CHANNELS[0];
  const growth = 0.75 + (0.5 * (day - plan.firstDay)) / plan.days;
  return way.share * growth * visitFactor(day) * (isCampaign(plan, channel, day) ? plan.campaign.lift : 1);
}

export function isCampaign({ campaign }: Plan, channel: number, day: number): boolean {
  return channel === XIAOHONGSHU && day >= campaign.fromDay && day < campaign.toDay;
}

const scales = new WeakMap<Plan, number>();

/** People per unit of pull, so that the newcomers of the whole period are as many as asked for. */
function scaleOf(plan: Plan): number {
  let scale = scales.get(plan);
  if (scale === undefined) {
    let sum = 0;
    for (let day = plan.firstDay; day <= plan.lastDay; day += 1) for (const channel of CHANNELS.keys()) sum += pull(plan, channel, day);
    // A hair more, so that the last one is not lost to rounding.
    scale = plan.newcomers / sum + 1e-9 / sum;
    scales.set(plan, scale);
  }
  return scale;
}

/** The members from before: a file of them is brought in during the first night. */
export function bringOldMembers(world: World): void {
  const { plan } = world;
  const fromMs = startOf(plan.firstDay) + 2 * HOUR_MS;
  for (let n = 0; n < plan.oldMembers; n += 1) {
    const person = makePerson(plan, n, { arrivalDay: plan.firstDay - 1 });
    world.people.push(person);
    bringOldMember(world, person, fromMs + Math.floor((n * 2 * HOUR_MS) / plan.oldMembers));
  }
}

/** Lets the newcomers of the day come, each on their first visit, and writes down what the channels showed and cost. */
export function arrive(world: World): void {
  const { plan, day } = world;
  for (const channel of CHANNELS.keys()) {
    const before = Math.floor(world.arrivals);
    world.arrivals += pull(plan, channel, day) * scaleOf(plan);
    const newcomers = Math.floor(world.arrivals) - before;
    for (let count = 0; count < newcomers; count += 1) comeFirst(world, channel);
    expose(world, channel, newcomers);
  }
}

function comeFirst(world: World, channel: number): void {
  const n = world.people.length;
  const inviter = channel === REFERRAL ? inviterFor(world, n) : undefined;
  const person = makePerson(world.plan, n, { channel, arrivalDay: world.day, inviter });
  world.people.push(person);
  if (person.devices[0]?.platform === "store") comeToStore(world, person);
  else visit(world, person);
}

/** Whoever has invited before invites again: trees grow where they grow. */
function inviterFor(world: World, n: number): Person | undefined {
  const random = new Random(world.plan.seed, SALT.inviter, n);
  let best: Person | undefined;
  for (let tries = 0; tries < 4 && world.membersBefore > 0; tries += 1) {
    const candidate = world.members[random.below(world.membersBefore)];
    if (candidate !== undefined && candidate.devices[0]?.platform !== "store" && (best === undefined || candidate.invited > best.invited))
      best = candidate;
  }
  if (best !== undefined) best.invited += 1;
  return best;
}

/** Someone without a device registers at the counter and buys at once. */
function comeToStore(world: World, person: Person): void {
  const [device] = person.devices;
  if (device === undefined) return;
  const random = new Random(world.plan.seed, SALT.store, person.n);
  const atMs = Math.max(startOfVisit(world.day, random), startOf(world.day) + 9 * HOUR_MS);
  channelBook(world.books, person.channel).visitors += 1;
  person.lastVisitDay = world.day;
  register(world, person, { device, random, timeMs: atMs });
  buyAtStore(world, person, random, Math.min(atMs + 120_000, startOf(world.day + 1) - 1));
}

/** One line a day and channel, as an ad platform reports it in the evening. */
function expose(world: World, channel: number, newcomers: number): void {
  const way = CHANNELS[channel] ?? CHANNELS[0];
  if (way.exposuresPer === 0) return;
  const random = new Random(world.plan.seed, SALT.exposure, channel, world.day);
  const exposures = Math.round((newcomers + random.next()) * way.exposuresPer * (0.9 + 0.2 * random.next()));
  const costFen = Math.round(newcomers * way.costPer * 100 * (0.95 + 0.1 * random.next()));
  const book = channelBook(world.books, channel);
  book.exposures += exposures;
  book.costFen += costFen;
  happen(world, {
    name: "Channel Exposure",
    timeMs: startOf(world.day) + 23 * HOUR_MS + 50 * 60_000 + channel * 1_000,
    ids: [],
    properties: {
      channel: way.name,
      campaign: isCampaign(world.plan, channel, world.day) ? world.plan.campaign.name : way.campaign,
      exposures,
      cost: costFen / 100,
      currency: "CNY",
    },
    context: way.context,
  });
}
