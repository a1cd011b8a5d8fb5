import { createHash } from "node:crypto";

/** An answer that was kept. */
export type Kept<T> = { readonly answer: T; readonly asOfMs: number; readonly generation: string; readonly untilMs: number };

/** Answers by what was asked, the oldest ones forgotten first. */
export type AnswerCache<T> = {
  readonly get: (key: string) => Kept<T> | undefined;
  readonly keep: (key: string, kept: Kept<T>, bytes: number) => void;
  /** Forgets all answers of some workspaces. */ readonly forget: (workspaces: ReadonlySet<number>) => void;
};

/** Bounds of intervals lie on quarters of an hour in every zone, so an answer holds until the next one at the longest. */
const HOLDS_MS = 15 * 60_000;

/** Until when an answer reckoned at a moment holds if its data do not change. */
export function holdsUntil(nowMs: number): number {
  return (Math.floor(nowMs / HOLDS_MS) + 1) * HOLDS_MS;
}

/** The key of a question in a workspace: what was asked, and all that the answer depends on besides the data. */
export function questionKey(workspaceId: number, parts: readonly unknown[]): string {
  return `${workspaceId}:${createHash("sha256").update(JSON.stringify(parts, ordered)).digest("base64url")}`;
}

/** The same question may name its parts in another order. */
function ordered(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function createAnswerCache<T>(bytesMax: number): AnswerCache<T> {
  const kept = new Map<string, { readonly entry: Kept<T>; readonly bytes: number }>();
  let total = 0;
  const drop = (key: string): void => {
    total -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.entry;
    },
    keep: (key, entry, bytes) => {
      drop(key);
      if (bytes > bytesMax / 8) return;
      kept.set(key, { entry, bytes });
      total += bytes;
      for (const oldest of kept.keys()) {
        if (total <= bytesMax) break;
        drop(oldest);
      }
    },
    forget: (workspaces) => {
      for (const key of kept.keys()) if (workspaces.has(Number(key.split(":")[0]))) drop(key);
    },
  };
}
