import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCore, dropReport } from "../core/client.ts";
import type { Host } from "../core/host.ts";
import type { EventTypes, Json, JsonObject, Message, Options, Terrace } from "../core/message.ts";
import { createQueue } from "../core/queue.ts";
import { createSender } from "../core/sender.ts";

export type { Consent, EventTypes, Options, Terrace } from "../core/message.ts";
const LIBRARY = { name: "terrace-node", version: "0.1.0" };

export type NodeOptions = Options & {
  /** A folder that keeps what could not be sent over a restart; without one it lives in memory. One process per folder. */
  readonly folder?: string;
  /** Time one request may take; default 15,000 ms. */
  readonly timeoutMs?: number;
};

/** Who an event is about: a server speaks for many people at once. */
export type Person =
  { readonly userId: string; readonly anonymousId?: string } | { readonly userId?: string; readonly anonymousId: string };
type Extra = { readonly timestamp?: Date; readonly messageId?: string; readonly context?: JsonObject };

/** The client of a server. Every call names its person; nothing is remembered of them between calls. */
export type NodeTerrace<Events extends object = EventTypes> = {
  readonly track: <Name extends keyof Events & string>(
    call: Person &
      Extra & { readonly event: Name } & (Partial<Events[Name]> extends Events[Name]
        ? { readonly properties?: Events[Name] }
        : { readonly properties: Events[Name] }),
  ) => void;
  readonly identify: (call: Person & Extra & { readonly traits?: object }) => void;
  readonly page: (call: Person & Extra & { readonly name?: string; readonly properties?: object }) => void;
  readonly group: (call: Person & Extra & { readonly groupId: string; readonly traits?: object }) => void;
  readonly alias: (call: { readonly userId: string; readonly previousId: string } & Extra) => void;
  readonly flush: () => Promise<void>;
  readonly waiting: () => number;
  /** Sends what waits, within a time; call it before the process ends. Resolves with the number of events that could not be sent. */
  readonly close: (withinMs?: number) => Promise<number>;
};

/** Starts the client of a server process. */
export function createTerrace<Events extends object = EventTypes>(options: NodeOptions): NodeTerrace<Events> {
  const host = createNodeHost(options);
  const limits = { countMax: options.queueEventsMax ?? 10_000, lengthMax: options.queueLengthMax ?? 16_000_000 };
  const queue = createQueue(host, `terrace.${options.writeKey}.q.`, limits, options.onDrop);
  const message = (type: Message["type"], call: object): string => {
    const { timestamp, messageId, ...fields } = call as Extra & Readonly<Record<string, Json>>;
    return JSON.stringify({
      type,
      messageId: messageId ?? randomUUID(),
      timestamp: (timestamp ?? new Date(host.nowMs())).toISOString(),
      ...fields,
    });
  };
  const sender = createSender(host, queue, {
    ...options,
    report: (drops) => message("track", { anonymousId: LIBRARY.name, ...dropReport(drops) }),
  });
  const send =
    (type: Message["type"]) =>
    (call: object): void => {
      queue.add(message(type, call));
      sender.changed();
    };
  queue.adopt();
  if (queue.size() > 0) sender.changed();
  return {
    track: send("track"),
    identify: send("identify"),
    page: send("page"),
    group: send("group"),
    alias: send("alias"),
    flush: sender.flush,
    waiting: queue.size,
    close: async (withinMs = 10_000) => {
      let cancel = (): void => undefined;
      const late = new Promise<void>((resolve) => {
        cancel = host.later(resolve, withinMs);
      });
      await Promise.race([sender.flush(), late]);
      cancel();
      sender.stop();
      queue.save();
      return queue.size();
    },
  };
}

/** One person's client, as in a browser: for kiosks, desktop applications and tests. */
export function createPersonalTerrace<Events extends object = EventTypes>(options: NodeOptions): Terrace<Events> {
  return createCore<Events>(createNodeHost(options), options).terrace;
}

function createNodeHost({ folder, timeoutMs }: NodeOptions): Host {
  const memory = new Map<string, string>();
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const fileOf = (key: string): string => join(folder ?? "", `${encodeURIComponent(key)}.json`);
  return {
    library: `${LIBRARY.name} ${LIBRARY.version}`,
    nowMs: Date.now,
    newId: randomUUID,
    later: (run, afterMs) => {
      // Waiting to send must not keep a process alive: `close` is for that.
      const timer = setTimeout(run, afterMs).unref();
      return () => clearTimeout(timer);
    },
    post: async (url, body) => {
      try {
        const answer = await fetch(url, {
          method: "POST",
          body,
          headers: { "content-type": "application/json" },
          signal: AbortSignal.timeout(timeoutMs ?? 15_000),
        });
        await answer.arrayBuffer();
        return { status: answer.status, retryAfterSeconds: Number(answer.headers.get("retry-after")) };
      } catch {
        return { status: 0 };
      }
    },
    read: (key) => {
      if (folder === undefined) return memory.get(key) ?? null;
      try {
        return readFileSync(fileOf(key), "utf8");
      } catch {
        return null;
      }
    },
    write: (key, text) => {
      if (folder === undefined) {
        if (text === null) memory.delete(key);
        else memory.set(key, text);
      } else if (text === null) rmSync(fileOf(key), { force: true });
      else {
        // Whole or not at all, whenever the process is killed.
        writeFileSync(`${fileOf(key)}.new`, text);
        renameSync(`${fileOf(key)}.new`, fileOf(key));
      }
    },
    keys: (prefix) =>
      (folder === undefined
        ? [...memory.keys()]
        : readdirSync(folder)
            .filter((name) => name.endsWith(".json"))
            .map((name) => decodeURIComponent(name.slice(0, -".json".length)))
      ).filter((key) => key.startsWith(prefix)),
    context: () => ({}),
    batchContext: () => ({ library: LIBRARY }),
  };
}
