import type { Condition } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useText } from "../../../app/i18n.ts";
import { EVENT_FIELDS, PERSON_FIELDS } from "./conditions/condition-ground.ts";
import { ConditionField } from "./conditions/ConditionField.tsx";

export type Filters = { readonly events?: Condition | undefined; readonly people?: Condition | undefined };
type Draft = { readonly period: AskedPeriod; readonly filters?: Filters | undefined };

type Props = {
  readonly analysis: { readonly draft: Draft; readonly edit: (change: { filters?: Filters | undefined }) => void };
  readonly events: readonly (string | null)[];
};

/** Which events count at all, and whose: the filters every analysis has. */
export function FilterSections({ analysis, events }: Props) {
  const text = useText();
  const { draft, edit } = analysis;
  const set = (part: Filters) => {
    const { events: ofEvents, people } = { ...draft.filters, ...part };
    const none = ofEvents === undefined && people === undefined;
    edit({
      filters: none ? undefined : { ...(ofEvents === undefined ? {} : { events: ofEvents }), ...(people === undefined ? {} : { people }) },
    });
  };
  return (
    <>
      <ConditionField
        title={text("insight.filterEvents")}
        condition={draft.filters?.events}
        ground={{ events, kinds: EVENT_FIELDS, period: draft.period }}
        onChange={(condition) => set({ events: condition })}
      />
      <ConditionField
        title={text("insight.filterPeople")}
        condition={draft.filters?.people}
        ground={{ events, kinds: PERSON_FIELDS, period: draft.period }}
        onChange={(condition) => set({ people: condition })}
      />
    </>
  );
}
