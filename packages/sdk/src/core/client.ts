import type { Host } from "./host.ts";
import { createIdentity, type Identity } from "./identity.ts";
import type { EventTypes, JsonObject, Message, Options, Terrace } from "./message.ts";
import { createQueue, type Drops } from "./queue.ts";
import { createSender, type Sender } from "./sender.ts";

/** Terrace stores events up to 32 KB; the rest is room for what the edge adds. */
const EVENT_LENGTH_MAX = 30_000;

/** The client, and what the life of its host drives. */
export type Core<Events extends object> = {
  readonly terrace: Terrace<Events>;
  readonly track: (name: string, properties?: object) => void;
  readonly sender: Sender;
  readonly save: (sentBlind?: boolean) => void;
};

type Send = (type: Message["type"], fields: JsonObject) => void;

/** The one client behind every host: identity, super properties, consent, queue. */
export function createCore<Events extends object = EventTypes>(host: Host, options: Options): Core<Events> {
  const prefix = `terrace.${options.writeKey}.`;
  let allowed = false;
  const identity = createIdentity(host, `${prefix}id`);
  const limits = { countMax: options.queueEventsMax ?? 1_000, lengthMax: options.queueLengthMax ?? 512_000 };
  const queue = createQueue(host, `${prefix}q.`, limits, options.onDrop);
  const message = (type: Message["type"], fields: JsonObject): string => JSON.stringify(describe(host, identity, type, fields));
  const sender = createSender(host, queue, { ...options, report: (drops) => message("track", dropReport(drops)) });
  const send: Send = (type, fields) => {
    if (!allowed) return;
    const text = message(type, fields);
    if (text.length > EVENT_LENGTH_MAX) queue.dropped("too_large", 1);
    else queue.add(text);
    sender.changed();
  };
  const allow = (given: boolean): void => {
    if (given && !allowed) {
      identity.keep();
      queue.adopt();
      if (queue.size() > 0) sender.changed();
    }
    if (!given) {
      sender.stop();
      queue.clear();
      identity.forget();
    }
    allowed = given;
  };
  const track = (name: string, properties?: object): void =>
    send("track", { event: name, properties: { ...identity.get().s, ...properties } });
  // Before the choice is known nothing is touched: what an earlier visit left waits for it.
  if (options.consent !== false) allow(true);
  return {
    sender,
    save: queue.save,
    track,
    terrace: {
      ...calls(identity, send),
      // The types of events are the caller's word; at run time properties are properties.
      track: track as Terrace<Events>["track"],
      consent: (given) => {
        if (typeof given === "boolean") return allow(given);
        for (const [key, state] of Object.entries(given)) {
          const [purpose, channel] = key.split(":");
          track(state ? "Consent Given" : "Consent Withdrawn", { purpose, channel });
        }
      },
      flush: sender.flush,
      anonymousId: identity.anonymousId,
      waiting: queue.size,
    },
  };
}

/** The calls that say who a person is and where they are. */
function calls(
  identity: Identity,
  send: Send,
): Pick<Terrace, "identify" | "set" | "page" | "screen" | "group" | "alias" | "reset" | "register"> {
  const view =
    (type: "page" | "screen") =>
    (name?: string, properties?: object): void =>
      send(type, { name, properties: { ...identity.get().s, ...properties } });
  return {
    page: view("page"),
    screen: view("screen"),
    identify: (userId, traits) => {
      const { u } = identity.get();
      // Someone else on the same device is not the person before them.
      if (u !== undefined && u !== userId) identity.renew();
      identity.anonymousId();
      identity.set({ u: userId });
      send("identify", { traits: { ...traits } });
    },
    set: (traits) => send("identify", { traits: { ...traits } }),
    group: (groupId, traits) => {
      identity.set({ g: groupId });
      send("group", { groupId, traits: { ...traits } });
    },
    alias: (userId, previousId) => send("alias", { userId, previousId: previousId ?? identity.anonymousId() }),
    reset: identity.renew,
    register: (properties) => {
      const s = { ...identity.get().s, ...properties } as Record<string, JsonObject[string]>;
      for (const name of Object.keys(s)) if (s[name] === undefined) delete s[name];
      identity.set({ s });
    },
  };
}

function describe(host: Host, identity: Identity, type: Message["type"], fields: JsonObject): Message {
  const anonymousId = identity.anonymousId();
  const { u, g } = identity.get();
  return {
    type,
    messageId: host.newId(),
    timestamp: new Date(host.nowMs()).toISOString(),
    anonymousId,
    userId: u,
    context: { ...host.context(), groupId: g },
    ...fields,
  };
}

/** The event that tells how many events are missing, and why. */
export function dropReport(drops: Drops): { readonly event: string; readonly properties: JsonObject } {
  const count = Object.values(drops).reduce((sum, events) => sum + events, 0);
  return { event: "Events Dropped", properties: { count, reasons: drops } };
}
