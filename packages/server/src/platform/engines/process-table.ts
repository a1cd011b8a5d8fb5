import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { systemErrorCode } from "./start-fault.ts";

/** Whether a process exists and is not a zombie waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}

/** The processes whose working directory is `folder` (a real path). Where there is no /proc: those that name it on their command line. */
export function processesIn(folder: string): readonly number[] {
  if (process.platform !== "linux") return searchCommandLines(folder);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && workingDirectoryOf(name) === folder)
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function workingDirectoryOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function searchCommandLines(text: string): readonly number[] {
  const { stdout } = spawnSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes(`-D ${text}`))
    .map((line) => Number.parseInt(line, 10));
}

/** Sends a signal and says whether the process was there to get it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Waits until a process that is not ours to reap is gone; false when the time is up. */
export async function waitForExit(pid: number, waitMs: number): Promise<boolean> {
  const untilMs = performance.now() + waitMs;
  while (isAlive(pid)) {
    if (performance.now() > untilMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
