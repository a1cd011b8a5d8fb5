import { PassThrough, type Readable } from "node:stream";
import { faultError } from "../../../platform/http/fault-error.ts";
import { isPublic } from "../../../platform/outbound/allow-list.ts";
import type { FlagDeps } from "../flag-deps.ts";
import type { LiveFeatures, Payload } from "../live/live-features.ts";

/** Whose flags a request asks for. */
export type Client = { readonly workspaceId: number; readonly environment: string; readonly key: string; readonly keyId: string };

/** Streams that tell clients to read their flags again. */
export type Subscriptions = {
  /** Throws `stream.too_many`. */
  readonly open: (client: Client, asked?: StreamAsked) => Promise<Readable>;
  /** Ends the streams of keys that are no longer good. Streams stay while keys cannot be asked for. */
  readonly checkKeys: () => Promise<void>;
  /** Keeps connections alive, and ends those whose client reads no more. */
  readonly beat: () => void;
  /** How many are open, and how many were refused for want of room since the start. */
  readonly counts: () => StreamCounts;
  readonly stop: () => void;
};
export type StreamAsked = {
  /** What the client heard last; if that is not what is in force, it is told at once. */
  readonly lastTag?: string | undefined;
  /** Where the client is, as far as that is known. */
  readonly address?: string | undefined;
};
export type StreamCounts = { readonly open: number; readonly refused: number };

/** Of one process: no workspace takes all the room of the others, and no address that of its workspace. */
const STREAMS_MAX = { process: 10_000, workspace: 2_500, address: 100 };
const BEAT_MS = 25_000;
const KEYS_EVERY_MS = 5_000;
const RETRY_SECONDS = 30;
/** What waits for a client that reads no more: two beats and more than one event. */
const UNREAD_BYTES_MAX = 2_000;

export type SubscriptionDeps = { readonly live: LiveFeatures } & Pick<FlagDeps, "log" | "findWriteKey">;
type Open = { readonly client: Client; readonly room: string; readonly stream: PassThrough; tag: string };

/**
 * One event for GrowthBook's clients and one for those of OpenFeature. They carry no flags: some clients evaluate by themselves and some here, and each knows how
 * to read its own.
 */
export function createSubscriptions({ live, log, findWriteKey }: SubscriptionDeps, streamsMax = STREAMS_MAX): Subscriptions {
  const { all, of, at, add, end } = createRoom();
  let [stopped, refused] = [false, 0];
  const tell = oneAtATime(async (workspaceId: number): Promise<void> => {
    const payloads = new Map<string, Payload>();
    for (const one of of(workspaceId)) {
      // A key can have been led to another environment.
      const environment = await live.environmentOf(workspaceId, one.client.keyId);
      const payload = payloads.get(environment) ?? (await live.payload(workspaceId, environment));
      payloads.set(environment, payload);
      if (payload.tag === one.tag || !all.has(one)) continue;
      one.tag = payload.tag;
      one.stream.write(changed(payload.tag));
    }
  });
  live.onChange({
    listens: (workspaceId) => of(workspaceId).size > 0,
    told: (workspaceId) => {
      tell(workspaceId).catch((error: unknown) =>
        log.warn({ err: error }, "clients could not be told of changed flags; they are at the next change"),
      );
    },
  });
  const checkKeys = keyChecks(all, findWriteKey, end);
  // So that what stands between does not take the connection for dead, and sends what it holds back.
  const beat = (): void => all.forEach(beatOne);
  const beats = setInterval(beat, BEAT_MS).unref();
  const checks = setInterval(() => {
    checkKeys().catch((error: unknown) => log.warn({ err: error }, "keys of streams could not be looked up; the streams stay"));
  }, KEYS_EVERY_MS).unref();
  return {
    checkKeys,
    beat,
    counts: () => ({ open: all.size, refused }),
    open: async (client, { lastTag, address } = {}) => {
      const { tag } = await live.payload(client.workspaceId, client.environment);
      // A proxy that is not told of may stand inside one's own network.
      const room = address !== undefined && isPublic(address) ? `${client.workspaceId} ${address}` : "";
      const isFull = all.size >= streamsMax.process || of(client.workspaceId).size >= streamsMax.workspace;
      if (stopped || isFull || (room !== "" && at(room) >= streamsMax.address)) {
        refused += 1;
        throw faultError("stream.too_many", {
          retryAfterSeconds: RETRY_SECONDS,
          mend: "Ask for the flags now and then instead, or try again later",
        });
      }
      const one: Open = { client, room, stream: new PassThrough(), tag };
      add(one);
      // The id alone: a client that comes again says it, and hears what it missed.
      one.stream.write(lastTag === undefined || lastTag === tag ? `id: ${tag}\n\n: open\n\n` : changed(tag));
      return one.stream;
    },
    stop: () => {
      stopped = true;
      clearInterval(beats);
      clearInterval(checks);
      all.forEach(end);
    },
  };
}

/** Runs a work once at a time for each key, and once more where it was asked for meanwhile: of two at once the slower would have the last word. */
function oneAtATime(work: (key: number) => Promise<void>): (key: number) => Promise<void> {
  const again = new Map<number, boolean>();
  return async (key) => {
    const isRunning = again.has(key);
    again.set(key, true);
    if (isRunning) return;
    try {
      while (again.get(key) === true) {
        again.set(key, false);
        await work(key);
      }
    } finally {
      again.delete(key);
    }
  };
}

/** Ends streams of keys that are no longer good. A key that cannot be looked up leaves no other unasked, and a slow database is not asked again before it answered. */
function keyChecks(all: Room["all"], findWriteKey: SubscriptionDeps["findWriteKey"], end: Room["end"]): () => Promise<void> {
  const checkAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const [key, streams] of Map.groupBy(all, ({ client }) => client.key))
      try {
        if ((await findWriteKey(key)) === null) streams.forEach(end);
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} keys of streams could not be looked up`);
  };
  let checking: Promise<void> | undefined;
  return () => (checking ??= checkAll().finally(() => (checking = undefined)));
}

function beatOne({ stream }: Open): void {
  // Whoever does not read would be written to for ever, in memory.
  if (stream.readableLength + stream.writableLength > UNREAD_BYTES_MAX) stream.destroy();
  else stream.write(": beat\n\n");
}

/** Streams that are open, all of them and by workspace. */
type Room = {
  readonly all: ReadonlySet<Open>;
  readonly of: (workspaceId: number) => ReadonlySet<Open>;
  /** How many a room of an address holds. */
  readonly at: (room: string) => number;
  readonly add: (one: Open) => void;
  readonly end: (one: Open) => void;
};
const NONE: ReadonlySet<Open> = new Set();

function createRoom(): Room {
  const all = new Set<Open>();
  const byWorkspace = new Map<number, Set<Open>>();
  const byRoom = new Map<string, number>();
  const drop = (one: Open): void => {
    if (!all.delete(one)) return;
    const left = (byRoom.get(one.room) ?? 0) - 1;
    if (left > 0) byRoom.set(one.room, left);
    else byRoom.delete(one.room);
    const others = byWorkspace.get(one.client.workspaceId);
    others?.delete(one);
    if (others?.size === 0) byWorkspace.delete(one.client.workspaceId);
  };
  return {
    all,
    of: (workspaceId) => byWorkspace.get(workspaceId) ?? NONE,
    at: (room) => byRoom.get(room) ?? 0,
    add: (one) => {
      const { workspaceId } = one.client;
      byWorkspace.set(workspaceId, (byWorkspace.get(workspaceId) ?? new Set()).add(one));
      all.add(one);
      byRoom.set(one.room, (byRoom.get(one.room) ?? 0) + 1);
      one.stream.on("close", () => drop(one));
    },
    end: (one) => {
      // Nothing is written to it from now on.
      drop(one);
      one.stream.end();
    },
  };
}

function changed(tag: string): string {
  const data = JSON.stringify({ type: "refetchEvaluation", etag: `"${tag}"` });
  return `id: ${tag}\nevent: features-updated\ndata: {}\n\nid: ${tag}\ndata: ${data}\n\n`;
}
