import { ClickHouseError } from "@clickhouse/client";
import { faultError } from "../../../platform/http/fault-error.ts";

const NARROW = "Ask for a shorter period, longer intervals, fewer series or values of a breakdown, or fewer events by a filter";
const RETRY_AFTER_SECONDS = 5;

/** Codes of the event engine: memory; time, speed; rows read or answered, elements of a set; cancelled. */
const MEMORY = "241";
const TIME = new Set(["159", "160"]);
const SIZE = new Set(["158", "191", "396", "307"]);
const CANCELLED = "394";

/** What an analysis says when the engine ends its query: a limit by its name, with what to narrow. Anything else stays as it is. */
export function engineFault(error: unknown): unknown {
  if (!(error instanceof ClickHouseError)) return error;
  if (error.code === CANCELLED) return faultError("insight.cancelled", { mend: "Ask again if it is still wanted" });
  if (TIME.has(error.code)) return faultError("insight.too_slow", { field: "period", mend: NARROW });
  if (SIZE.has(error.code)) return faultError("insight.too_heavy", { field: "period", mend: NARROW });
  if (error.code !== MEMORY) return error;
  // All queries together came to the server's limit; this one alone may be small.
  if (/\(total\)/i.test(error.message))
    return faultError("insight.busy", { retryAfterSeconds: RETRY_AFTER_SECONDS, mend: "Ask again when fewer queries are running" });
  return faultError("insight.too_heavy", { field: "period", mend: NARROW });
}
