import { ClickHouseError } from "@clickhouse/client";

/**
 * Whether the event engine failed at a question that background work asks again later: it said no, took too long, or broke while answering. Not when the
 * question was given up, nor when there was no engine to ask at all, nor when the question never came to be asked: that is a fault of ours.
 */
export function isRefusal(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted || !(error instanceof Error)) return false;
  if ("syscall" in error && NOT_REACHED.has(String(error.syscall))) return false;
  return error instanceof ClickHouseError || error.message === CLIENT_TIMEOUT || ("code" in error && BROKEN.has(String(error.code)));
}

const NOT_REACHED: ReadonlySet<string> = new Set(["connect", "getaddrinfo"]);
/** What the client says when nothing came for as long as a question may take. */
const CLIENT_TIMEOUT = "Timeout error.";
const BROKEN: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ERR_STREAM_PREMATURE_CLOSE"]);
