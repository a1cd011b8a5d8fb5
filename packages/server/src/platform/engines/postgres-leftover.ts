import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "./start-fault.ts";
import { processesIn, signal, waitForExit } from "./process-table.ts";

const FAST_STOP_MS = 2_500;
const IMMEDIATE_STOP_MS = 1_500;
const KILL_MS = 3_000;

/**
 * Ends whatever a killed Terrace or a killed postmaster left running on a cluster, so that a new server can start.
 * The caller holds the data directory's lock: those processes belong to nobody. They are recognised by their working directory,
 * so a process that merely got a remembered pid is never touched.
 */
export async function stopLeftoverPostgres(clusterPath: string): Promise<void> {
  const folder = await realpath(clusterPath).catch((error: unknown) => {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (folder === undefined) return;
  const pidFile = join(folder, "postmaster.pid");
  const postmaster = await readPid(pidFile);
  if (postmaster !== undefined && processesIn(folder).includes(postmaster)) await stopPostmaster(postmaster);
  for (const orphan of processesIn(folder)) {
    signal(orphan, "SIGKILL");
    await waitForExit(orphan, KILL_MS);
  }
  // Nobody works here any more. The file would stop a new server if its pid had been given to another process of the same account.
  await rm(pidFile, { force: true });
}

async function readPid(pidFile: string): Promise<number | undefined> {
  try {
    const pid = Number((await readFile(pidFile, "utf8")).split("\n")[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, "SIGINT");
  if (await waitForExit(pid, FAST_STOP_MS)) return;
  signal(pid, "SIGQUIT");
  if (await waitForExit(pid, IMMEDIATE_STOP_MS)) return;
  signal(pid, "SIGKILL");
  await waitForExit(pid, KILL_MS);
}
