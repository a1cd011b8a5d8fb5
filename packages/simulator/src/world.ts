import type { EventContext, TraitChange } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { JsonObject } from "@terrace/domain/json";
import { openBooks, type Books } from "./books.ts";
import { dayOf, startOf } from "./calendar.ts";
import type { Person } from "./person.ts";
import type { Plan } from "./plan.ts";

/** Something that happened in the simulated business, ready to be sent like any other event. */
export type SimulatedEvent = {
  readonly messageId: string;
  readonly name: string;
  readonly timeMs: number;
  /** Strongest first; none for what belongs to nobody (exposures of a channel). */
  readonly ids: readonly IdentityRef[];
  readonly properties: JsonObject;
  readonly traits: readonly TraitChange[];
  readonly context: Partial<EventContext>;
};

/** An event of the day under way; its number is known once the day is in order. */
type Happening = Omit<SimulatedEvent, "messageId"> & { messageId: string };

/** The state of the business: who is there, what is still to come, what was written down. */
export type World = {
  readonly plan: Plan;
  readonly books: Books;
  /** Everyone who was heard of, by number. */
  readonly people: Person[];
  /** Those of them who are registered, in order of registration. */
  readonly members: Person[];
  /** How many of the members were so before today: only they are written to and invite others. */
  membersBefore: number;
  /** What was set off earlier and falls due on a day. */
  readonly due: Map<number, (() => void)[]>;
  /** Members by the month and day of their birthday. */
  readonly birthdays: Map<string, Person[]>;
  day: number;
  isMemberDay: boolean;
  happened: Happening[];
  orders: number;
  tickets: number;
  /** Arrivals that are owed: whole numbers come out of fractions of people a day. */
  arrivals: number;
};

export function openWorld(plan: Plan): World {
  return {
    plan,
    books: openBooks(),
    people: [],
    members: [],
    membersBefore: 0,
    due: new Map(),
    birthdays: new Map(),
    day: plan.firstDay,
    isMemberDay: false,
    happened: [],
    orders: 0,
    tickets: 0,
    arrivals: 0,
  };
}

const NO_TRAITS: readonly TraitChange[] = [];
export const NO_CONTEXT: Partial<EventContext> = {};

/** Writes down an event of the day under way. */
export function happen(
  world: World,
  event: Pick<Happening, "name" | "timeMs" | "ids" | "properties"> & Partial<Pick<Happening, "traits" | "context">>,
): void {
  const { name, timeMs, ids, properties, traits = NO_TRAITS, context = NO_CONTEXT } = event;
  world.happened.push({ messageId: "", name, timeMs: Math.floor(timeMs), ids, properties, traits, context });
}

/** Does something at a time: now when it falls on the day under way, else when its day comes. */
export function later(world: World, timeMs: number, act: (atMs: number) => void): void {
  const day = dayOf(timeMs);
  if (day <= world.day) {
    act(Math.min(timeMs, startOf(world.day + 1) - 1));
    return;
  }
  const waiting = world.due.get(day);
  if (waiting === undefined) world.due.set(day, [() => act(timeMs)]);
  else waiting.push(() => act(timeMs));
}

/** The ids under which Terrace meets a person outside their devices: on a message, in a ticket, at the counter. */
export function memberIds(person: Person): readonly IdentityRef[] {
  if (!isRegistered(person)) return [{ kind: "phone", value: person.phone }];
  const [device] = person.devices;
  const [strongest] = device?.known ?? [];
  return strongest === undefined ? [] : [strongest];
}

export function isRegistered(person: Person): boolean {
  return person.registeredMs > 0;
}

/** Takes someone in as a member. */
export function enrol(world: World, person: Person, registeredMs: number): void {
  person.registeredMs = Math.floor(registeredMs);
  world.members.push(person);
  const date = person.birthday.slice(5);
  const same = world.birthdays.get(date);
  if (same === undefined) world.birthdays.set(date, [person]);
  else same.push(person);
}

/** Makes a person leave earlier than they would have. */
export function leave(world: World, person: Person, because: Exclude<Person["leavesBecause"], "drifted">): void {
  if (person.leavesDay <= world.day) return;
  person.leavesDay = world.day + 1;
  person.leavesBecause = because;
}
