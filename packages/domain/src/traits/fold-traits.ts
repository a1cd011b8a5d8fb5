import type { TraitChange } from "../event/feed-event.ts";
import type { Json, JsonObject } from "../json.ts";
import { compareStamps, insertEntry, mergeLogs, valueOfLog, type LogEntry, type LogOp, type Stamp, type TraitLog } from "./trait-log.ts";

/** Most traits of one id; further ones are not taken. */
export const TRAITS_PER_ORIGIN_MAX = 500;
/** Longest name of a trait, UTF-16 code units. */
export const TRAIT_KEY_LENGTH_MAX = 255;

/** What one id's events said about traits, as stored: `k` the log of each trait, `c` when all were last forgotten. */
export type TraitState = { readonly k: Readonly<Record<string, TraitLog>>; readonly c?: Stamp };

/** The trait changes of one event. */
export type TraitMessage = {
  readonly timeMs: number;
  readonly messageId: string;
  readonly changes: readonly TraitChange[];
  /** The tie-breaker of a change that was stored before, instead of one made from the message id. */
  readonly tie?: string;
};

/** A trait of a person and when it was last changed, Unix ms. */
export type FoldedTrait = { readonly value: Json; readonly atMs: number };

export const EMPTY_TRAITS: TraitState = { k: {} };

/** Takes messages into the state of an id. The order in which they come does not matter; a repeated message changes nothing. */
export function applyTraits(state: TraitState, messages: readonly TraitMessage[]): TraitState {
  const logs = new Map<string, TraitLog>(Object.entries(state.k));
  let cleared = state.c;
  for (const message of messages) {
    const tie = message.tie ?? tieBreaker(message.messageId);
    const times = new Map<string, number>();
    for (const change of message.changes) {
      if (change.op === "clear") {
        cleared = laterOf(cleared, [message.timeMs, tie]);
        forget(logs, cleared);
        continue;
      }
      const time = times.get(change.key) ?? 0;
      times.set(change.key, time + 1);
      takeChange(logs, cleared, change, [message.timeMs, withinMessage(tie, time)]);
    }
  }
  return cleared === undefined ? { k: Object.fromEntries(logs) } : { k: Object.fromEntries(logs), c: cleared };
}

/** The traits of a person: those of all its ids, each trait as if one id had said everything. Sorted by name. */
export function foldTraits(states: readonly TraitState[]): ReadonlyMap<string, FoldedTrait> {
  const cleared = states.reduce<Stamp | undefined>(
    (latest, state) => (state.c === undefined ? latest : laterOf(latest, state.c)),
    undefined,
  );
  const logs = new Map<string, TraitLog[]>();
  for (const state of states) {
    for (const [key, log] of Object.entries(state.k)) {
      const known = logs.get(key);
      if (known === undefined) logs.set(key, [log]);
      else known.push(log);
    }
  }
  const folded = [...logs].flatMap(([key, parts]): readonly (readonly [string, FoldedTrait])[] => {
    const log = mergeLogs(parts, cleared);
    const value = valueOfLog(log);
    return value === undefined ? [] : [[key, { value, atMs: log.at(-1)?.[0] ?? 0 }]];
  });
  return new Map(folded.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Folded traits as a plain object. */
export function traitsObject(folded: ReadonlyMap<string, FoldedTrait>): JsonObject {
  return Object.fromEntries([...folded].map(([key, { value }]) => [key, value]));
}

function takeChange(
  logs: Map<string, TraitLog>,
  cleared: Stamp | undefined,
  change: Exclude<TraitChange, { readonly op: "clear" }>,
  stamp: Stamp,
): void {
  if (change.key === "" || change.key.length > TRAIT_KEY_LENGTH_MAX) return;
  if (cleared !== undefined && compareStamps(stamp, cleared) <= 0) return;
  const log = logs.get(change.key);
  if (log === undefined && logs.size >= TRAITS_PER_ORIGIN_MAX) return;
  logs.set(change.key, insertEntry(log ?? [], entryOf(change, stamp)));
}

function entryOf(change: Exclude<TraitChange, { readonly op: "clear" }>, [timeMs, tie]: Stamp): LogEntry {
  return [timeMs, tie, OPS[change.op], change.op === "unset" ? null : change.value];
}

const OPS: Readonly<Record<Exclude<TraitChange["op"], "clear">, LogOp>> = {
  set: "s",
  set_once: "o",
  increment: "i",
  append: "a",
  unset: "u",
};

/** A short stand-in for a message id, to break ties between changes of the same millisecond; senders put all sorts of things into message ids. */
export function tieBreaker(messageId: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < messageId.length; index += 1) {
    const code = messageId.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995) ^ (high >>> 15);
  }
  return (low >>> 0).toString(36) + (high >>> 0).toString(36);
}

/** Two changes of one trait in one message happen in the order written. */
function withinMessage(tie: string, time: number): string {
  return time === 0 ? tie : `${tie}!${time.toString(36).padStart(4, "0")}`;
}

function forget(logs: Map<string, TraitLog>, cleared: Stamp): void {
  for (const [key, log] of logs) {
    const kept = mergeLogs([log], cleared);
    if (kept.length === 0) logs.delete(key);
    else logs.set(key, kept);
  }
}

function laterOf(a: Stamp | undefined, b: Stamp): Stamp {
  return a === undefined || compareStamps(a, b) < 0 ? b : a;
}
