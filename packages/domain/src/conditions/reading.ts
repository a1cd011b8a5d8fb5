import type { Fault } from "../result.ts";

/** One pass over a condition: the first fault, and how much was read. */
export type Reading = { fault: Fault | undefined; leaves: number };

/** Notes a fault unless there is one already; answers undefined, as whatever could not be read. */
export function refuse(reading: Reading, field: string, mend: string, code = "condition.invalid"): undefined {
  reading.fault ??= { code, field, mend };
  return undefined;
}
