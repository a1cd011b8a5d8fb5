import { Input, InputNumber } from "antd";
import { useText } from "../../app/i18n.ts";
import type { DayLeaf } from "./day-draft.ts";

type Props = { readonly leaf: DayLeaf; readonly onChange: (leaf: DayLeaf) => void };

const DAYS_AWAY_MAX = 36_600;
const YEAR_DAYS = 366;

/** With what the date of a trait is compared: a date, days seen from today (those that are over have a minus), or days from today on. */
export function DayInput({ leaf, onChange }: Props) {
  const text = useText();
  if ("before" in leaf) return <DateInput value={leaf.before} onChange={(before) => onChange({ trait: leaf.trait, before })} />;
  if ("after" in leaf) return <DateInput value={leaf.after} onChange={(after) => onChange({ trait: leaf.trait, after })} />;
  if ("anniversary" in leaf)
    return (
      <InputNumber<number>
        aria-label={text("insight.daysAhead")}
        min={1}
        max={YEAR_DAYS}
        precision={0}
        value={leaf.anniversary.withinDays}
        suffix={text("insight.daysUnit")}
        onChange={(withinDays) => withinDays === null || onChange({ trait: leaf.trait, anniversary: { withinDays } })}
      />
    );
  const { fromDays, toDays } = leaf.dateWithin;
  const set = (dateWithin: typeof leaf.dateWithin): void => onChange({ trait: leaf.trait, dateWithin });
  return (
    <span className="between-input">
      <InputNumber<number>
        aria-label={text("insight.fromDays")}
        min={-DAYS_AWAY_MAX}
        max={DAYS_AWAY_MAX}
        precision={0}
        value={fromDays}
        onChange={(next) => next === null || set({ fromDays: next, toDays: Math.max(next, toDays) })}
      />
      <InputNumber<number>
        aria-label={text("insight.toDays")}
        min={-DAYS_AWAY_MAX}
        max={DAYS_AWAY_MAX}
        precision={0}
        value={toDays}
        suffix={text("insight.daysUnit")}
        onChange={(next) => next === null || set({ fromDays: Math.min(next, fromDays), toDays: next })}
      />
    </span>
  );
}

function DateInput({ value, onChange }: { readonly value: string; readonly onChange: (date: string) => void }) {
  const text = useText();
  return (
    <Input
      type="date"
      aria-label={text("insight.value")}
      value={value}
      status={value === "" ? "warning" : ""}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
