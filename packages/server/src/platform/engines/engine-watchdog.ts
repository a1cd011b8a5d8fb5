import type { ChildProcess } from "node:child_process";
import { request } from "node:http";
import type { EngineLog } from "./engine-log.ts";

const EVERY_MS = 5_000;
const PATIENCE_MS = 20_000;

/** Kills a child that has stopped answering (a crash inside the engine can hang it), so that its supervisor starts a new one. */
export function watchOver(child: ChildProcess, socketPath: string, log: EngineLog): void {
  let answeredAtMs = performance.now();
  let isAsking = false;
  const timer = setInterval(() => {
    if (performance.now() - answeredAtMs > PATIENCE_MS) {
      log.error({ engine: "clickhouse", pid: child.pid }, "engine does not answer and is killed");
      child.kill("SIGKILL");
      return;
    }
    if (isAsking) return;
    isAsking = true;
    ping(socketPath)
      .then(() => {
        answeredAtMs = performance.now();
      })
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  }, EVERY_MS);
  timer.unref();
  child.once("exit", () => clearInterval(timer));
}

async function ping(socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asked = request({ socketPath, path: "/ping", agent: false, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      response.once("end", resolve);
    });
    asked.once("error", reject);
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.end();
  });
}
