import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { InputNumber, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { PurposeSelect } from "../../governor/PurposeSelect.tsx";
import { TemplateSelect } from "../../templates/TemplateSelect.tsx";
import { Field } from "./fields.tsx";
import type { FormProps } from "./node-form.ts";

/** Which template goes out by which channel, and how urgent it is. */
export function MessageForm({ node, onChange }: FormProps<"message">) {
  const text = useText();
  return (
    <>
      <Field name={text("templates.channel")}>
        <Select
          aria-label={text("templates.channel")}
          value={node.channel}
          // A template is of one channel.
          onChange={(channel) => onChange({ ...node, channel, template: "", templateVersion: null })}
          options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))}
        />
      </Field>
      <Field name={text("broadcasts.template")}>
        <TemplateSelect
          label={text("broadcasts.template")}
          channel={node.channel}
          value={node.template}
          onChange={(template) => onChange({ ...node, template, templateVersion: null })}
        />
      </Field>
      <Field name={text("governor.purpose")} hint={text("journeys.draw.ofJourney")}>
        <PurposeSelect
          {...(node.purpose === null ? {} : { value: node.purpose })}
          onChange={(purpose) => onChange({ ...node, purpose: purpose ?? null })}
        />
      </Field>
      <Field name={text("journeys.setting.priority")} hint={text("journeys.priorityHint")}>
        <InputNumber
          aria-label={text("journeys.setting.priority")}
          min={1}
          max={9}
          precision={0}
          placeholder={text("journeys.draw.ofJourney")}
          value={node.priority}
          onChange={(priority) => onChange({ ...node, priority }, "priority")}
        />
      </Field>
      <Field name={text("journeys.draw.expires")} hint={text("journeys.draw.expiresHint")}>
        <InputNumber
          aria-label={text("journeys.draw.expires")}
          min={1}
          max={8_784}
          precision={0}
          value={node.expiresAfterHours}
          onChange={(expiresAfterHours) => onChange({ ...node, expiresAfterHours }, "expires")}
        />
      </Field>
      <Field name={text("journeys.draw.tags")} hint={text("journeys.draw.tagsHint")}>
        <Select<string[]>
          mode="tags"
          aria-label={text("journeys.draw.tags")}
          value={[...node.tags]}
          maxCount={10}
          onChange={(tags) => onChange({ ...node, tags })}
        />
      </Field>
    </>
  );
}
