import { Segmented } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { addDays } from "../../ui/format/dates.ts";

const DAYS = [7, 30, 90] as const;
export type Days = (typeof DAYS)[number];

/** The local day so many days ago. */
export function useSince(days: Days): string {
  return addDays(useFormat().day(Date.now()), -days);
}

/** Over how many days back something is told. */
export function DaysSwitch({ days, onChange }: { readonly days: Days; readonly onChange: (days: Days) => void }) {
  const text = useText();
  return (
    <Segmented<Days>
      size="small"
      aria-label={text("pyramids.period")}
      value={days}
      onChange={onChange}
      options={DAYS.map((one) => ({ value: one, label: text("pyramids.lastDays", { count: one }) }))}
    />
  );
}
