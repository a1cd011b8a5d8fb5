import { CalendarOutlined, DownOutlined } from "@ant-design/icons";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button, Input, Popover } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { addDays } from "../../../ui/format/dates.ts";
import { PRESETS, presetOf } from "./period-presets.ts";
import { usePeriodWords } from "./use-period-words.ts";

type Props = { readonly period: AskedPeriod; readonly onChange: (period: AskedPeriod) => void };

/** Chooses the period: one that moves on with the day, or two days, both included. */
export function PeriodPicker({ period, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const words = usePeriodWords()(period);
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      content={
        <PeriodForm
          key={`${words.firstDay} ${words.lastDay}`}
          period={period}
          onChange={(next) => {
            setOpen(false);
            onChange(next);
          }}
        />
      }
    >
      <Button className="period-button" icon={<CalendarOutlined />}>
        {words.name} <span className={words.name === "" ? "" : "muted"}>{words.range}</span> <DownOutlined aria-hidden="true" />
      </Button>
    </Popover>
  );
}

function PeriodForm({ period, onChange }: Props) {
  const text = useText();
  const words = usePeriodWords()(period);
  const [from, setFrom] = useState(words.firstDay);
  const [to, setTo] = useState(words.lastDay);
  useEffect(() => {
    setFrom(words.firstDay);
    setTo(words.lastDay);
  }, [words.firstDay, words.lastDay]);
  const chosen = presetOf(period)?.key;
  const valid = from !== "" && to !== "" && from <= to;
  return (
    <div className="period-form">
      <div className="period-presets">
        {PRESETS.map((preset) => (
          <Button key={preset.key} type={preset.key === chosen ? "primary" : "text"} size="small" onClick={() => onChange(preset.period)}>
            {text(preset.label)}
          </Button>
        ))}
      </div>
      <div className="period-dates">
        <label>
          <span className="small muted">{text("insight.period.from")}</span>
          <Input type="date" value={from} onChange={({ target }) => setFrom(target.value)} />
        </label>
        <label>
          <span className="small muted">{text("insight.period.to")}</span>
          <Input type="date" value={to} onChange={({ target }) => setTo(target.value)} />
        </label>
        <Button type="primary" disabled={!valid} onClick={() => onChange({ from, to: addDays(to, 1) })}>
          {text("insight.period.apply")}
        </Button>
      </div>
    </div>
  );
}
