import type { Logger } from "pino";
import { troubleOf } from "../platform/http/dependency-fault.ts";

/**
 * An engine that is killed breaks connections for which nobody waits at that moment, such as one that is being opened or closed. That is told in the
 * log, and does not end the process: whoever needs the engine hears of it by their own question. Anything else ends the process as before.
 * Answers how to stop.
 */
export function outliveLostConnections(log: Logger): () => void {
  const hear = (error: unknown): void => {
    if (troubleOf(error) !== "unavailable") throw error;
    log.error({ err: error }, "a connection broke for which nobody waited");
  };
  process.on("unhandledRejection", hear);
  return () => void process.off("unhandledRejection", hear);
}
