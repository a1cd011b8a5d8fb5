import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { endProcess } from "./end-process.ts";
import { takeFreePorts } from "./free-ports.ts";

/** A running server of the oldest supported version. */
export type Postgres15 = Readonly<{ url: string; pid: number; stop: () => Promise<void> }>;

type Account = Readonly<{ uid: number; gid: number }>;

/** Where Debian's package `postgresql` (12) puts its programs. */
const BINARIES = "/usr/lib/postgresql/15/bin";
const NAME = "terrace";
const READY_WITHIN_MS = 30_000;

/** Why PostgreSQL 15 cannot be started here, or undefined when it can. */
export function postgres15Missing(): string | undefined {
  if (!existsSync(join(BINARIES, "postgres"))) return `PostgreSQL 15 is not installed in ${BINARIES} (apt-get install postgresql)`;
  if (process.getuid?.() === 0 && findPostgresAccount() === undefined) return "there is no account named postgres to run PostgreSQL as";
  return undefined;
}

/** Starts PostgreSQL 15 in a temporary folder on a loopback port, without a password; as the account `postgres` when this process is root. */
export async function startPostgres15(): Promise<Postgres15> {
  const account = process.getuid?.() === 0 ? findPostgresAccount() : undefined;
  const folder = await openFolder(account);
  const [port = 0] = await takeFreePorts(1);
  const data = join(folder, "data");
  const made = spawnSync(join(BINARIES, "initdb"), ["-D", data, "-U", NAME, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"], {
    ...account,
    cwd: folder,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const child = spawn(
    join(BINARIES, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off", "-c", "max_connections=100"],
    {
      ...account,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const stop = async (): Promise<void> => {
    await endProcess(child, ["SIGINT", "SIGQUIT", "SIGKILL"]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://${NAME}@127.0.0.1:${port}/${NAME}`, pid: child.pid ?? 0, stop };
}

function findPostgresAccount(): Account | undefined {
  const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim());
  return uid === undefined || uid === "" || gid === undefined || gid === "" ? undefined : { uid: Number(uid), gid: Number(gid) };
}

async function openFolder(account: Account | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "terrace-postgres15-"));
  await mkdir(join(folder, "data"), { mode: 0o700 });
  if (account === undefined) return folder;
  for (const path of [folder, join(folder, "data")]) await chown(path, account.uid, account.gid);
  return folder;
}

async function waitUntilReady(child: ChildProcess, port: number): Promise<void> {
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2_000);
  });
  const untilMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < untilMs && child.exitCode === null && child.signalCode === null) {
    if (await createDatabase(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`PostgreSQL 15 did not start: ${complaints}`);
}

async function createDatabase(port: number): Promise<boolean> {
  const sql = postgres({
    host: "127.0.0.1",
    port,
    username: NAME,
    database: "postgres",
    max: 1,
    connect_timeout: 5,
    onnotice: () => undefined,
  });
  try {
    await sql`create database terrace`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 }).catch(() => undefined);
  }
}
