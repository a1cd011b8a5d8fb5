import { REFRESH_SECONDS, type BoardSettings } from "@terrace/contract/api/dashboards";
import type { Condition } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button, Select } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { EVENT_FIELDS, PERSON_FIELDS } from "../conditions/condition-ground.ts";
import { ConditionDrawer } from "../conditions/ConditionDrawer.tsx";
import { ConditionChip } from "../conditions/ConditionField.tsx";
import { PeriodPicker } from "../insight/frame/PeriodPicker.tsx";

type Props = {
  readonly settings: BoardSettings;
  /** What stands in the address differs from what was saved. */
  readonly changed: boolean;
  readonly onChange: (settings: BoardSettings) => void;
  readonly onReset: () => void;
};

const MONTH: AskedPeriod = { last: 30, unit: "day" };
const NO_EVENTS: readonly string[] = [];

/** What holds for all tiles: the period, filters, how often they are asked anew. */
export function BoardBar({ settings, changed, onChange, onReset }: Props) {
  const text = useText();
  const { period, filters, refreshSeconds } = settings;
  const without = (): BoardSettings => ({ filters, refreshSeconds });
  const setFilter = (which: "events" | "people", condition: Condition | undefined) => {
    const { [which]: _gone, ...rest } = filters;
    // Conditions are JSON; the schema of the settings knows them as such.
    onChange({ ...settings, filters: condition === undefined ? rest : { ...rest, [which]: condition } });
  };
  return (
    <div className="board-bar">
      {period === undefined ? (
        <Button onClick={() => onChange({ ...settings, period: { last: 30, unit: "day" } })}>{text("dashboards.ownPeriods")}</Button>
      ) : (
        <>
          <PeriodPicker period={period} onChange={(next) => onChange({ ...settings, period: next })} />
          <Button type="link" size="small" onClick={() => onChange(without())}>
            {text("dashboards.useOwnPeriods")}
          </Button>
        </>
      )}
      {(["events", "people"] as const).map((which) => (
        <Filter
          key={which}
          title={text(which === "events" ? "insight.filterEvents" : "insight.filterPeople")}
          condition={filters[which] as Condition | undefined}
          kinds={which === "events" ? EVENT_FIELDS : PERSON_FIELDS}
          period={period ?? MONTH}
          onChange={(condition) => setFilter(which, condition)}
        />
      ))}
      <span className="grow" />
      {changed ? (
        <Button type="link" size="small" onClick={onReset}>
          {text("dashboards.reset")}
        </Button>
      ) : null}
      <Select
        aria-label={text("dashboards.refresh")}
        value={refreshSeconds}
        onChange={(seconds) => onChange({ ...settings, refreshSeconds: seconds })}
        options={REFRESH_SECONDS.map((seconds) => ({ value: seconds, label: text(`dashboards.refresh.${seconds}`) }))}
        popupMatchSelectWidth={false}
      />
    </div>
  );
}

type FilterProps = {
  readonly title: string;
  readonly condition: Condition | undefined;
  readonly kinds: typeof EVENT_FIELDS;
  readonly period: AskedPeriod;
  readonly onChange: (condition: Condition | undefined) => void;
};

function Filter({ title, condition, kinds, period, onChange }: FilterProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {condition === undefined ? (
        <Button type="dashed" onClick={() => setOpen(true)}>
          + {title}
        </Button>
      ) : (
        <ConditionChip condition={condition} onOpen={() => setOpen(true)} onRemove={() => onChange(undefined)} />
      )}
      {open ? (
        <ConditionDrawer
          title={title}
          condition={condition}
          ground={{ events: NO_EVENTS, kinds, period }}
          onSave={onChange}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
