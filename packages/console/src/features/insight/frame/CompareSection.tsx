import { previousPeriod, resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { BuilderSection } from "./BuilderSection.tsx";

type Props = { readonly compare: boolean; readonly period: AskedPeriod; readonly onChange: (compare: boolean) => void };

/** Whether figures are held against those of the period before, and which days that is. */
export function CompareSection({ compare, period, onChange }: Props) {
  const text = useText();
  const format = useFormat();
  const calendar = { zone: format.timeZone, weekStart: "monday" as const };
  const span = resolvePeriod(period, calendar, Date.now());
  const before = span.ok ? previousPeriod(period, span.value, calendar) : undefined;
  const range = before === undefined ? "" : format.rangeOfDays(format.day(before.fromMs), format.day(before.toMs - 1));
  return (
    <BuilderSection title={text("insight.compare")}>
      <Select<"none" | "previous">
        aria-label={text("insight.compare")}
        value={compare ? "previous" : "none"}
        onChange={(next) => onChange(next === "previous")}
        options={[
          { value: "none", label: text("insight.compareNone") },
          { value: "previous", label: `${text("insight.previousPeriod")} ${range}` },
        ]}
      />
    </BuilderSection>
  );
}
