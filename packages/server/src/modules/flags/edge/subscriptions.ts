import { PassThrough, type Readable } from "node:stream";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { FlagDeps } from "../flag-deps.ts";
import type { LiveFeatures, Payload } from "../live/live-features.ts";

/** Whose flags a request asks for. */
export type Client = { readonly workspaceId: number; readonly environment: string; readonly key: string };

/** Streams that tell clients to read their flags again. */
export type Subscriptions = {
  /** `lastTag`: what the client heard last; if that is not what is in force, it is told at once. Throws `stream.too_many`. */
  readonly open: (client: Client, lastTag?: string) => Promise<Readable>;
  readonly stop: () => void;
};

const STREAMS_MAX = 10_000;
const BEAT_MS = 25_000;
const RETRY_SECONDS = 30;

type Open = { readonly client: Client; readonly stream: PassThrough; tag: string };

/**
 * One event for GrowthBook's clients and one for those of OpenFeature. They carry no flags: some clients evaluate by themselves and some here, and each knows how
 * to read its own.
 */
export function createSubscriptions({ live, log }: { readonly live: LiveFeatures } & Pick<FlagDeps, "log">): Subscriptions {
  const all = new Set<Open>();
  const byWorkspace = new Map<number, Set<Open>>();
  let stopped = false;
  const tell = async (workspaceId: number): Promise<void> => {
    const payloads = new Map<string, Payload>();
    for (const one of byWorkspace.get(workspaceId) ?? []) {
      const { environment } = one.client;
      const payload = payloads.get(environment) ?? (await live.payload(workspaceId, environment));
      payloads.set(environment, payload);
      if (payload.tag === one.tag) continue;
      one.tag = payload.tag;
      one.stream.write(changed(payload.tag));
    }
  };
  live.onChange({
    listens: (workspaceId) => byWorkspace.has(workspaceId),
    told: (workspaceId) => {
      tell(workspaceId).catch((error: unknown) =>
        log.warn({ err: error }, "clients could not be told of changed flags; they are at the next change"),
      );
    },
  });
  const add = (one: Open): void => {
    const { workspaceId } = one.client;
    const others = byWorkspace.get(workspaceId) ?? new Set();
    byWorkspace.set(workspaceId, others.add(one));
    all.add(one);
    one.stream.on("close", () => {
      all.delete(one);
      others.delete(one);
      if (others.size === 0 && byWorkspace.get(workspaceId) === others) byWorkspace.delete(workspaceId);
    });
  };
  // So that what stands between does not take the connection for dead, and sends what it holds back.
  const beat = setInterval(() => {
    for (const { stream } of all) stream.write(": beat\n\n");
  }, BEAT_MS).unref();
  return {
    open: async (client, lastTag) => {
      const { tag } = await live.payload(client.workspaceId, client.environment);
      if (stopped || all.size >= STREAMS_MAX)
        throw faultError("stream.too_many", {
          retryAfterSeconds: RETRY_SECONDS,
          mend: "Ask for the flags now and then instead, or try again later",
        });
      const one: Open = { client, stream: new PassThrough(), tag };
      add(one);
      // The id alone: a client that comes again says it, and hears what it missed.
      one.stream.write(lastTag === undefined || lastTag === tag ? `id: ${tag}\n\n: open\n\n` : changed(tag));
      return one.stream;
    },
    stop: () => {
      stopped = true;
      clearInterval(beat);
      for (const { stream } of all) stream.end();
    },
  };
}

function changed(tag: string): string {
  const data = JSON.stringify({ type: "refetchEvaluation", etag: `"${tag}"` });
  return `id: ${tag}\nevent: features-updated\ndata: {}\n\nid: ${tag}\ndata: ${data}\n\n`;
}
