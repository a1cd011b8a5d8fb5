import { instantOfLocal, isoInstant, zoneClock } from "@terrace/domain/time/zoned-time";

/** The instant of a local time of the workspace as an input for times gives it (`2026-07-16T09:00`); null for none. */
export function localInstant(local: string, timeZone: string): string | null {
  const ms = Date.parse(`${local}Z`);
  return Number.isNaN(ms) ? null : isoInstant(instantOfLocal(ms, zoneClock(timeZone)));
}
