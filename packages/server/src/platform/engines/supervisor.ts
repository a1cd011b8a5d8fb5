import type { EngineLog } from "./engine-log.ts";

/** How a child process ended: an exit code, or the signal that killed it. */
export type EngineExit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

/** A started engine that accepts requests. `exited` settles when its process is gone, whoever ended it. */
export type EngineChild = Readonly<{
  pid: number;
  exited: Promise<EngineExit>;
  /** Ends the process in an orderly way; settles when it is gone. Bounded by the engine itself. */
  stop: () => Promise<void>;
}>;

export type EngineState = "starting" | "ready" | "restarting" | "stopped";

export type EngineStatus = Readonly<{
  state: EngineState;
  pid: number | undefined;
  /** How often the engine died and was started again. */
  restarts: number;
  /** Why it is not ready, or how it ended last. */
  lastProblem: string | undefined;
}>;

export type Supervisor = Readonly<{
  status: () => EngineStatus;
  /** Settles when the engine accepts requests; at once if it does. Rejects when the supervisor is stopped. */
  whenReady: () => Promise<void>;
  stop: () => Promise<void>;
}>;

export type SupervisorOptions = Readonly<{
  name: string;
  /** Starts the engine and settles when it accepts requests. `signal` is aborted when the supervisor is stopped. */
  start: (signal: AbortSignal) => Promise<EngineChild>;
  log: EngineLog;
  backoffMs?: Readonly<{ first: number; max: number }>;
}>;

/** A run this long counts as healthy, so the next failure waits the first backoff again. */
const HEALTHY_AFTER_MS = 2_000;

/**
 * Starts an engine and keeps it running: when it dies it is started again, at first after 100 ms, then ever later up to 5 s, without end.
 * The first start is the caller's: its failure rejects. Later failures are logged and shown in `status`.
 */
export async function superviseEngine(options: SupervisorOptions): Promise<Supervisor> {
  const supervised = new SupervisedEngine(options);
  await supervised.startFirst();
  return {
    status: () => supervised.status(),
    whenReady: () => supervised.whenReady(),
    stop: () => supervised.stop(),
  };
}

class SupervisedEngine {
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  readonly #backoffMs: Readonly<{ first: number; max: number }>;
  #state: EngineState = "starting";
  #child: EngineChild | undefined;
  #restarts = 0;
  #lastProblem: string | undefined;
  #waitMs: number;
  #readyWaiters: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#backoffMs = options.backoffMs ?? { first: 100, max: 5_000 };
    this.#waitMs = this.#backoffMs.first;
  }

  async startFirst(): Promise<void> {
    const child = await this.#options.start(this.#stopping.signal);
    this.#becomeReady(child);
    this.#loop = this.#watch(child);
  }

  status(): EngineStatus {
    return { state: this.#state, pid: this.#child?.pid, restarts: this.#restarts, lastProblem: this.#lastProblem };
  }

  async whenReady(): Promise<void> {
    if (this.#state === "ready") return;
    if (this.#state === "stopped") throw new Error(`${this.#options.name} is stopped`);
    return new Promise((resolve, reject) => {
      this.#readyWaiters.push({ resolve, reject });
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#state = "stopped";
    this.#stopping.abort();
    for (const waiter of this.#readyWaiters.splice(0)) waiter.reject(new Error(`${this.#options.name} is stopped`));
    await child?.stop();
    await this.#loop;
  }

  #becomeReady(child: EngineChild): void {
    this.#child = child;
    this.#state = "ready";
    for (const waiter of this.#readyWaiters.splice(0)) waiter.resolve();
  }

  async #watch(first: EngineChild): Promise<void> {
    let child: EngineChild | undefined = first;
    while (child !== undefined) {
      const sinceMs = performance.now();
      const exit = await child.exited;
      this.#child = undefined;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - sinceMs > HEALTHY_AFTER_MS) this.#waitMs = this.#backoffMs.first;
      this.#state = "restarting";
      this.#note(`ended with ${exit.signal ?? `code ${exit.code}`}`);
      child = await this.#restart();
    }
  }

  async #restart(): Promise<EngineChild | undefined> {
    while (!this.#stopping.signal.aborted) {
      await pause(this.#waitMs, this.#stopping.signal);
      this.#waitMs = Math.min(this.#waitMs * 2, this.#backoffMs.max);
      if (this.#stopping.signal.aborted) return undefined;
      this.#restarts += 1;
      const child = await this.#tryStart();
      if (child !== undefined) return child;
    }
    return undefined;
  }

  async #tryStart(): Promise<EngineChild | undefined> {
    try {
      const child = await this.#options.start(this.#stopping.signal);
      if (this.#stopping.signal.aborted) {
        await child.stop();
        return undefined;
      }
      this.#becomeReady(child);
      this.#options.log.info({ engine: this.#options.name, pid: child.pid, restarts: this.#restarts }, "engine restarted");
      return child;
    } catch (error) {
      this.#note(`did not start: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  #note(problem: string): void {
    this.#lastProblem = problem;
    this.#options.log.error({ engine: this.#options.name, restarts: this.#restarts, problem }, "engine is down");
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
