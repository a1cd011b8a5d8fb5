/** Whatever JSON can hold. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The shape of a file that `terrace types` writes: the properties of each event by its name. */
export type EventTypes = { readonly [name: string]: object };

/** A call of the Segment HTTP API as it waits in the queue. */
export type Message = {
  readonly type: "track" | "identify" | "page" | "screen" | "group" | "alias";
  readonly messageId: string;
  readonly timestamp: string;
  readonly anonymousId?: string | undefined;
  readonly userId?: string | undefined;
  readonly context?: JsonObject;
  readonly [key: string]: Json;
};

/** `false` = nothing is stored or sent; choices by `purpose` or `purpose:channel` are sent as facts about the person. */
export type Consent = boolean | { readonly [purpose: string]: boolean };

/** Settings every host understands. */
export type Options = {
  /** The workspace's write key. */
  readonly writeKey: string;
  /** Address of Terrace, e.g. `https://terrace.example.com`. */
  readonly host: string;
  /** `false` = wait for `consent(true)` before anything is stored or sent. */
  readonly consent?: boolean;
  /** Sends as soon as this many events wait; default 20. */
  readonly flushAt?: number;
  /** Sends what waits after this time; default 2,000 ms. */
  readonly flushAfterMs?: number;
  /** Events kept while they cannot be sent; beyond it the oldest are dropped and counted. Default 1,000. */
  readonly queueEventsMax?: number;
  /** Characters kept while they cannot be sent; default 512,000. */
  readonly queueLengthMax?: number;
  /** Hears of events that were dropped, and why; they are also counted in an event `Events Dropped`. */
  readonly onDrop?: (dropped: { readonly count: number; readonly reason: DropReason }) => void;
};

/** Why events were dropped: the queue was full, one was too large, or Terrace refused the request (its status is in the text). */
export type DropReason = "queue_full" | "too_large" | `refused_${number}`;

/** What a Terrace client does, wherever it runs. `Events` are the types that `terrace types` writes. */
export type Terrace<Events extends object = EventTypes> = {
  /** Something the person did. */
  readonly track: <Name extends keyof Events & string>(
    name: Name,
    ...properties: Partial<Events[Name]> extends Events[Name] ? [properties?: Events[Name]] : [properties: Events[Name]]
  ) => void;
  /** Says who the person is from now on, and what is known of them. */
  readonly identify: (userId: string, traits?: object) => void;
  /** Adds to what is known of the person, whoever they are. */
  readonly set: (traits: object) => void;
  readonly page: (name?: string, properties?: object) => void;
  readonly screen: (name?: string, properties?: object) => void;
  readonly group: (groupId: string, traits?: object) => void;
  /** Says that two ids are one person; `previousId` is by default the anonymous id. */
  readonly alias: (userId: string, previousId?: string) => void;
  /** Forgets who the person is, e.g. at sign-out: a new anonymous id begins. */
  readonly reset: () => void;
  /** Properties that go with every event from now on; `undefined` takes one away. */
  readonly register: (properties: object) => void;
  readonly consent: (given: Consent) => void;
  /** Sends what waits; resolves when it was sent or could not be. */
  readonly flush: () => Promise<void>;
  readonly anonymousId: () => string;
  /** Events that wait to be sent. */
  readonly waiting: () => number;
};
