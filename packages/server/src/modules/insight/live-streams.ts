import { fieldViewOf, type FieldView } from "@terrace/domain/access/field-view";
import { Readable } from "node:stream";
import { createLiveFeed, type LiveDeps, type LiveFeed, type LiveState } from "./live-feed.ts";

/** Who watches: feeds are shared by those who see the same fields of the same workspace. */
export type LiveViewer = { readonly workspaceId: number; readonly fields: FieldView };

/** Live feeds by workspace and view: one reader each, whoever watches. */
export type LiveStreams = {
  readonly snapshot: (viewer: LiveViewer) => Promise<LiveState>;
  /** Server-sent events: the state whenever it changes, a comment now and then so that proxies keep the line. Ends by itself, so that rights are looked at again. */
  readonly stream: (viewer: LiveViewer, options: { readonly limit: number; readonly signal: AbortSignal }) => Readable;
  readonly forget: (workspaces: ReadonlySet<number>) => void;
  readonly stop: () => void;
};

const POLL_MS = 500;
const KEEP_ALIVE_MS = 15_000;
const CHANNELS_MAX = 200;
const STREAM_MAX_MS = 900_000;
/** A client that reads slower than this gets fewer states, not later ones. */
const BACKLOG_BYTES_MAX = 256 * 1024;

type Watcher = { readonly stream: Readable; readonly limit: number; readonly endsAtMs: number; lastText: string; lastSentMs: number };
type Channel = {
  readonly workspaceId: number;
  readonly feed: LiveFeed;
  readonly watchers: Set<Watcher>;
  timer: NodeJS.Timeout | undefined;
};

/** The body of an answer for a reader that wants `limit` events. */
export function limited(state: LiveState, limit: number): LiveState & { readonly events: LiveState["events"][number][] } {
  return { ...state, events: state.events.slice(0, limit) };
}

export function createLiveStreams(deps: LiveDeps & { readonly warn: (error: unknown) => void }): LiveStreams {
  const channels = new Map<string, Channel>();
  const channelOf = ({ workspaceId, fields }: LiveViewer): Channel => {
    const name = `${workspaceId} ${fields.key}`;
    const known = channels.get(name);
    if (known !== undefined) return known;
    if (channels.size >= CHANNELS_MAX) forgetIdle(channels);
    const made: Channel = {
      workspaceId,
      feed: createLiveFeed(deps, workspaceId, fieldViewOf(fields.key)),
      watchers: new Set(),
      timer: undefined,
    };
    channels.set(name, made);
    return made;
  };
  const poll = async (channel: Channel): Promise<void> => {
    try {
      const state = await channel.feed.refresh();
      for (const watcher of channel.watchers) send(watcher, state, deps.nowMs());
    } catch (error) {
      // The engine may be restarting: watchers stay and hear from it when it is back.
      deps.warn(error);
    }
    channel.timer = channel.watchers.size === 0 ? undefined : setTimeout(() => void poll(channel), POLL_MS).unref();
  };
  return {
    snapshot: (viewer) => channelOf(viewer).feed.refresh(),
    stream: (viewer, { limit, signal }) => {
      const channel = channelOf(viewer);
      const stream = new Readable({ read: () => undefined });
      const now = deps.nowMs();
      const watcher: Watcher = { stream, limit, endsAtMs: now + STREAM_MAX_MS, lastText: "", lastSentMs: now };
      const leave = (): void => {
        channel.watchers.delete(watcher);
        if (!stream.destroyed) stream.destroy();
      };
      stream.once("close", leave);
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
      stream.push("retry: 1000\n\n");
      const idle = channel.watchers.size === 0 && channel.timer === undefined;
      channel.watchers.add(watcher);
      if (idle) channel.timer = setTimeout(() => void poll(channel), 0).unref();
      return stream;
    },
    forget: (workspaces) => {
      for (const { workspaceId, feed } of channels.values()) if (workspaces.has(workspaceId)) feed.forget();
    },
    stop: () => {
      for (const channel of channels.values()) {
        clearTimeout(channel.timer);
        for (const { stream } of channel.watchers) stream.push(null);
        channel.watchers.clear();
      }
    },
  };
}

/** Roles change, and with them the views that were watched by. */
function forgetIdle(channels: Map<string, Channel>): void {
  for (const [name, { watchers, timer }] of channels) if (watchers.size === 0 && timer === undefined) channels.delete(name);
}

function send(watcher: Watcher, state: LiveState, nowMs: number): void {
  if (nowMs >= watcher.endsAtMs) {
    watcher.stream.push(null);
    return;
  }
  if (watcher.stream.readableLength > BACKLOG_BYTES_MAX) return;
  const text = JSON.stringify(limited(state, watcher.limit));
  if (text !== watcher.lastText) {
    watcher.lastText = text;
    watcher.stream.push(`data: ${text}\n\n`);
  } else if (nowMs - watcher.lastSentMs >= KEEP_ALIVE_MS) {
    watcher.stream.push(": still here\n\n");
  } else {
    return;
  }
  watcher.lastSentMs = nowMs;
}
