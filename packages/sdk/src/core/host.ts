import type { JsonObject } from "./message.ts";

/** How an attempt ended: the status of the answer, 0 when there was none. */
export type Sent = { readonly status: number; readonly retryAfterSeconds?: number };

/** What a browser, Node and a mini-program do differently. */
export type Host = {
  readonly library: string;
  readonly nowMs: () => number;
  /** A new random id of at least 100 bits. */
  readonly newId: () => string;
  /** Never rejects. */
  readonly post: (url: string, body: string) => Promise<Sent>;
  readonly read: (key: string) => string | null;
  /** null removes the key. A store that is full or forbidden may do nothing. */
  readonly write: (key: string, text: string | null) => void;
  /** The keys of the store that begin so. */
  readonly keys: (prefix: string) => readonly string[];
  /** Runs once after a time; answers how to call it off. */
  readonly later: (run: () => void, afterMs: number) => () => void;
  /** Facts about where an event happens, e.g. the page. */
  readonly context: () => JsonObject;
  /** Facts that are the same for all events of a request. */
  readonly batchContext: () => JsonObject;
};
