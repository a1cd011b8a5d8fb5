import type { FlagDeps } from "../flag-deps.ts";
import { addUses, type Use } from "../flag-use.store.ts";
import { insertAssignments, type AssignmentRow } from "./assignment.store.ts";

/** What evaluating leaves behind: written a moment later, many at once, so that no answer waits for it. */
export type WrittenBehind = {
  readonly given: (workspaceId: number, row: AssignmentRow) => void;
  readonly used: (workspaceId: number, use: Omit<Use, "day" | "evaluations">) => void;
  /** Writes what waits; what cannot be written waits on. */
  readonly flush: () => Promise<void>;
};

/** More is not kept waiting: an arm comes out the same when it is asked for again, and counts say that they miss something in the log. */
const WAITING_MAX = 100_000;
const ROWS_AT_ONCE = 2_000;

export function createWrittenBehind({ db, nowMs, log }: Pick<FlagDeps, "db" | "nowMs" | "log">): WrittenBehind {
  let assignments = new Map<string, { readonly workspaceId: number; readonly row: AssignmentRow }>();
  let uses = new Map<string, { readonly workspaceId: number; use: Use }>();
  let left = 0;
  const keep = <T>(map: Map<string, T>, key: string, value: T): void => {
    if (map.size < WAITING_MAX || map.has(key)) map.set(key, value);
    else left += 1;
  };
  let flushing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const [given, used] = [assignments, uses];
    [assignments, uses] = [new Map(), new Map()];
    if (left > 0) log.warn({ left }, "more was evaluated than could be written down");
    left = 0;
    try {
      for (const [workspaceId, rows] of Map.groupBy(given.values(), (one) => one.workspaceId))
        for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
          await insertAssignments(
            db,
            workspaceId,
            rows.slice(from, from + ROWS_AT_ONCE).map(({ row }) => row),
          );
      given.clear();
      for (const [key, { workspaceId, use }] of used) {
        await addUses(db, workspaceId, use);
        used.delete(key);
      }
    } catch (error) {
      // Assignments may be written twice, counts may not: those written are gone from the map already.
      for (const [key, one] of given) if (!assignments.has(key)) keep(assignments, key, one);
      for (const { workspaceId, use } of used.values()) count(workspaceId, use, use.evaluations);
      throw error;
    }
  };
  const count = (workspaceId: number, use: Omit<Use, "evaluations">, evaluations: number): void => {
    const key = `${workspaceId} ${use.flagId} ${use.environment} ${use.day} ${use.variant}`;
    const before = uses.get(key);
    if (before === undefined) keep(uses, key, { workspaceId, use: { ...use, evaluations } });
    else before.use = { ...before.use, evaluations: before.use.evaluations + evaluations };
  };
  return {
    given: (workspaceId, row) => {
      const key = `${workspaceId} ${row.originId} ${row.experiment} ${row.version}`;
      if (!assignments.has(key)) keep(assignments, key, { workspaceId, row });
    },
    used: (workspaceId, use) => count(workspaceId, { ...use, day: new Date(nowMs()).toISOString().slice(0, 10) }, 1),
    flush: () => {
      flushing = flushing.then(write, write);
      return flushing;
    },
  };
}
