import { faultError } from "../../../platform/http/fault-error.ts";

/** How many queries run at once, on this server and for one workspace, and how many more may wait for how long. */
export type TurnLimits = {
  readonly atOnce: number;
  readonly atOncePerWorkspace: number;
  readonly waiting: number;
  readonly waitingPerWorkspace: number;
  readonly waitMsMax: number;
};

/**
 * Turns at the event engine. Workspaces take turns, however many queries each has waiting; the queries of one workspace go in the order in which they
 * came.
 */
export type Turns = {
  /**
   * Waits for a turn, and answers how to end it. Throws `insight.too_many` when the workspace has too many waiting, `insight.busy` when the server
   * has, or when the wait grew too long.
   */
  readonly take: (workspaceId: number, signal: AbortSignal) => Promise<() => void>;
  readonly load: () => { readonly running: number; readonly waiting: number };
};

type Waiter = { readonly enter: () => void };

const RETRY_AFTER_SECONDS = 5;

export function createTurns(limits: TurnLimits): Turns {
  const running = new Map<number, number>();
  /** The workspace whose turn is next stands first. */
  const lines = new Map<number, Waiter[]>();
  let total = 0;

  const isFree = (workspaceId: number): boolean => total < limits.atOnce && (running.get(workspaceId) ?? 0) < limits.atOncePerWorkspace;
  const begin = (workspaceId: number): (() => void) => {
    total += 1;
    running.set(workspaceId, (running.get(workspaceId) ?? 0) + 1);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      total -= 1;
      const left = (running.get(workspaceId) ?? 1) - 1;
      if (left === 0) running.delete(workspaceId);
      else running.set(workspaceId, left);
      admit();
    };
  };
  function admit(): void {
    for (;;) {
      const found = [...lines].find(([workspaceId]) => isFree(workspaceId));
      if (found === undefined) return;
      const [workspaceId, line] = found;
      const waiter = line.shift();
      lines.delete(workspaceId);
      if (line.length > 0) lines.set(workspaceId, line);
      waiter?.enter();
    }
  }
  const waiting = (): number => [...lines.values()].reduce((all, line) => all + line.length, 0);

  const wait = (workspaceId: number, signal: AbortSignal): Promise<() => void> => {
    const line = lines.get(workspaceId) ?? [];
    lines.set(workspaceId, line);
    return waitInLine(line, signal, {
      waitMsMax: limits.waitMsMax,
      begin: () => begin(workspaceId),
      left: () => void (line.length === 0 && lines.get(workspaceId) === line && lines.delete(workspaceId)),
    });
  };

  return {
    load: () => ({ running: total, waiting: waiting() }),
    take: async (workspaceId, signal) => {
      signal.throwIfAborted();
      if (isFree(workspaceId) && !lines.has(workspaceId)) return begin(workspaceId);
      if ((lines.get(workspaceId)?.length ?? 0) >= limits.waitingPerWorkspace)
        throw faultError("insight.too_many", {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
          mend: `At most ${limits.waitingPerWorkspace} queries of a workspace wait; ask again when some have been answered`,
        });
      if (waiting() >= limits.waiting)
        throw faultError("insight.busy", { retryAfterSeconds: RETRY_AFTER_SECONDS, mend: "Ask again in a while" });
      return wait(workspaceId, signal);
    },
  };
}

/** Stands in a line until it is entered, left, or the wait grew too long. */
function waitInLine(
  line: Waiter[],
  signal: AbortSignal,
  { waitMsMax, begin, left }: { readonly waitMsMax: number; readonly begin: () => () => void; readonly left: () => void },
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const leave = (error: unknown): void => {
      const at = line.indexOf(waiter);
      if (at >= 0) line.splice(at, 1);
      left();
      done();
      reject(error);
    };
    const giveUp = (): void => leave(signal.reason);
    const tooLong = (): void => leave(faultError("insight.busy", { retryAfterSeconds: RETRY_AFTER_SECONDS, mend: "Ask again in a while" }));
    const timer = setTimeout(tooLong, waitMsMax);
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    };
    const waiter: Waiter = {
      enter: () => {
        done();
        resolve(begin());
      },
    };
    signal.addEventListener("abort", giveUp, { once: true });
    line.push(waiter);
  });
}
