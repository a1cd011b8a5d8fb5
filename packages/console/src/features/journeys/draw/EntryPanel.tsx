import { personConditionSchema } from "@terrace/contract/api/insight-conditions";
import type { JourneyEntryKind } from "@terrace/domain/journeys/journey-definition";
import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionField } from "../../conditions/ConditionField.tsx";
import { EntryFields } from "./EntryFields.tsx";
import type { Definition } from "./draft-edits.ts";
import { Field, SUGGESTED } from "./fields.tsx";
import { NODE_ICONS } from "./node-icons.tsx";

type Entry = Definition["entry"];
type Exit = Definition["exits"][number];
type Props = { readonly definition: Definition; readonly onChange: (definition: Definition, of?: string) => void };

const NEW: { readonly [Kind in JourneyEntryKind]: Omit<Extract<Entry, { readonly kind: Kind }>, "condition"> } = {
  event: { kind: "event", on: { event: null }, times: "every", keyedBy: null },
  segment: { kind: "segment", segment: "", change: "enters" },
  schedule: { kind: "schedule", segment: "", when: { kind: "cron", cron: "0 9 * * 1", zone: null } },
  date: { kind: "date", trait: "", offsetDays: 0, at: "09:00", yearly: false, zone: "person" },
  api: { kind: "api" },
};
const KINDS = ["event", "segment", "schedule", "date", "api"] as const satisfies readonly JourneyEntryKind[];
const GROUND = { events: [null], kinds: PERSON_FIELDS, period: SUGGESTED } as const;

/** Who comes in and when, and who goes out by a condition. */
export function EntryPanel({ definition, onChange }: Props) {
  const text = useText();
  const { entry } = definition;
  const put = (next: Entry, of?: string) => onChange({ ...definition, entry: next }, of);
  return (
    <Panel
      title={
        <>
          {NODE_ICONS.entry} {text("journeys.entry")}
        </>
      }
    >
      <Field name={text("journeys.draw.by")}>
        <Select<JourneyEntryKind>
          aria-label={text("journeys.draw.by")}
          value={entry.kind}
          onChange={(kind) => put({ ...NEW[kind], condition: entry.condition })}
          options={KINDS.map((value) => ({ value, label: text(`journeys.draw.entry.${value}`) }))}
        />
      </Field>
      <EntryFields key={entry.kind} entry={entry} onChange={put} />
      <ConditionField
        title={text("journeys.draw.onlyWho")}
        condition={entry.condition ?? undefined}
        ground={GROUND}
        onChange={(next) => put({ ...entry, condition: next === undefined ? null : personConditionSchema.parse(next) })}
      />
      <ExitConditions exits={definition.exits} onChange={(exits) => onChange({ ...definition, exits })} />
    </Panel>
  );
}

/** Conditions that take people out, each asked when they come to a node. */
function ExitConditions({ exits, onChange }: { readonly exits: readonly Exit[]; readonly onChange: (exits: Exit[]) => void }) {
  const text = useText();
  const asked = exits.flatMap((rule) => ("condition" in rule ? [rule] : []));
  return (
    <>
      {asked.map((rule, at) => (
        <ConditionField
          key={JSON.stringify(rule)}
          title={text("journeys.draw.exitWho", { at: at + 1 })}
          condition={rule.condition}
          ground={GROUND}
          onChange={(next) =>
            onChange(
              exits.flatMap((one) =>
                one === rule ? (next === undefined ? [] : [{ condition: personConditionSchema.parse(next) }]) : [one],
              ),
            )
          }
        />
      ))}
      <NewExit onAdd={(rule) => onChange([...exits, rule])} />
    </>
  );
}

function NewExit({ onAdd }: { readonly onAdd: (rule: Exit) => void }) {
  const text = useText();
  return (
    <ConditionField
      title={text("journeys.draw.addExit")}
      condition={undefined}
      ground={GROUND}
      onChange={(next) => {
        if (next !== undefined) onAdd({ condition: personConditionSchema.parse(next) });
      }}
    />
  );
}
