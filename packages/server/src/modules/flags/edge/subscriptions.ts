import { PassThrough, type Readable } from "node:stream";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { FlagDeps } from "../flag-deps.ts";
import type { LiveFeatures, Payload } from "../live/live-features.ts";

/** Whose flags a request asks for. */
export type Client = { readonly workspaceId: number; readonly environment: string; readonly key: string; readonly keyId: string };

/** Streams that tell clients to read their flags again. */
export type Subscriptions = {
  /** `lastTag`: what the client heard last; if that is not what is in force, it is told at once. Throws `stream.too_many`. */
  readonly open: (client: Client, lastTag?: string) => Promise<Readable>;
  /** Ends the streams of keys that are no longer good. Streams stay while keys cannot be asked for. */
  readonly checkKeys: () => Promise<void>;
  /** How many are open, and how many were refused for want of room since the start. */
  readonly counts: () => StreamCounts;
  readonly stop: () => void;
};
export type StreamCounts = { readonly open: number; readonly refused: number };

/** Of one process: no workspace takes all the room of the others. */
const STREAMS_MAX = { process: 10_000, workspace: 5_000 };
const BEAT_MS = 25_000;
const KEYS_EVERY_MS = 5_000;
const RETRY_SECONDS = 30;

export type SubscriptionDeps = { readonly live: LiveFeatures } & Pick<FlagDeps, "log" | "findWriteKey">;
type Open = { readonly client: Client; readonly stream: PassThrough; tag: string };

/**
 * One event for GrowthBook's clients and one for those of OpenFeature. They carry no flags: some clients evaluate by themselves and some here, and each knows how
 * to read its own.
 */
export function createSubscriptions({ live, log, findWriteKey }: SubscriptionDeps, streamsMax = STREAMS_MAX): Subscriptions {
  const { all, of, add, end } = createRoom();
  let [stopped, refused] = [false, 0];
  const tell = async (workspaceId: number): Promise<void> => {
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
  };
  live.onChange({
    listens: (workspaceId) => of(workspaceId).size > 0,
    told: (workspaceId) => {
      tell(workspaceId).catch((error: unknown) =>
        log.warn({ err: error }, "clients could not be told of changed flags; they are at the next change"),
      );
    },
  });
  const checkKeys = async (): Promise<void> => {
    for (const [key, streams] of Map.groupBy(all, ({ client }) => client.key)) if ((await findWriteKey(key)) === null) streams.forEach(end);
  };
  // So that what stands between does not take the connection for dead, and sends what it holds back.
  const beat = setInterval(() => {
    for (const { stream } of all) stream.write(": beat\n\n");
  }, BEAT_MS).unref();
  const checks = setInterval(() => {
    checkKeys().catch((error: unknown) => log.warn({ err: error }, "keys of streams could not be looked up; the streams stay"));
  }, KEYS_EVERY_MS).unref();
  return {
    checkKeys,
    counts: () => ({ open: all.size, refused }),
    open: async (client, lastTag) => {
      const { tag } = await live.payload(client.workspaceId, client.environment);
      if (stopped || all.size >= streamsMax.process || of(client.workspaceId).size >= streamsMax.workspace) {
        refused += 1;
        throw faultError("stream.too_many", {
          retryAfterSeconds: RETRY_SECONDS,
          mend: "Ask for the flags now and then instead, or try again later",
        });
      }
      const one: Open = { client, stream: new PassThrough(), tag };
      add(one);
      // The id alone: a client that comes again says it, and hears what it missed.
      one.stream.write(lastTag === undefined || lastTag === tag ? `id: ${tag}\n\n: open\n\n` : changed(tag));
      return one.stream;
    },
    stop: () => {
      stopped = true;
      clearInterval(beat);
      clearInterval(checks);
      all.forEach(end);
    },
  };
}

/** Streams that are open, all of them and by workspace. */
type Room = {
  readonly all: ReadonlySet<Open>;
  readonly of: (workspaceId: number) => ReadonlySet<Open>;
  readonly add: (one: Open) => void;
  readonly end: (one: Open) => void;
};
const NONE: ReadonlySet<Open> = new Set();

function createRoom(): Room {
  const all = new Set<Open>();
  const byWorkspace = new Map<number, Set<Open>>();
  const drop = (one: Open): void => {
    all.delete(one);
    const others = byWorkspace.get(one.client.workspaceId);
    others?.delete(one);
    if (others?.size === 0) byWorkspace.delete(one.client.workspaceId);
  };
  return {
    all,
    of: (workspaceId) => byWorkspace.get(workspaceId) ?? NONE,
    add: (one) => {
      const { workspaceId } = one.client;
      byWorkspace.set(workspaceId, (byWorkspace.get(workspaceId) ?? new Set()).add(one));
      all.add(one);
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
