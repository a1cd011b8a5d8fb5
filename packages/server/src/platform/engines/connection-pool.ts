import type { ChdbAddon, ChdbConnection } from "./chdb-addon.ts";
import type { ConnectionSetup } from "./clickhouse-request.ts";

/** A connection that is held for one statement, and what it was told so far. */
export type HeldConnection = Readonly<{ connection: ChdbConnection; setup: ConnectionSetup | undefined; uses: number }>;

export type ConnectionPoolOptions = Readonly<{
  addon: Pick<ChdbAddon, "CreateConnection" | "CloseConnection">;
  path: string;
  nowMs: () => number;
  idleMax?: number;
  idleMs?: number;
}>;

/** An idle connection holds about 0.1 MB. A page of the console asks in some ten shapes. */
const IDLE_MAX = 32;
const IDLE_MS = 60_000;
/** What the engine may gather in a connection goes at last. */
const USES_MAX = 1_000;

type IdleConnection = HeldConnection & Readonly<{ shape: string; sinceMs: number }>;

/**
 * Keeps connections for statements of the same shape, because opening and setting up one costs as much as a small query. A connection is
 * either held by exactly one statement or idle in here: two statements on one connection end the engine.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #idleMax: number;
  readonly #idleMs: number;
  /** Longest idle first. */
  #idle: IdleConnection[] = [];

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#idleMax = options.idleMax ?? IDLE_MAX;
    this.#idleMs = options.idleMs ?? IDLE_MS;
  }

  /** The connection of this shape that was used last, or a new one. The caller gives it back with `keep` or `discard`, exactly once. */
  take(shape: string | undefined): HeldConnection {
    const at = shape === undefined ? -1 : this.#idle.findLastIndex((idle) => idle.shape === shape);
    const [idle] = at < 0 ? [] : this.#idle.splice(at, 1);
    if (idle !== undefined) return { connection: idle.connection, setup: idle.setup, uses: idle.uses };
    return { connection: this.#options.addon.CreateConnection(this.#options.path), setup: undefined, uses: 0 };
  }

  /** Takes back a connection whose statement succeeded under `setup`. */
  keep(held: HeldConnection, setup: ConnectionSetup): void {
    const uses = held.uses + 1;
    if (setup.shape === undefined || uses >= USES_MAX) {
      this.discard(held);
      return;
    }
    this.#idle.push({ connection: held.connection, setup, uses, shape: setup.shape, sinceMs: this.#options.nowMs() });
    if (this.#idle.length > this.#idleMax) this.#close(this.#idle.splice(0, 1));
  }

  /** Closes a connection on which nothing runs any more. */
  discard(held: HeldConnection): void {
    this.#options.addon.CloseConnection(held.connection);
  }

  /** Closes the connections that have been idle for long. */
  closeStale(): void {
    const untilMs = this.#options.nowMs() - this.#idleMs;
    const stale = this.#idle.filter((idle) => idle.sinceMs <= untilMs);
    this.#idle = this.#idle.filter((idle) => idle.sinceMs > untilMs);
    this.#close(stale);
  }

  /** Closes all idle connections; the engine must still be open. */
  closeIdle(): void {
    this.#close(this.#idle.splice(0));
  }

  #close(connections: readonly IdleConnection[]): void {
    for (const idle of connections) this.discard(idle);
  }
}
