import type { Condition } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useText } from "../../../app/i18n.ts";
import { EVENT_FIELDS, PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionField } from "../../conditions/ConditionField.tsx";

export type Filters = { readonly events?: Condition | undefined; readonly people?: Condition | undefined };

type Props = {
  readonly filters: Filters | undefined;
  readonly period: AskedPeriod;
  readonly events: readonly (string | null)[];
  readonly onChange: (filters: Filters | undefined) => void;
};

/** Which events count at all, and whose: the filters every analysis has. */
export function FilterSections({ filters, period, events, onChange }: Props) {
  const text = useText();
  const set = (part: Filters) => {
    const { events: ofEvents, people } = { ...filters, ...part };
    const none = ofEvents === undefined && people === undefined;
    onChange(none ? undefined : { ...(ofEvents === undefined ? {} : { events: ofEvents }), ...(people === undefined ? {} : { people }) });
  };
  return (
    <>
      <ConditionField
        title={text("insight.filterEvents")}
        condition={filters?.events}
        ground={{ events, kinds: EVENT_FIELDS, period }}
        onChange={(condition) => set({ events: condition })}
      />
      <ConditionField
        title={text("insight.filterPeople")}
        condition={filters?.people}
        ground={{ events, kinds: PERSON_FIELDS, period }}
        onChange={(condition) => set({ people: condition })}
      />
    </>
  );
}
