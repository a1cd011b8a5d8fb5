import type { Host } from "./host.ts";
import type { DropReason, Options } from "./message.ts";
import { createWaiting, type Waiting, type WaitingLimits } from "./waiting.ts";

/** Drops that no report told of yet, by reason. */
export type Drops = Readonly<Record<string, number>>;

/** What waits, as JSON text, with its drops counted, and kept in the host's store. */
export type Queue = Pick<Waiting, "peek" | "hold" | "release"> & {
  readonly add: (text: string) => void;
  readonly size: () => number;
  readonly dropped: (reason: DropReason, count: number) => void;
  readonly drops: () => Drops;
  /** Takes drops that were reported off the count. */
  readonly reported: (drops: Drops) => void;
  /** Writes to the host's store; `sentBlind` when it was also handed to something that tells no answer. */
  readonly save: (sentBlind?: boolean) => void;
  /** Takes over what other pages of this site left behind or still hold: by their message ids the events count once. */
  readonly adopt: () => void;
  /** Forgets everything, also what other pages hold in the store. */
  readonly clear: () => void;
};

type Stored = { readonly q?: readonly object[]; readonly d?: Drops; readonly b?: number };

/** Terrace knows the ids of messages for 72 hours: what was sent without an answer is repeated well within that time, or not at all. */
const BLIND_AGE_MAX_MS = 48 * 3_600_000;

/** A queue that keeps the newest events within its limits and survives the page. `prefix` is shared by all queues of a write key. */
export function createQueue(host: Host, prefix: string, limits: WaitingLimits, onDrop: Options["onDrop"]): Queue {
  const own = prefix + host.newId();
  const waiting = createWaiting(limits);
  let saved = "";
  let drops: Record<string, number> = {};
  const count = (counted: Drops, sign: 1 | -1): void => {
    for (const [reason, events] of Object.entries(counted)) {
      drops[reason] = (drops[reason] ?? 0) + sign * events;
      if (drops[reason] <= 0) delete drops[reason];
    }
  };
  const dropped: Queue["dropped"] = (reason, events) => {
    count({ [reason]: events }, 1);
    onDrop?.({ count: events, reason });
  };
  const add = (text: string): void => {
    const events = waiting.add(text);
    if (events > 0) dropped("queue_full", events);
  };
  return {
    peek: waiting.peek,
    hold: waiting.hold,
    release: waiting.release,
    add,
    size: () => waiting.all().length,
    dropped,
    drops: () => ({ ...drops }),
    reported: (told) => count(told, -1),
    save: (sentBlind) => {
      const head = JSON.stringify({ d: drops, ...(sentBlind ? { b: host.nowMs() } : {}) });
      const empty = waiting.all().length === 0 && Object.keys(drops).length === 0;
      const next = empty ? "" : `${head.slice(0, -1)},"q":[${waiting.all().join()}]}`;
      if (next !== saved) host.write(own, next || null);
      saved = next;
    },
    adopt: () => {
      for (const key of host.keys(prefix)) {
        if (key === own) continue;
        const { q, d, b } = parse(host.read(key));
        host.write(key, null);
        if (b !== undefined && host.nowMs() - b > BLIND_AGE_MAX_MS) continue;
        count(d ?? {}, 1);
        q?.forEach((message) => add(JSON.stringify(message)));
      }
    },
    clear: () => {
      waiting.clear();
      drops = {};
      saved = "";
      for (const key of host.keys(prefix)) host.write(key, null);
    },
  };
}

/** What a page left under a key of ours; nothing when it is not ours to read. */
function parse(text: string | null): Stored {
  try {
    return (JSON.parse(text ?? "{}") as Stored | null) ?? {};
  } catch {
    return {};
  }
}
