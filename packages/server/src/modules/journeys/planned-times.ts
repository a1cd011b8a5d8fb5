import type { ScheduleWhen } from "@terrace/domain/journeys/journey-definition";
import { instantOfLocal, zoneClock } from "@terrace/domain/time/zoned-time";
import { Cron } from "croner";

/** Whether a text is five fields of cron that ever come. */
export function isCron(text: string): boolean {
  if (!/^\S+( +\S+){4}$/.test(text)) return false;
  try {
    return cronOf(text, "UTC").nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

/**
 * The first planned instant after another one; undefined when there is none any more. Where neither minute nor hour of a cron has a star, a time that a change of the
 * clock skips is met right after the gap, and one that comes twice the first time; other crons go by every minute that the clock shows.
 */
export function nextPlanned(when: ScheduleWhen, workspaceZone: string, afterMs: number): number | undefined {
  const zone = when.zone ?? workspaceZone;
  if (when.kind === "cron") return cronOf(when.cron, zone).nextRun(new Date(afterMs))?.getTime();
  const instant = instantOfLocal(Date.parse(`${when.at}:00.000Z`), zoneClock(zone));
  return instant > afterMs ? instant : undefined;
}

function cronOf(text: string, timezone: string): Cron {
  return new Cron(text, { mode: "5-part", timezone, fixedTimeRule: "no-wildcard", paused: true });
}

/** The latest planned instant after one and up to another; undefined: none. */
export function latestPlanned(
  when: ScheduleWhen,
  workspaceZone: string,
  { afterMs, upToMs }: { readonly afterMs: number; readonly upToMs: number },
): number | undefined {
  let latest: number | undefined;
  for (let next = nextPlanned(when, workspaceZone, afterMs); next !== undefined && next <= upToMs;) {
    latest = next;
    next = nextPlanned(when, workspaceZone, next);
  }
  return latest;
}
