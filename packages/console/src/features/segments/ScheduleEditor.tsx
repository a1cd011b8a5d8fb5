import type { StandingSchedule } from "@terrace/domain/segments/standing";
import { Form, Input, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useScheduleWords } from "./use-schedule-words.ts";

type Props = { readonly schedule: StandingSchedule; readonly onChange: (schedule: StandingSchedule) => void };

const MINUTES = [15, 30, 60, 180, 360, 720];
const DAILY = 0;
const DAILY_FIRST = "03:00";

/** When people are compared with everyone anew. */
export function ScheduleEditor({ schedule, onChange }: Props) {
  const text = useText();
  const words = useScheduleWords();
  const minutes = "everyMinutes" in schedule ? schedule.everyMinutes : DAILY;
  const offered = minutes === DAILY || MINUTES.includes(minutes) ? MINUTES : [minutes, ...MINUTES];
  return (
    <Form layout="vertical" component="div" className="schedule-editor">
      <Form.Item label={text("segments.schedule")} extra={text("segments.scheduleNote")}>
        <div className="row-wrap">
          <Select<number>
            className="schedule-kind"
            aria-label={text("segments.schedule")}
            popupMatchSelectWidth={false}
            value={minutes}
            onChange={(next) => onChange(next === DAILY ? { dailyAt: DAILY_FIRST } : { everyMinutes: next })}
            options={[
              { value: DAILY, label: text("segments.schedule.daily") },
              ...offered.map((everyMinutes) => ({ value: everyMinutes, label: words({ everyMinutes }) })),
            ]}
          />
          {"dailyAt" in schedule ? (
            <Input
              type="time"
              className="schedule-time"
              aria-label={text("segments.scheduleTime")}
              value={schedule.dailyAt}
              onChange={({ target }) => target.value === "" || onChange({ dailyAt: target.value })}
            />
          ) : null}
        </div>
      </Form.Item>
    </Form>
  );
}
