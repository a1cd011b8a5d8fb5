/**
 * Whether the event engine failed at a question that background work asks again later: it said no, took too long, or broke while answering. Not when the
 * question was given up, nor when there was no engine to ask at all.
 */
export function isRefusal(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && !(error instanceof Error && "syscall" in error && NOT_REACHED.has(String(error.syscall)));
}

const NOT_REACHED: ReadonlySet<string> = new Set(["connect", "getaddrinfo"]);
