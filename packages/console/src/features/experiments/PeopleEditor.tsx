import { personConditionSchema } from "@terrace/contract/api/insight-conditions";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { PERSON_FIELDS } from "../conditions/condition-ground.ts";
import { ConditionField } from "../conditions/ConditionField.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import type { PartProps } from "./experiment-draft.ts";

/** Values that are suggested are those of so long. */
const PERIOD = { last: 90, unit: "day" } as const;

/** Whose figures count. */
export function PeopleEditor({ draft: { people }, edit, isLocked }: PartProps) {
  const text = useText();
  return (
    <Panel title={text("experiments.audience")}>
      <p className="muted experiment-note">{text("experiments.peopleNote")}</p>
      {isLocked ? (
        <p className="experiment-text">{people === null ? text("experiments.everyone") : <ConditionText condition={people} />}</p>
      ) : (
        <ConditionField
          title={text("experiments.peopleOnly")}
          condition={people ?? undefined}
          ground={{ events: [null], kinds: PERSON_FIELDS, period: PERIOD }}
          // Nothing but traits is offered.
          onChange={(next) => edit({ people: next === undefined ? null : personConditionSchema.parse(next) })}
        />
      )}
    </Panel>
  );
}
