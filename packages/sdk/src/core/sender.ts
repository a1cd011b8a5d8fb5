import type { Host, Sent } from "./host.ts";
import type { Options } from "./message.ts";
import type { Drops, Queue } from "./queue.ts";
import { outcomeOf, pauseMs } from "./retry.ts";

/** Terrace takes up to 500 events and 4 MB; a browser lets 64 KB go on when the page is left. */
const BATCH_EVENTS_MAX = 100;
const BATCH_LENGTH_MAX = 50_000;
/** Written a little after the last change, so that a burst of events costs one write. */
const SAVE_AFTER_MS = 300;

export type Sender = {
  /** Something new waits. */
  readonly changed: () => void;
  readonly flush: () => Promise<void>;
  /** Tries again now, e.g. because the network is back. */
  readonly wake: () => void;
  /** A body of what waits, for a last attempt that tells no answer; `all` = nothing had to be left out. undefined when nothing waits. */
  readonly lastBody: (lengthMax: number) => { readonly body: string; readonly all: boolean } | undefined;
  readonly stop: () => void;
};

export type SenderOptions = Options & {
  /** Makes the message that tells of drops. */
  readonly report: (drops: Drops) => string;
};

/** Sends a queue in batches, in order, one request at a time; repeats with growing, jittered pauses. */
export function createSender(host: Host, queue: Queue, options: SenderOptions): Sender {
  const post = createPost(host, queue, options);
  const timer = createTimer(host);
  const saving = createTimer(host);
  let sending: Promise<void> | undefined;
  let failures = 0;
  let notBeforeMs = 0;

  const sendAll = async (): Promise<void> => {
    while (queue.size() > 0) {
      const failed = await post.next();
      if (failed === undefined) failures = 0;
      else {
        failures += 1;
        notBeforeMs = host.nowMs() + pauseMs(failures, failed, Math.random());
        return;
      }
    }
  };
  const save = (): void => saving.set(() => queue.save(), SAVE_AFTER_MS);
  const flush = async (): Promise<void> => {
    if (sending !== undefined) return sending;
    if (host.nowMs() >= notBeforeMs) {
      timer.clear();
      sending = sendAll().finally(() => {
        sending = undefined;
        save();
      });
      await sending;
    }
    if (queue.size() > 0) timer.set(() => void flush(), Math.max(notBeforeMs - host.nowMs(), 0));
  };
  return {
    flush,
    changed: () => {
      save();
      if (sending !== undefined || failures > 0) return;
      if (queue.size() >= (options.flushAt ?? 20)) timer.set(() => void flush(), 0);
      else if (!timer.isSet()) timer.set(() => void flush(), options.flushAfterMs ?? 2_000);
    },
    wake: () => {
      notBeforeMs = 0;
      void flush();
    },
    lastBody: (lengthMax) => {
      const texts = queue.peek(BATCH_EVENTS_MAX, lengthMax);
      return texts.length === 0 ? undefined : { body: post.bodyOf(texts), all: texts.length === queue.size() };
    },
    stop: () => {
      timer.clear();
      saving.clear();
      failures = notBeforeMs = 0;
    },
  };
}

/** One request after the other. `next` answers undefined when the next may follow at once, else how the attempt failed. */
function createPost(
  host: Host,
  queue: Queue,
  { host: address, writeKey, report }: SenderOptions,
): { readonly next: () => Promise<Sent | undefined>; readonly bodyOf: (texts: readonly string[]) => string } {
  let eventsMax = BATCH_EVENTS_MAX;
  const bodyOf = (texts: readonly string[]): string => {
    const head = JSON.stringify({ writeKey, sentAt: new Date(host.nowMs()).toISOString(), context: host.batchContext() });
    return `${head.slice(0, -1)},"batch":[${texts.join()}]}`;
  };
  return {
    bodyOf,
    next: async () => {
      const texts = queue.peek(eventsMax, BATCH_LENGTH_MAX);
      const drops = queue.drops();
      const tells = Object.keys(drops).length > 0;
      queue.hold(texts.length);
      const sent = await host.post(collectUrl(address), bodyOf(tells ? [...texts, report(drops)] : texts));
      const outcome = outcomeOf(sent.status, texts.length);
      queue.release(outcome === "sent" || outcome === "refused");
      if (outcome === "sent" && tells) queue.reported(drops);
      if (outcome === "refused") queue.dropped(`refused_${sent.status}`, texts.length);
      if (outcome === "too_much") eventsMax = Math.ceil(texts.length / 2);
      return outcome === "later" ? sent : undefined;
    },
  };
}

/** Where events go. */
export function collectUrl(host: string): string {
  return `${host.replace(/\/+$/, "")}/v1/batch`;
}

/** One timer that is set anew or cleared. */
function createTimer(host: Host): {
  readonly set: (run: () => void, afterMs: number) => void;
  readonly clear: () => void;
  readonly isSet: () => boolean;
} {
  let cancel: (() => void) | undefined;
  const clear = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    clear,
    isSet: () => cancel !== undefined,
    set: (run, afterMs) => {
      clear();
      cancel = host.later(() => {
        cancel = undefined;
        run();
      }, afterMs);
    },
  };
}
