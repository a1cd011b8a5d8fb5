import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { eventConditionSchema, personConditionSchema } from "@terrace/contract/api/insight-conditions";
import { NODE_ARMS_MAX } from "@terrace/domain/journeys/journey-definition";
import { Button, Checkbox, Input, InputNumber } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionField } from "../../conditions/ConditionField.tsx";
import { freeArmKey, type Definition } from "./draft-edits.ts";
import { Field, LengthField, SelectorField, SUGGESTED } from "./fields.tsx";
import type { FormProps } from "./node-form.ts";

type AnyArm = { readonly key: string; readonly name: string };
type ArmsProps<Arm extends AnyArm> = {
  readonly arms: readonly Arm[];
  readonly make: (key: string) => Arm;
  readonly onChange: (arms: Arm[], of?: string) => void;
  /** What else an arm has besides its name. */
  readonly children: (arm: Arm, put: (arm: Arm, of?: string) => void) => ReactNode;
};

/** The arms of a node, in the order in which they are asked. */
function Arms<Arm extends AnyArm>({ arms, make, onChange, children }: ArmsProps<Arm>) {
  const text = useText();
  const put = (next: Arm, of?: string) =>
    onChange(
      arms.map((arm) => (arm.key === next.key ? next : arm)),
      of === undefined ? undefined : `${next.key} ${of}`,
    );
  return (
    <>
      {arms.map((arm, at) => (
        <section className="draw-arm" key={arm.key} aria-label={text("journeys.draw.armOf", { at: at + 1 })}>
          <div className="draw-pair draw-field">
            <Input
              aria-label={text("journeys.draw.armName", { at: at + 1 })}
              placeholder={text("journeys.draw.armOf", { at: at + 1 })}
              maxLength={80}
              value={arm.name}
              onChange={({ target }) => put({ ...arm, name: target.value }, "name")}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={text("journeys.draw.dropArm", { at: at + 1 })}
              onClick={() => onChange(arms.filter(({ key }) => key !== arm.key))}
            />
          </div>
          {children(arm, put)}
        </section>
      ))}
      {arms.length < NODE_ARMS_MAX ? (
        <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...arms, make(freeArmKey(arms))])}>
          {text("journeys.draw.addArm")}
        </Button>
      ) : null}
    </>
  );
}

/** Which events are awaited, and how long at most. */
export function EventsForm({ node, onChange }: FormProps<"events">) {
  const text = useText();
  return (
    <>
      <LengthField
        name={text("journeys.draw.timeout")}
        value={node.timeout}
        onChange={(timeout) => onChange({ ...node, timeout }, "timeout")}
      />
      <Arms
        arms={node.arms}
        make={(key) => ({ key, name: "", on: { event: null } })}
        onChange={(arms, of) => onChange({ ...node, arms }, of)}
      >
        {(arm, put) => <SelectorField name={text("journeys.draw.event")} value={arm.on} onChange={(on) => put({ ...arm, on })} />}
      </Arms>
    </>
  );
}

/** What each arm asks of the person, and of the event that brought them in. */
export function BranchForm({ node, onChange, entry }: FormProps<"branch"> & { readonly entry: Definition["entry"] }) {
  const text = useText();
  const event = entry.kind === "event" ? entry.on.event : null;
  return (
    <Arms
      arms={node.arms}
      make={(key) => ({ key, name: "", condition: null, where: null })}
      onChange={(arms, of) => onChange({ ...node, arms }, of)}
    >
      {(arm, put) => (
        <>
          <ConditionField
            title={text("journeys.draw.ofPerson")}
            condition={arm.condition ?? undefined}
            ground={{ events: [null], kinds: PERSON_FIELDS, period: SUGGESTED }}
            onChange={(next) => put({ ...arm, condition: next === undefined ? null : personConditionSchema.parse(next) })}
          />
          <ConditionField
            title={text("journeys.draw.ofEvent")}
            condition={arm.where ?? undefined}
            ground={{ events: [event], kinds: ["property"], period: SUGGESTED }}
            onChange={(next) => put({ ...arm, where: next === undefined ? null : eventConditionSchema.parse(next) })}
          />
        </>
      )}
    </Arms>
  );
}

const PERCENT = 100;
const WINNER_USUAL = 500;

/** Which share goes by which arm, and whether the better one takes everybody in the end. */
export function SplitForm({ node, onChange }: FormProps<"split">) {
  const text = useText();
  const { winner } = node;
  return (
    <>
      <Arms arms={node.arms} make={(key) => ({ key, name: "", share: 0 })} onChange={(arms, of) => onChange({ ...node, arms }, of)}>
        {(arm, put) => (
          <InputNumber
            aria-label={text("journeys.draw.share")}
            min={0}
            max={PERCENT}
            precision={2}
            addonAfter="%"
            value={arm.share / PERCENT}
            onChange={(share) => put({ ...arm, share: Math.round((share ?? 0) * PERCENT) }, "share")}
          />
        )}
      </Arms>
      <Checkbox
        className="draw-field"
        checked={winner !== null}
        onChange={({ target }) => onChange({ ...node, winner: target.checked ? { peoplePerArm: WINNER_USUAL } : null })}
      >
        {text("journeys.draw.winner")}
      </Checkbox>
      {winner === null ? null : (
        <Field name={text("journeys.draw.perArm")} hint={text("journeys.draw.perArmHint")}>
          <InputNumber
            aria-label={text("journeys.draw.perArm")}
            min={50}
            max={1_000_000}
            precision={0}
            value={winner.peoplePerArm}
            onChange={(people) => onChange({ ...node, winner: { peoplePerArm: people ?? WINNER_USUAL } }, "winner")}
          />
        </Field>
      )}
    </>
  );
}
