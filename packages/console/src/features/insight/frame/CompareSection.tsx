import type { Condition, PersonCondition } from "@terrace/domain/conditions/condition";
import { previousPeriod, resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { Select } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionDrawer } from "../../conditions/ConditionDrawer.tsx";
import { ConditionChip } from "../../conditions/ConditionField.tsx";
import { useWeekStart } from "./week-start.tsx";

/** What figures are held against: the period before, or other people in the same period. */
export type CompareWith = "previous" | { readonly people: PersonCondition };

type Props = {
  readonly value: CompareWith | undefined;
  readonly period: AskedPeriod;
  readonly events: readonly (string | null)[];
  readonly onChange: (value: CompareWith | undefined) => void;
  /** Not where figures are of a day, or have the period before in a place of their own. */
  readonly previous?: boolean;
};

/** What figures are held against, and which days or which people that is. */
export function CompareSection({ value, period, events, onChange, previous = true }: Props) {
  const text = useText();
  const format = useFormat();
  const calendar = { zone: format.timeZone, weekStart: useWeekStart() };
  const [open, setOpen] = useState(false);
  const span = resolvePeriod(period, calendar, Date.now());
  const before = span.ok ? previousPeriod(period, span.value, calendar) : undefined;
  const range = before === undefined ? "" : format.rangeOfDays(format.day(before.fromMs), format.day(before.toMs - 1));
  const people = typeof value === "object" ? value.people : undefined;
  return (
    <BuilderSection title={text("insight.compare")}>
      <Select<"none" | "previous" | "people">
        aria-label={text("insight.compare")}
        value={value === undefined ? "none" : value === "previous" ? value : "people"}
        onChange={(next) => (next === "people" ? setOpen(true) : onChange(next === "none" ? undefined : next))}
        options={[
          { value: "none", label: text("insight.compareNone") },
          ...(previous ? [{ value: "previous" as const, label: `${text("insight.previousPeriod")} ${range}` }] : []),
          { value: "people", label: text("insight.otherPeople") },
        ]}
      />
      {people === undefined ? null : <ConditionChip condition={people} onOpen={() => setOpen(true)} onRemove={() => onChange(undefined)} />}
      {open ? (
        <ConditionDrawer
          title={text("insight.otherPeople")}
          condition={people}
          ground={{ events, kinds: PERSON_FIELDS, period }}
          // The drawer is given fields of people only.
          onSave={(condition: Condition | undefined) =>
            onChange(condition === undefined ? undefined : { people: condition as PersonCondition })
          }
          onClose={() => setOpen(false)}
        />
      ) : null}
    </BuilderSection>
  );
}
