import type { Json } from "../json.ts";

/** When and by which message something was said: Unix ms and a tie-breaker. Orders all changes of a trait the same way everywhere. */
export type Stamp = readonly [timeMs: number, tie: string];

/** `s` set, `o` set once, `i` increment, `a` append, `u` unset. */
export type LogOp = "s" | "o" | "i" | "a" | "u";

/** One change of one trait as it is stored; `u` carries null. */
export type LogEntry = readonly [timeMs: number, tie: string, op: LogOp, value: Json];

/** The changes of one trait that still matter, in order of time. */
export type TraitLog = readonly LogEntry[];

/** Longest log of one trait; older changes of it are merged into one. */
export const LOG_LENGTH_MAX = 48;
/** Most elements of a list trait; the latest appended stay. */
export const LIST_LENGTH_MAX = 100;

/** A log grows to its limit, then its older part is merged, so that merging is rare. */
const MERGED_LENGTH = 24;

/** Orders stamps by time, then tie. */
export function compareStamps(a: Stamp, b: Stamp): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -1 : 1;
}

/** The value a log gives, or undefined when the trait is absent. */
export function valueOfLog(log: TraitLog): Json | undefined {
  return log.reduce<Json | undefined>(step, undefined);
}

/** Adds a change in its place; a repeat of the same change is no change. */
export function insertEntry(log: TraitLog, entry: LogEntry): TraitLog {
  const last = log.at(-1);
  if (last === undefined) return [entry];
  const stamp: Stamp = [entry[0], entry[1]];
  if (compareStamps([last[0], last[1]], stamp) < 0) return boundLog(isReset(entry) ? [entry] : [...log, entry]);
  const at = log.findIndex((other) => compareStamps([other[0], other[1]], stamp) >= 0);
  const there = log[at];
  if (there !== undefined && compareStamps([there[0], there[1]], stamp) === 0) return log;
  return boundLog(prune([...log.slice(0, at), entry, ...log.slice(at)]));
}

/** Merges the logs of several ids of one person, leaving out what a `clear` at `clearedAt` forgot. */
export function mergeLogs(logs: readonly TraitLog[], clearedAt: Stamp | undefined): TraitLog {
  const [first] = logs;
  const all = logs.length === 1 && first !== undefined ? first : logs.flat().toSorted((a, b) => compareStamps([a[0], a[1]], [b[0], b[1]]));
  return prune(clearedAt === undefined ? all : all.filter((entry) => compareStamps([entry[0], entry[1]], clearedAt) > 0));
}

/** A change before the latest set or unset can never show again. */
function prune(log: TraitLog): TraitLog {
  const from = log.findLastIndex(isReset);
  return from <= 0 ? log : log.slice(from);
}

function isReset(entry: LogEntry): boolean {
  return entry[2] === "s" || entry[2] === "u";
}

function step(value: Json | undefined, [, , op, operand]: LogEntry): Json | undefined {
  switch (op) {
    case "s":
      return operand;
    case "u":
      return undefined;
    case "o":
      return value === undefined ? operand : value;
    case "i":
      return increase(value, operand);
    case "a":
      return union(value, operand);
    default:
      return op satisfies never;
  }
}

/** A text cannot be counted up; it stays. */
function increase(value: Json | undefined, by: Json): Json | undefined {
  if (typeof by !== "number" || (value !== undefined && typeof value !== "number")) return value;
  // Sums of decimals would show as 0.30000000000000004.
  return Number(((value ?? 0) + by).toPrecision(15));
}

function union(value: Json | undefined, added: Json): Json {
  const list = asList(value);
  const fresh = asList(added);
  const names = new Set(fresh.map((element) => JSON.stringify(element)));
  return [...list.filter((element) => !names.has(JSON.stringify(element))), ...distinct(fresh)].slice(-LIST_LENGTH_MAX);
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** Keeps the last of equal elements, as repeated appends do. */
function distinct(list: readonly Json[]): readonly Json[] {
  return [...new Map(list.map((element) => [JSON.stringify(element), element])).values()];
}

/**
 * Merges the older half of a log that is too long. Exact for anything that arrives later in time than the merged part, and for late
 * increments and appends; only a set or unset that arrives late and falls inside the merged part sees it as one change at its end.
 */
function boundLog(log: TraitLog): TraitLog {
  if (log.length <= LOG_LENGTH_MAX) return log;
  const cut = log.length - MERGED_LENGTH;
  const older = mergeRuns(log.slice(0, cut));
  const newer = log.slice(cut);
  if (older.length + newer.length <= LOG_LENGTH_MAX - MERGED_LENGTH / 2) return [...older, ...newer];
  const end = older.at(-1) ?? newer[0];
  const value = valueOfLog(older);
  return end === undefined ? newer : [value === undefined ? [end[0], end[1], "u", null] : [end[0], end[1], "s", value], ...newer];
}

function mergeRuns(log: TraitLog): TraitLog {
  const merged: LogEntry[] = [];
  for (const entry of log) {
    const last = merged.at(-1);
    if (last === undefined || last[2] !== entry[2]) merged.push(entry);
    else if (entry[2] === "i") merged[merged.length - 1] = [entry[0], entry[1], "i", increase(last[3] ?? 0, entry[3]) ?? 0];
    else if (entry[2] === "a") merged[merged.length - 1] = [entry[0], entry[1], "a", union(last[3], entry[3])];
    // Of several set-once the first one counts.
    else if (entry[2] !== "o") merged.push(entry);
  }
  return merged;
}
