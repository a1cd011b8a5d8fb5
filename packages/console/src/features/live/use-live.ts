import { getLive } from "@terrace/contract/api/live";
import { useEffect, useState } from "react";
import { callRoute, routeUrl } from "../../app/api/client.ts";
import type { LiveSnapshot } from "./live-merge.ts";
import { mergeLive } from "./live-merge.ts";

/** At most four repaints a second, however fast events come. */
const REPAINT_MS = 250;
/** Without a stream (a proxy in between may cut it) the same figures are asked for. */
const POLL_MS = 3000;
const EVENTS_WANTED = 30;
const RATES_MAX = 40;

export type LiveState = { readonly snapshot: LiveSnapshot | undefined; readonly rates: readonly number[]; readonly lost: boolean };
const NOTHING: LiveState = { snapshot: undefined, rates: [], lost: false };

function parse(data: unknown): LiveSnapshot | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    // The stream carries the very object of the route's contract.
    return typeof value === "object" && value !== null && "events" in value ? (value as LiveSnapshot) : undefined;
  } catch {
    return undefined;
  }
}

type Sink = { readonly push: (next: LiveSnapshot) => void; readonly lose: () => void };

function follow(workspace: string, sink: Sink): () => void {
  const input = { params: { workspace }, query: { limit: EVENTS_WANTED } };
  let poll: ReturnType<typeof setInterval> | undefined;
  const ask = () => void callRoute(getLive, input).then(sink.push, sink.lose);
  const source = new EventSource(routeUrl(getLive, input.params, input.query));
  source.addEventListener("message", (message) => {
    const next = parse(message.data);
    if (next !== undefined) sink.push(next);
  });
  source.addEventListener("error", () => {
    // A stream that only broke is opened again by the browser; one that was refused stays closed.
    if (source.readyState !== EventSource.CLOSED || poll !== undefined) return;
    ask();
    poll = setInterval(ask, POLL_MS);
  });
  return () => {
    source.close();
    clearInterval(poll);
  };
}

/** The newest events and the rate, followed by server-sent events while the page is visible and not paused. */
export function useLive(workspace: string, paused = false): LiveState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (paused) return undefined;
    let waiting: LiveSnapshot | undefined;
    const paint = () => {
      if (waiting === undefined) return;
      const next = waiting;
      waiting = undefined;
      setState((shown) => ({
        snapshot: mergeLive(shown.snapshot, next),
        rates: [...shown.rates, next.perSecond].slice(-RATES_MAX),
        lost: false,
      }));
    };
    const timer = setInterval(paint, REPAINT_MS);
    const sink: Sink = {
      push: (next) => {
        waiting = mergeLive(waiting, next);
      },
      lose: () => setState((shown) => ({ ...shown, lost: true })),
    };
    let stop: (() => void) | undefined = document.hidden ? undefined : follow(workspace, sink);
    const onVisible = () => {
      stop?.();
      stop = document.hidden ? undefined : follow(workspace, sink);
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
      stop?.();
    };
  }, [workspace, paused]);
  return state;
}
