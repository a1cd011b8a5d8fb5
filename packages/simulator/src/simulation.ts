import { act } from "./actions.ts";
import { arrive, bringOldMembers } from "./arrivals.ts";
import { channelBook, count, RETENTION_DAYS, type Books } from "./books.ts";
import { dayOf, HOUR_MS, isMemberDay, startOf, visitFactor } from "./calendar.ts";
import { manifestOf, type Manifest } from "./manifest.ts";
import { buyAtStore } from "./orders.ts";
import type { Person } from "./person.ts";
import { planOf, type Plan, type SimulationConfig } from "./plan.ts";
import { Random, unit } from "./random.ts";
import { startOfVisit, visit } from "./session.ts";
import { happen, isRegistered, openWorld, type SimulatedEvent, type World } from "./world.ts";

/**
 * A simulated business. Pure: seed and dates decide everything, whoever reads it and however much at once.
 * Memory is that of the people and of one day's events.
 */
export type Simulation = {
  readonly plan: Plan;
  /** All events of the next day in time order, from the first day on and, after the last, into the future. */
  readonly nextDay: () => DayOfEvents;
  /** What was planted, and what came of it up to the day generated last. */
  readonly manifest: () => Manifest;
  /** What was tried on people up to the day generated last, person by person where it was asked so. */
  readonly tried: () => Pick<Books, "banner" | "asked">;
};

export type DayOfEvents = { readonly day: number; readonly events: readonly SimulatedEvent[] };

const SALT = { visit: 51, offline: 52 } as const;

export function createSimulation(config: SimulationConfig, plan = planOf(config)): Simulation {
  const world = openWorld(plan);
  let next = world.plan.firstDay;
  return {
    plan: world.plan,
    nextDay: () => {
      world.day = next;
      next += 1;
      return { day: world.day, events: liveDay(world) };
    },
    manifest: () => manifestOf(world),
    tried: () => world.books,
  };
}

/** The events of the past of a simulation, up to `endMs`, one after another. */
export function* pastEvents(simulation: Simulation): Generator<SimulatedEvent, void, undefined> {
  const { lastDay, endMs } = simulation.plan;
  for (;;) {
    const { day, events } = simulation.nextDay();
    for (const event of events) if (event.timeMs < endMs) yield event;
    if (day >= lastDay) return;
  }
}

function liveDay(world: World): readonly SimulatedEvent[] {
  world.happened = [];
  world.isMemberDay = isMemberDay(world.day);
  // Whoever is brought in today comes from tomorrow on.
  const known = world.people.length;
  world.membersBefore = world.members.length;
  if (world.day === world.plan.firstDay) bringOldMembers(world);
  const due = world.due.get(world.day) ?? [];
  world.due.delete(world.day);
  for (const happening of due) happening();
  arrive(world);
  const factor = visitFactor(world.day);
  for (let n = 0; n < known; n += 1) {
    const person = world.people[n];
    if (person !== undefined) comeAgain(world, person, factor);
  }
  act(world);
  return settled(world);
}

const AFTERGLOW = 0.015;

/** Whether someone comes today, and how. */
function comeAgain(world: World, person: Person, factor: number): void {
  const { seed } = world.plan;
  const toss = unit(seed * 7 + SALT.visit, person.n, world.day);
  if (toss >= chanceToCome(world, person, factor)) return;
  bookReturn(world, person);
  if (person.devices[0]?.platform === "store" || unit(seed * 7 + SALT.offline, person.n, world.day) < person.offline * 0.4)
    goToStore(world, person);
  else visit(world, person);
}

function chanceToCome(world: World, person: Person, factor: number): number {
  const own = ownChance(world, person) * factor;
  return person.recalledUntil >= world.day ? own + world.plan.recall.dailyReturn : own;
}

function ownChance(world: World, person: Person): number {
  if (world.day >= person.leavesDay) return person.rate * AFTERGLOW;
  if (!isRegistered(person)) return person.passes ? person.rate * 0.8 : 0.3;
  const age = world.day - dayOf(person.registeredMs);
  const fresh = age <= 3 ? 2.6 : 1;
  return Math.min(0.9, person.rate * fresh * (world.isMemberDay ? 1.9 : 1));
}

/** Writes down that someone used the product so many days after registering, and in the week of the recall. */
function bookReturn(world: World, person: Person): void {
  const { books, plan } = world;
  if (
    person.recallArm !== "" &&
    !person.recallReturned &&
    world.day > plan.recall.day &&
    world.day <= plan.recall.day + plan.recall.windowDays
  ) {
    person.recallReturned = true;
    books.recall[person.recallArm].returned += 1;
  }
  if (!isRegistered(person) || person.arrivalDay < plan.firstDay) return;
  const age = world.day - dayOf(person.registeredMs);
  for (const days of RETENTION_DAYS) if (age === days) count(channelBook(books, person.channel).returned, days);
}

function goToStore(world: World, person: Person): void {
  const random = new Random(world.plan.seed, SALT.offline, person.n, world.day);
  const openMs = startOf(world.day) + 9 * HOUR_MS;
  const atMs = Math.max(openMs + random.below(HOUR_MS), startOfVisit(world.day, random));
  person.lastVisitDay = world.day;
  if (isRegistered(person) && random.chance(0.4))
    happen(world, {
      name: "Store Visited",
      timeMs: atMs,
      ids: [{ kind: "member_no", value: person.memberNo }],
      properties: { store: person.store.name, store_id: person.store.id, qr_code: person.store.code },
    });
  buyAtStore(world, person, random, atMs + 90_000);
}

/** Puts a day into the order of time and numbers its events; equal times keep the order they were made in. */
function settled(world: World): readonly SimulatedEvent[] {
  const { plan, day, happened, books } = world;
  happened.sort((a, b) => a.timeMs - b.timeMs);
  books.events += happened.length;
  const prefix = `sim-${plan.seed.toString(36)}-${plan.people.toString(36)}-${(day - plan.firstDay).toString(36)}-`;
  for (let place = 0; place < happened.length; place += 1) {
    const event = happened[place];
    if (event !== undefined) event.messageId = prefix + place.toString(36);
  }
  return happened;
}
