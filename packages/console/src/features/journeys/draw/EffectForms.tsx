import { Input, InputNumber, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Field, LengthField, PairsField } from "./fields.tsx";
import type { FormProps } from "./node-form.ts";
import { pairsOf, type Values } from "./pairs.ts";

export function TraitForm({ node, onChange }: FormProps<"trait">) {
  const text = useText();
  return (
    <PairsField
      name={text("journeys.draw.traits")}
      hint={text("journeys.draw.jsonHint")}
      value={node.traits}
      onChange={(traits) => onChange({ ...node, traits }, "traits")}
    />
  );
}

export function TagForm({ node, onChange }: FormProps<"tag">) {
  const text = useText();
  return (
    <>
      {(["add", "remove"] as const).map((field) => (
        <Field key={field} name={text(`journeys.draw.tags.${field}`)}>
          <Select<string[]>
            mode="tags"
            aria-label={text(`journeys.draw.tags.${field}`)}
            maxCount={10}
            value={[...node[field]]}
            onChange={(tags) => onChange({ ...node, [field]: tags })}
          />
        </Field>
      ))}
    </>
  );
}

export function EmitForm({ node, onChange }: FormProps<"emit">) {
  const text = useText();
  return (
    <>
      <Field name={text("journeys.draw.event")}>
        <Input
          aria-label={text("journeys.draw.event")}
          maxLength={255}
          value={node.event}
          onChange={({ target }) => onChange({ ...node, event: target.value }, "event")}
        />
      </Field>
      <PairsField
        name={text("journeys.draw.properties")}
        hint={text("journeys.draw.jsonHint")}
        value={node.properties}
        onChange={(properties) => onChange({ ...node, properties }, "properties")}
      />
    </>
  );
}

export function WebhookForm({ node, onChange }: FormProps<"webhook">) {
  const text = useText();
  const kept: Values = Object.fromEntries(node.keep.map(({ as, path }) => [as, path]));
  return (
    <>
      <Field name={text("journeys.draw.url")}>
        <div className="draw-pair">
          <Select
            aria-label={text("journeys.draw.method")}
            value={node.method}
            onChange={(method) => onChange({ ...node, method })}
            options={(["POST", "PUT"] as const).map((value) => ({ value, label: value }))}
          />
        </div>
        <Input
          aria-label={text("journeys.draw.url")}
          maxLength={1_000}
          value={node.url}
          onChange={({ target }) => onChange({ ...node, url: target.value }, "url")}
        />
      </Field>
      <PairsField
        name={text("journeys.draw.body")}
        hint={text("journeys.draw.jsonHint")}
        value={node.body}
        onChange={(body) => onChange({ ...node, body }, "body")}
      />
      <Field name={text("journeys.draw.tries")}>
        <InputNumber
          aria-label={text("journeys.draw.tries")}
          min={1}
          max={10}
          precision={0}
          value={node.tries}
          onChange={(tries) => onChange({ ...node, tries: tries ?? 1 }, "tries")}
        />
      </Field>
      <PairsField
        name={text("journeys.draw.keep")}
        hint={text("journeys.draw.keepHint")}
        value={kept}
        onChange={(next) => onChange({ ...node, keep: pairsOf(next).map(({ name, value }) => ({ as: name, path: value })) }, "keep")}
      />
    </>
  );
}

export function TaskForm({ node, onChange }: FormProps<"task">) {
  const text = useText();
  return (
    <>
      <Field name={text("journeys.draw.task")}>
        <Input
          aria-label={text("journeys.draw.task")}
          maxLength={120}
          value={node.title}
          onChange={({ target }) => onChange({ ...node, title: target.value }, "title")}
        />
      </Field>
      <Field name={text("journeys.draw.taskNote")}>
        <Input.TextArea
          aria-label={text("journeys.draw.taskNote")}
          maxLength={1_000}
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={node.note}
          onChange={({ target }) => onChange({ ...node, note: target.value }, "note")}
        />
      </Field>
      <LengthField name={text("journeys.draw.taskDue")} value={node.due} onChange={(due) => onChange({ ...node, due }, "due")} />
    </>
  );
}
