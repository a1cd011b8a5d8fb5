import type { StandingSchedule } from "@terrace/domain/segments/standing";
import { useText } from "../../app/i18n.ts";

const HOUR_MINUTES = 60;

/** Says when people are compared with everyone. */
export function useScheduleWords(): (schedule: StandingSchedule) => string {
  const text = useText();
  return (schedule) => {
    if ("dailyAt" in schedule) return text("segments.schedule.dailyAt", { time: schedule.dailyAt });
    const { everyMinutes } = schedule;
    return everyMinutes % HOUR_MINUTES === 0
      ? text("segments.schedule.hours", { count: everyMinutes / HOUR_MINUTES })
      : text("segments.schedule.minutes", { count: everyMinutes });
  };
}
