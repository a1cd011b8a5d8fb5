import type { PullView } from "@terrace/contract/api/pulls";
import type { useText } from "../../app/i18n.ts";

/** Where a pull fetches from, in one line. */
export function placeText(place: PullView["place"]): string {
  return place.kind === "http" ? place.url : `${place.user}@${place.host}:${place.port}/${place.database}`;
}

const HOUR_MINUTES = 60;

/** When it runs, in words. */
export function scheduleText(schedule: PullView["schedule"], text: ReturnType<typeof useText>): string {
  if ("dailyAt" in schedule) return text("pulls.dailyAt", { time: schedule.dailyAt });
  const { everyMinutes } = schedule;
  if (everyMinutes === HOUR_MINUTES) return text("pulls.everyHour");
  return everyMinutes % HOUR_MINUTES === 0
    ? text("pulls.everyHours", { count: everyMinutes / HOUR_MINUTES })
    : text("pulls.everyMinutes", { count: everyMinutes });
}
