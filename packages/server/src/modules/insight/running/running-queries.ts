import { faultError } from "../../../platform/http/fault-error.ts";
import type { StatementCost, Warehouse } from "../../../platform/storage/clickhouse.ts";
import { killQuery, readProgress, type Progress } from "./processes.views.ts";
import type { Turns } from "./turns.ts";

/** A query as it stands. */
export type QueryState = {
  readonly queryId: string;
  readonly kind: string;
  readonly state: "waiting" | "running";
  readonly elapsedMs: number;
} & Progress;
/** What a query has cost so far; memory is the most that was seen at once, null where it ended before anyone looked. */
export type Cost = { rowsRead: number; bytesRead: number; memoryBytes: number | null };

type Running = {
  readonly workspaceId: number;
  readonly kind: string;
  readonly control: AbortController;
  readonly askedMs: number;
  startedMs: number | undefined;
  readonly cost: Cost;
  now: Progress;
};

export type RunningQueries = {
  /**
   * Runs the work of a query in its turn. Its signal is aborted when the asker goes away and when the query is cancelled; then the engine is told
   * to end it. Throws `insight.query_id_taken`.
   */
  readonly run: <T>(
    query: { readonly queryId: string; readonly workspaceId: number; readonly kind: string; readonly signal: AbortSignal },
    work: (running: { readonly signal: AbortSignal; readonly noteCost: (cost: StatementCost) => void }) => Promise<T>,
  ) => Promise<{ readonly answer: T; readonly cost: Cost; readonly elapsedMs: number }>;
  /** Where a query stands, also one that another server runs; undefined when nobody runs it. */
  readonly state: (workspaceId: number, queryId: string) => Promise<QueryState | undefined>;
  readonly list: (workspaceId: number) => readonly QueryState[];
  /** Ends a query; false when nobody runs it. */
  readonly cancel: (workspaceId: number, queryId: string) => Promise<boolean>;
};

/** A running query is looked at after so long, and then at growing distances: looking takes the engine several ms. */
const FIRST_LOOK_MS = 400;
const LOOK_EVERY_MS_MAX = 2_000;
const NOTHING: Progress = { rowsRead: 0, rowsTotal: 0, bytesRead: 0, memoryBytes: 0 };

function keyOf(workspaceId: number, queryId: string): string {
  return `${workspaceId} ${queryId}`;
}

function stateOf(queryId: string, { kind, askedMs, startedMs, cost, now }: Running): QueryState {
  return {
    queryId,
    kind,
    state: startedMs === undefined ? "waiting" : "running",
    elapsedMs: Math.round(performance.now() - (startedMs ?? askedMs)),
    rowsRead: cost.rowsRead + now.rowsRead,
    rowsTotal: cost.rowsRead + Math.max(now.rowsTotal, now.rowsRead),
    bytesRead: cost.bytesRead + now.bytesRead,
    memoryBytes: Math.max(cost.memoryBytes ?? 0, now.memoryBytes),
  };
}

/** Keeps the queries of this server. `waitMs` of a query before its turn does not count as its time. */
export function createRunningQueries({ warehouse, turns }: { readonly warehouse: Warehouse; readonly turns: Turns }): RunningQueries {
  const queries = new Map<string, Running>();

  return {
    run: async ({ queryId, workspaceId, kind, signal }, work) => {
      const key = keyOf(workspaceId, queryId);
      if (queries.has(key)) throw faultError("insight.query_id_taken", { field: "queryId", mend: "Give each query an id of its own" });
      const control = new AbortController();
      const leave = (): void => control.abort(signal.reason);
      signal.throwIfAborted();
      signal.addEventListener("abort", leave, { once: true });
      const cost: Cost = { rowsRead: 0, bytesRead: 0, memoryBytes: null };
      const running: Running = { workspaceId, kind, control, askedMs: performance.now(), startedMs: undefined, cost, now: NOTHING };
      queries.set(key, running);
      let endTurn: (() => void) | undefined;
      let endWatch: (() => void) | undefined;
      try {
        endTurn = await turns.take(workspaceId, control.signal);
        running.startedMs = performance.now();
        endWatch = watch(warehouse, queryId, running);
        const noteCost = (each: StatementCost): void => {
          cost.rowsRead += each.rowsRead;
          cost.bytesRead += each.bytesRead;
          running.now = NOTHING;
        };
        const answer = await work({ signal: control.signal, noteCost });
        return { answer, cost, elapsedMs: Math.round(performance.now() - running.startedMs) };
      } catch (error) {
        // The engine of another machine does not see that the connection is gone.
        if (control.signal.aborted) await killQuery(warehouse, workspaceId, queryId).catch(() => undefined);
        throw control.signal.reason === CANCELLED ? faultError("insight.cancelled", { mend: "Ask again if it is still wanted" }) : error;
      } finally {
        endWatch?.();
        endTurn?.();
        signal.removeEventListener("abort", leave);
        queries.delete(key);
      }
    },
    state: async (workspaceId, queryId) => {
      const own = queries.get(keyOf(workspaceId, queryId));
      if (own !== undefined) return stateOf(queryId, own);
      const elsewhere = await readProgress(warehouse, workspaceId, queryId);
      return elsewhere === undefined ? undefined : { queryId, kind: "", state: "running", elapsedMs: 0, ...elsewhere };
    },
    list: (workspaceId) =>
      [...queries].flatMap(([key, running]) => (running.workspaceId === workspaceId ? [stateOf(key.split(" ")[1] ?? "", running)] : [])),
    cancel: async (workspaceId, queryId) => {
      const own = queries.get(keyOf(workspaceId, queryId));
      if (own !== undefined) {
        own.control.abort(CANCELLED);
        return true;
      }
      if ((await readProgress(warehouse, workspaceId, queryId)) === undefined) return false;
      await killQuery(warehouse, workspaceId, queryId);
      return true;
    },
  };
}

const CANCELLED = new Error("the query was cancelled");

/** Looks at a query again and again until that is ended. */
function watch(warehouse: Warehouse, queryId: string, running: Running): () => void {
  let timer: NodeJS.Timeout;
  let hasEnded = false;
  const lookAfter = (waitMs: number): void => {
    timer = setTimeout(() => {
      void look(warehouse, queryId, running).then(() => {
        if (!hasEnded) lookAfter(Math.min(waitMs * 1.5, LOOK_EVERY_MS_MAX));
      });
    }, waitMs);
  };
  lookAfter(FIRST_LOOK_MS);
  return () => {
    hasEnded = true;
    clearTimeout(timer);
  };
}

async function look(warehouse: Warehouse, queryId: string, running: Running): Promise<void> {
  // Whoever cannot be asked now is asked again at the next turn.
  const now = await readProgress(warehouse, running.workspaceId, queryId).catch(() => undefined);
  if (now === undefined) return;
  running.now = now;
  running.cost.memoryBytes = Math.max(running.cost.memoryBytes ?? 0, now.memoryBytes);
}
