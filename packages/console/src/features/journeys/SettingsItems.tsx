import { SHARE_MAX } from "@terrace/domain/holdouts/holdout";
import { Checkbox, Form, Input, InputNumber, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { EventPicker } from "../conditions/EventPicker.tsx";
import { PurposeSelect } from "../governor/PurposeSelect.tsx";
import { REENTRY_KINDS, type SettingsFields } from "./settings-fields.ts";
import { useSelectorWords } from "./use-entry-words.ts";

/** The fields of a journey's settings, within a form that holds them. */
export function SettingsItems() {
  const text = useText();
  const reentry = Form.useWatch<SettingsFields["reentry"] | undefined>("reentry");
  const hasGoal = Form.useWatch<boolean | undefined>("hasGoal") ?? false;
  return (
    <>
      <Form.Item
        name="name"
        label={text("journeys.name")}
        rules={[{ required: true, whitespace: true, message: text("journeys.nameNeeded") }]}
      >
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="reentry" label={text("journeys.setting.reentry")}>
        <Select options={REENTRY_KINDS.map((value) => ({ value, label: text(`journeys.reentry.${value}`) }))} />
      </Form.Item>
      {reentry === "afterDays" ? (
        <Form.Item
          name="reentryDays"
          label={text("journeys.reentryDays")}
          rules={[{ required: true, message: text("journeys.daysNeeded") }]}
        >
          <InputNumber min={1} max={3_660} precision={0} />
        </Form.Item>
      ) : null}
      <ExitsItem />
      <Form.Item name="hasGoal" valuePropName="checked">
        <Checkbox>{text("journeys.hasGoal")}</Checkbox>
      </Form.Item>
      {hasGoal ? <GoalItems /> : null}
      <Form.Item
        name="holdout"
        label={text("journeys.setting.holdout")}
        extra={text("journeys.holdoutHint")}
        rules={[{ required: true, message: text("journeys.shareNeeded") }]}
      >
        <InputNumber min={0} max={SHARE_MAX / 100} precision={2} addonAfter="%" />
      </Form.Item>
      <Form.Item name="priority" label={text("journeys.setting.priority")} extra={text("journeys.priorityHint")}>
        <InputNumber min={1} max={9} precision={0} />
      </Form.Item>
      <PurposeItem />
    </>
  );
}

function GoalItems() {
  const text = useText();
  return (
    <>
      <Form.Item name="goalOn" label={text("journeys.goalEvent")} rules={[{ required: true, message: text("journeys.eventNeeded") }]}>
        <SelectorField label={text("journeys.goalEvent")} />
      </Form.Item>
      <Form.Item name="goalDays" label={text("journeys.goalDays")} rules={[{ required: true, message: text("journeys.daysNeeded") }]}>
        <InputNumber min={1} max={366} precision={0} />
      </Form.Item>
      <Form.Item name="goalLeaves" valuePropName="checked">
        <Checkbox>{text("journeys.goalLeavesField")}</Checkbox>
      </Form.Item>
    </>
  );
}

type Selector = NonNullable<SettingsFields["goalOn"]>;

/** An event; another one than was chosen is asked nothing more. */
function SelectorField({ value, onChange, label }: { value?: Selector; onChange?: (value: Selector | undefined) => void; label: string }) {
  return (
    <EventPicker
      label={label}
      any={false}
      value={value?.event ?? null}
      onChange={(event) => onChange?.(event === null ? undefined : { event })}
    />
  );
}

/** Events that take people out; conditions that do are kept as they are drawn. */
function ExitsItem() {
  const text = useText();
  const words = useSelectorWords();
  return (
    <Form.Item name="exitEvents" label={text("journeys.exitEvents")} extra={text("journeys.exitHint")}>
      <ExitsField label={text("journeys.exitEvents")} words={words} />
    </Form.Item>
  );
}

type ExitsFieldProps = {
  value?: readonly Selector[];
  onChange?: (value: readonly Selector[]) => void;
  label: string;
  words: (selector: Selector) => string;
};

function ExitsField({ value = [], onChange, label, words }: ExitsFieldProps) {
  const text = useText();
  return (
    <>
      <Select<string[]>
        mode="multiple"
        aria-label={text("journeys.exitNow")}
        open={false}
        value={value.map((one) => JSON.stringify(one))}
        onChange={(kept) => onChange?.(value.filter((one) => kept.includes(JSON.stringify(one))))}
        options={value.map((one) => ({ value: JSON.stringify(one), label: words(one) }))}
      />
      <EventPicker
        label={label}
        any={false}
        value={null}
        onChange={(event) => {
          if (event !== null && value.every((one) => one.event !== event)) onChange?.([...value, { event }]);
        }}
      />
    </>
  );
}

function PurposeItem() {
  const text = useText();
  return (
    <Form.Item name="purpose" label={text("journeys.setting.purpose")} extra={text("journeys.purposeHint")}>
      <PurposeSelect isNeeded />
    </Form.Item>
  );
}
