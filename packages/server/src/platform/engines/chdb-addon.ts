import { createRequire } from "node:module";

/** An open connection of the engine: one query at a time, with settings and parameters of its own. Opaque. */
export type ChdbConnection = Readonly<{ __brand: "ChdbConnection" }>;

/** What a finished query gives: bytes in the requested format. For an INSERT `rowsRead` is the number of rows written. */
export type ChdbAnswer = Readonly<{ bytes?: Uint8Array; elapsed: number; rowsRead: number; bytesRead: number }>;

/**
 * The calls of chDB's native addon that the child uses. The package's `Session` is not enough: it runs all parameterised queries of the
 * process one after the other, and its raw insert takes a blank line in the data for the end of the statement and runs the rest as SQL.
 */
export type ChdbAddon = Readonly<{
  CreateConnection: (path: string, extraArguments?: readonly string[]) => ChdbConnection;
  /** Must not be called while a query runs on the connection: that ends the engine. */
  CloseConnection: (connection: ChdbConnection) => void;
  /** Runs SQL on a thread of the pool. Never two at once on one connection. */
  QueryAsyncConnection: (connection: ChdbConnection, sql: string, format: string) => Promise<ChdbAnswer>;
}>;

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "@chdb/lib-linux-x64-gnu",
  "linux-arm64": "@chdb/lib-linux-arm64-gnu",
  "darwin-x64": "@chdb/lib-darwin-x64",
  "darwin-arm64": "@chdb/lib-darwin-arm64",
};

/** Loads the engine into this process (half a gigabyte of mapped code; never into the main process). */
export function loadChdb(): ChdbAddon {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`chDB has no build for ${process.platform}-${process.arch}`);
  const require = createRequire(import.meta.url);
  const addon: unknown = createRequire(require.resolve("chdb"))(name);
  if (!isAddon(addon)) throw new Error(`${name} is not the chDB addon this release was made for`);
  restoreDefaultSignals();
  return addon;
}

function isAddon(value: unknown): value is ChdbAddon {
  return (
    typeof value === "object" &&
    value !== null &&
    ["CreateConnection", "CloseConnection", "QueryAsyncConnection"].every((name) => name in value)
  );
}

/**
 * The engine catches fatal signals to print a report, and a crashed process then hangs for minutes instead of ending. Taking a listener
 * away again makes libuv restore the default action, so that a crash ends the process at once and the supervisor starts a new one.
 * Called again after the store is opened, because the engine installs its handlers then.
 */
export function restoreDefaultSignals(): void {
  for (const name of ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGQUIT"] as const) {
    const listener = (): void => undefined;
    process.on(name, listener);
    process.off(name, listener);
  }
}
