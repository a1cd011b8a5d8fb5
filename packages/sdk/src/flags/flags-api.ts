/** Whatever JSON can hold. */
export type FlagJson = string | number | boolean | null | readonly FlagJson[] | { readonly [key: string]: FlagJson };

/** Who a flag is asked for, and what is known of them: `id` is the person, `userId` and `anonymousId` beside it are other ids of them; `groupId` and `sessionId` are other units. */
export type FlagContext = { readonly [attribute: string]: FlagJson };

/** Why a value was given, in OpenFeature's words. */
export type FlagReason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";

export type FlagDetails = {
  readonly value: FlagJson;
  readonly reason: FlagReason;
  /** The flag is not there (not yet, or no more): the fallback was given. */
  readonly isFallback: boolean;
  readonly variant?: string;
  readonly exposure?: Exposure;
  /** Ids of the person had been given different arms here: that given first holds from now on for all of them. */
  readonly isConflict?: true;
};

/** Somebody was given an arm of an experiment: the properties of the event `$exposure`. */
export type Exposure = {
  readonly experiment: string;
  readonly variant: string;
  readonly flag: string;
  readonly unit: "person" | "group" | "session";
  readonly hash_version: number;
  /** Which assignment of the experiment. */
  readonly version: number;
  /** By which shares the arm was drawn, of an experiment whose shares change. */
  readonly period?: number;
};

/** Where features and arms are kept between visits; a browser's localStorage fits. */
export type FlagStore = { readonly getItem: (key: string) => string | null; readonly setItem: (key: string, text: string) => void };

/** How a host asks for flags and keeps them. */
export type FlagTransport = {
  /** Answers the JSON of an address, undefined when none came; never rejects. */
  readonly get: (url: string) => Promise<unknown>;
  readonly store?: FlagStore;
  /** Runs a function at each change, and answers how to hang up. Where there is none, flags are asked for again and again. */
  readonly listen?: (url: string, changed: () => void) => () => void;
};

export type FlagOptions = {
  readonly host: string;
  readonly writeKey: string;
  /** Told once of each arm that a unit is given: send it as the event `$exposure` about whoever it was. */
  readonly onExposure?: (exposure: Exposure, context: FlagContext) => void;
  /** By default the host's own where it has one (localStorage, wx storage); null keeps nothing. */
  readonly store?: FlagStore | null;
  /** How often flags are asked for while there is no stream; default 60,000 ms. */
  readonly pollMs?: number;
  /** false = only asked for now and then. */
  readonly stream?: boolean;
};

/** The type that a fallback stands for: of `false`, any boolean. */
export type Widened<T extends FlagJson> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

/** Flags, evaluated here: an evaluation asks nobody and costs microseconds. */
export type Flags = {
  /** Resolves once flags are there: those kept from before, or those that were asked for. False when there are none yet; they are asked for again. */
  readonly ready: () => Promise<boolean>;
  readonly value: <T extends FlagJson>(key: string, fallback: T, context?: FlagContext) => Widened<T>;
  readonly details: (key: string, fallback: FlagJson, context?: FlagContext) => FlagDetails;
  /** Asks for flags now. Resolves with whether an answer came. */
  readonly refresh: () => Promise<boolean>;
  /** Runs whenever flags changed; answers how to call it off. */
  readonly onChange: (run: () => void) => () => void;
  readonly close: () => void;
};

export type CreateFlags = (options: FlagOptions) => Flags;
