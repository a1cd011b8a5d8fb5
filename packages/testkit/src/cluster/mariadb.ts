import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endProcess } from "./end-process.ts";
import { takeFreePorts } from "./free-ports.ts";

/** A running MariaDB with one database and a user who may do anything in it. */
export type Mariadb = Readonly<{ port: number; database: string; user: string; password: string; stop: () => Promise<void> }>;

/** Where Debian's package `mariadb-server-core` (12) puts its parts. */
const PROGRAM = "/usr/sbin/mariadbd";
const SCRIPTS = "/usr/share/mysql";
const LOGIN = { database: "shop", user: "terrace", password: "geheim" };
const READY_WITHIN_MS = 30_000;

/** Why MariaDB cannot be started here, or undefined when it can. */
export function mariadbMissing(): string | undefined {
  return existsSync(PROGRAM) ? undefined : `MariaDB is not installed in ${PROGRAM} (apt-get install mariadb-server-core)`;
}

/** Starts MariaDB in a temporary folder on a loopback port. */
export async function startMariadb(): Promise<Mariadb> {
  const folder = await mkdtemp(join(tmpdir(), "terrace-mariadb-"));
  const [port = 0] = await takeFreePorts(1);
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  // The server refuses to run as root unless it is told to.
  const options = ["--no-defaults", `--datadir=${data}`, ...(process.getuid?.() === 0 ? ["--user=root"] : [])];
  makeSystemTables(options);
  const child = spawn(
    PROGRAM,
    [...options, "--bind-address=127.0.0.1", `--port=${port}`, `--socket=${join(folder, "socket")}`, "--skip-log-bin"],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const stop = async (): Promise<void> => {
    await endProcess(child, ["SIGTERM", "SIGKILL"]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, ...LOGIN, stop };
}

function makeSystemTables(options: readonly string[]): void {
  const scripts = ["mysql_system_tables.sql", "mysql_system_tables_data.sql"].map((name) => readFileSync(join(SCRIPTS, name), "utf8"));
  const { database, user, password } = LOGIN;
  const own = [
    "flush privileges;",
    `create database ${database};`,
    `create user ${user}@'127.0.0.1' identified by '${password}';`,
    `grant all on ${database}.* to ${user}@'127.0.0.1';`,
  ];
  const input = ["create database mysql;", "use mysql;", ...scripts, ...own, ""].join("\n");
  const made = spawnSync(PROGRAM, [...options, "--bootstrap", "--skip-log-bin"], { input, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`MariaDB could not make its tables: ${made.stderr}`);
}

async function waitUntilReady(child: ChildProcess, port: number): Promise<void> {
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2_000);
  });
  const untilMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < untilMs && child.exitCode === null && child.signalCode === null) {
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`MariaDB did not start: ${complaints}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
