import type { FlagDeps } from "../flag-deps.ts";
import { addUses, type Use } from "../flag-use.store.ts";
import { appendWithin } from "../../../platform/feed/append-within.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { insertAssignments, rememberAssignments, type AssignmentRow } from "./assignment.store.ts";
import { exposureOf, type ToldExposure } from "./told-exposure.ts";

/** What evaluating leaves behind: written a moment later, many at once, so that no answer waits for it. */
export type WrittenBehind = {
  /** `told`: what is told as an event with the first row of an id. */
  readonly given: (workspaceId: number, row: AssignmentRow, told?: ToldExposure) => void;
  readonly used: (workspaceId: number, use: Omit<Use, "day" | "evaluations">) => void;
  /** Writes what waits; what cannot be written waits on. */
  readonly flush: () => Promise<void>;
};

/** More is not kept waiting: an arm comes out the same when it is asked for again, and counts say that they miss something in the log. */
const WAITING_MAX = 100_000;
const ROWS_AT_ONCE = 2_000;

type Given = { readonly workspaceId: number; readonly row: AssignmentRow; readonly told?: ToldExposure | undefined };

export function createWrittenBehind(deps: Pick<FlagDeps, "db" | "nowMs" | "log" | "privacy">): WrittenBehind {
  const { db, nowMs, log } = deps;
  let assignments = new Map<string, Given>();
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
          await writeGiven(deps, workspaceId, rows.slice(from, from + ROWS_AT_ONCE));
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
    given: (workspaceId, row, told) => {
      const key = `${workspaceId} ${row.originId} ${row.experiment} ${row.version}`;
      if (!assignments.has(key)) keep(assignments, key, { workspaceId, row, told });
    },
    used: (workspaceId, use) => count(workspaceId, { ...use, day: new Date(nowMs()).toISOString().slice(0, 10) }, 1),
    flush: () => {
      flushing = flushing.then(write, write);
      return flushing;
    },
  };
}

/** Rows, and in one transaction with theirs the exposures of those that are told: each once, by whichever process writes it first. */
async function writeGiven({ db, privacy }: Pick<FlagDeps, "db" | "privacy">, workspaceId: number, rows: readonly Given[]): Promise<void> {
  const untold = rows.filter(({ told }) => told === undefined).map(({ row }) => row);
  if (untold.length > 0) await insertAssignments(db, workspaceId, untold);
  const toldOf = new Map(rows.flatMap(({ row, told }) => (told === undefined ? [] : [[row, told] as const])));
  if (toldOf.size === 0) return;
  await inTransaction(db, async (tx) => {
    const fresh = await rememberAssignments(tx, workspaceId, [...toldOf.keys()]);
    const events = fresh.flatMap((row) => {
      const told = toldOf.get(row);
      return told === undefined ? [] : [exposureOf(workspaceId, row, told)];
    });
    await appendWithin(tx, privacy, events);
  });
}
