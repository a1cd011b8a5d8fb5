import type { ChdbAddon, ChdbAnswer, ChdbConnection } from "./chdb-addon.ts";
import { restoreDefaultSignals } from "./chdb-addon.ts";
import { ClickHouseError } from "./clickhouse-error.ts";
import { quoteText } from "./clickhouse-insert.ts";
import type { ConnectionSetup } from "./clickhouse-request.ts";
import { ConnectionPool, type HeldConnection } from "./connection-pool.ts";

/** Reads and writes wait in lines of their own, so that slow analyses never hold up inserts. */
export type Lane = "read" | "write";

export type StoreOptions = Readonly<{
  addon: ChdbAddon;
  path: string;
  configPath: string;
  /** How many statements of a lane run at once, and how many more may wait. */
  lanes: Readonly<Record<Lane, Readonly<{ running: number; waiting: number }>>>;
}>;

export type StoreStatement = Readonly<{
  /** Settings, parameters and database for the connection that the statement runs on. */
  setup: ConnectionSetup;
  sql: string;
  format: string;
  lane: Lane;
  /** Aborting takes a waiting statement out of the line and kills a running read. */
  signal: AbortSignal;
}>;

const ABORTED = 236;
const TOO_MANY_SIMULTANEOUS_QUERIES = 202;
const QUERY_WAS_CANCELLED = 394;

const CLOSE_STALE_EVERY_MS = 15_000;
const KILL_AGAIN_MS = 200;

type LaneState = { running: number; waiting: (() => void)[] };

/**
 * The engine, opened on one folder. Each statement holds a connection of its own, because settings and parameters stay with a connection
 * and two statements on one connection end the engine.
 */
export class ChdbStore {
  readonly #options: StoreOptions;
  readonly #keeper: ChdbConnection;
  readonly #pool: ConnectionPool;
  readonly #lanes: Record<Lane, LaneState> = { read: { running: 0, waiting: [] }, write: { running: 0, waiting: [] } };
  readonly #active = new Set<Promise<unknown>>();
  #isClosing = false;
  #nextMark = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    // One connection stays open for as long as the store: the engine shuts down with its last one.
    this.#keeper = options.addon.CreateConnection(options.path, [`--config-file=${options.configPath}`]);
    restoreDefaultSignals();
    this.#pool = new ConnectionPool({ addon: options.addon, path: options.path, nowMs: () => performance.now() });
    setInterval(() => this.#pool.closeStale(), CLOSE_STALE_EVERY_MS).unref();
  }

  /** Statements that run now, and that wait. */
  load(): Readonly<{ running: number; waiting: number }> {
    const { read, write } = this.#lanes;
    return { running: read.running + write.running, waiting: read.waiting.length + write.waiting.length };
  }

  /** Runs one statement; rejects with the engine's error or with a ClickHouseError. */
  async run(statement: StoreStatement): Promise<ChdbAnswer> {
    await this.#enter(statement);
    const work = this.#runOnConnection(statement);
    this.#active.add(work);
    try {
      return await work;
    } finally {
      this.#active.delete(work);
      this.#leave(statement.lane);
    }
  }

  async #enter(statement: StoreStatement): Promise<void> {
    const lane = this.#lanes[statement.lane];
    const limits = this.#options.lanes[statement.lane];
    if (this.#isClosing) throw shuttingDown();
    if (lane.running < limits.running) {
      lane.running += 1;
      return;
    }
    if (lane.waiting.length >= limits.waiting) {
      throw new ClickHouseError(
        TOO_MANY_SIMULTANEOUS_QUERIES,
        "TOO_MANY_SIMULTANEOUS_QUERIES",
        `Too many statements wait to ${statement.lane}`,
      );
    }
    await waitInLine(lane.waiting, statement.signal);
    if (!this.#isClosing) return;
    this.#leave(statement.lane);
    throw shuttingDown();
  }

  /** Hands the place to the next in line, or gives it back. */
  #leave(name: Lane): void {
    const lane = this.#lanes[name];
    const next = lane.waiting.shift();
    if (next === undefined) lane.running -= 1;
    else next();
  }

  async #runOnConnection(statement: StoreStatement): Promise<ChdbAnswer> {
    if (statement.signal.aborted) throw cancelled();
    const { setup } = statement;
    const mayKeep = isStateless(statement);
    const held = this.#pool.take(mayKeep ? setup.shape : undefined);
    try {
      const answer = await this.#runOn(held, statement);
      if (mayKeep) this.#pool.keep(held, setup);
      else this.#pool.discard(held);
      return answer;
    } catch (error) {
      this.#pool.discard(held);
      throw error;
    }
  }

  /** The setup goes along with the statement, in one hand-over to the engine's thread; the statement does not run when it fails. */
  async #runOn(held: HeldConnection, statement: StoreStatement): Promise<ChdbAnswer> {
    const script = renderScript(held.setup, statement);
    if (statement.lane === "write") return this.#options.addon.QueryAsyncConnection(held.connection, script, statement.format);
    // The engine gives queries ids of its own: a comment makes this one known, so that it can be found and killed.
    this.#nextMark += 1;
    const mark = `terrace:${process.pid}:${this.#nextMark}.`;
    const run = { mark, hasEnded: false };
    const kill = (): void => void this.#killUntilEnded(run);
    statement.signal.addEventListener("abort", kill, { once: true });
    try {
      return await this.#options.addon.QueryAsyncConnection(held.connection, `${script}\n/*${mark}*/`, statement.format);
    } finally {
      statement.signal.removeEventListener("abort", kill);
      run.hasEnded = true;
    }
  }

  /** Again and again, because a statement that the engine has not taken up yet is not found. */
  async #killUntilEnded(run: Readonly<{ mark: string; hasEnded: boolean }>): Promise<void> {
    while (!run.hasEnded && !this.#isClosing) {
      await this.#kill(run.mark).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, KILL_AGAIN_MS));
    }
  }

  async #kill(mark: string): Promise<void> {
    await this.#administer(`KILL QUERY WHERE position(query, ${quoteText(mark)}) > 0 AND query NOT LIKE 'KILL%' ASYNC`);
  }

  /** Gives memory that queries have freed back to the system. */
  async releaseMemory(): Promise<void> {
    await this.#administer("SYSTEM JEMALLOC PURGE");
  }

  async #administer(sql: string): Promise<void> {
    if (this.#isClosing) return;
    const { addon, path } = this.#options;
    const connection = addon.CreateConnection(path);
    const work = addon.QueryAsyncConnection(connection, sql, "Null");
    this.#active.add(work);
    try {
      await work;
    } finally {
      this.#active.delete(work);
      addon.CloseConnection(connection);
    }
  }

  /** Refuses new statements, waits for the running ones up to `waitMs` and closes the store. Returns whether it was closed in order. */
  async close(waitMs: number): Promise<boolean> {
    this.#isClosing = true;
    const untilMs = performance.now() + waitMs;
    while (this.#active.size > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 10));
    if (this.#active.size > 0) return false;
    this.#pool.closeIdle();
    this.#options.addon.CloseConnection(this.#keeper);
    return true;
  }
}

/** Whether the statement leaves its connection as it was: a single query. Anything behind a semicolon could be a SET. */
function isStateless({ lane, sql }: StoreStatement): boolean {
  return lane === "read" && /^\s*(?:SELECT|WITH)\b/i.test(sql) && !sql.includes(";");
}

/** The statement behind what its connection must still be told. */
function renderScript(known: ConnectionSetup | undefined, { setup, sql }: StoreStatement): string {
  const settings = setup.settings === known?.settings ? "" : setup.settings;
  const parameters = setup.parameters === known?.parameters ? "" : setup.parameters;
  return `${settings}${parameters}${sql}`;
}

async function waitInLine(line: (() => void)[], signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const enter = (): void => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    };
    function giveUp(): void {
      const at = line.indexOf(enter);
      if (at >= 0) line.splice(at, 1);
      reject(cancelled());
    }
    if (signal.aborted) {
      reject(cancelled());
      return;
    }
    signal.addEventListener("abort", giveUp, { once: true });
    line.push(enter);
  });
}

function cancelled(): ClickHouseError {
  return new ClickHouseError(QUERY_WAS_CANCELLED, "QUERY_WAS_CANCELLED", "Query was cancelled");
}

function shuttingDown(): ClickHouseError {
  return new ClickHouseError(ABORTED, "ABORTED", "The engine is shutting down");
}
