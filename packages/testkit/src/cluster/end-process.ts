import type { ChildProcess } from "node:child_process";

const STEP_MS = 5_000;

/** Ends a child by signals, each a step harder than the last; settles when it is gone. */
export async function endProcess(child: ChildProcess, signals: readonly NodeJS.Signals[]): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  for (const name of signals) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill(name);
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, STEP_MS).unref())]);
  }
}
