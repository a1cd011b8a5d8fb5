import { createBroadcast, getBroadcast, listBroadcasts, saveBroadcast, type BroadcastDetail } from "@terrace/contract/api/broadcasts";
import { BROADCAST_VARIANTS_MAX } from "@terrace/domain/broadcasts/broadcast";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { Button, Checkbox, Form, Input, InputNumber, Select } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { weekdayNames } from "../governor/governor-words.ts";
import { PurposeSelect } from "../governor/PurposeSelect.tsx";
import { SegmentSelect } from "../segments/SegmentSelect.tsx";
import { TemplateSelect } from "../templates/TemplateSelect.tsx";
import { definitionOf, fieldsOf, NEW_BROADCAST, type BroadcastFields } from "./broadcast-fields.ts";
import { broadcastPath } from "./broadcast-path.ts";
import "./broadcasts.css";

const TOUCHES = [listBroadcasts, getBroadcast];

/** Writes a broadcast: a new one, or a draft over again. */
export function BroadcastModal({ broadcast, onClose }: { readonly broadcast?: BroadcastDetail; readonly onClose: () => void }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const create = useChange(createBroadcast, TOUCHES);
  const save = useChange(saveBroadcast, TOUCHES);
  const submit = (fields: BroadcastFields) => {
    const body = { name: fields.name, definition: definitionOf(fields, broadcast?.definition.tags) };
    if (broadcast === undefined) create.mutate({ params, body }, { onSuccess: ({ id }) => void navigate(link(broadcastPath(id))) });
    else
      save.mutate(
        { params: { ...params, broadcast: broadcast.id }, body: { ...body, baseEdition: broadcast.edition } },
        { onSuccess: onClose },
      );
  };
  return (
    <FormModal<BroadcastFields>
      title={text(broadcast === undefined ? "broadcasts.new" : "broadcasts.edit")}
      okText={text("broadcasts.save")}
      busy={create.isPending || save.isPending}
      error={create.error ?? save.error}
      onClose={onClose}
      onSubmit={submit}
      width={600}
      initialValues={broadcast === undefined ? NEW_BROADCAST : fieldsOf(broadcast.name, broadcast.definition)}
    >
      <Form.Item
        name="name"
        label={text("broadcasts.name")}
        rules={[{ required: true, whitespace: true, message: text("broadcasts.nameNeeded") }]}
      >
        <Input maxLength={80} autoFocus />
      </Form.Item>
      <WhomFields />
      <WhatFields />
      <WhenFields />
    </FormModal>
  );
}

/** One segment, as a form's field. */
function SegmentField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value?: string;
  readonly onChange?: (id?: string) => void;
}) {
  return (
    <SegmentSelect label={label} value={value === undefined || value === "" ? [] : [value]} onChange={([id]) => onChange?.(id)} max={1} />
  );
}

function WhomFields() {
  const text = useText();
  return (
    <div className="broadcast-pair">
      <Form.Item name="segment" label={text("broadcasts.segment")} rules={[{ required: true, message: text("broadcasts.segmentNeeded") }]}>
        <SegmentField label={text("broadcasts.segment")} />
      </Form.Item>
      <Form.Item name="without" label={text("broadcasts.without")}>
        <SegmentField label={text("broadcasts.without")} />
      </Form.Item>
    </div>
  );
}

function WhatFields() {
  const text = useText();
  const channel = Form.useWatch<BroadcastFields["channel"] | undefined>("channel") ?? "email";
  return (
    <>
      <div className="broadcast-pair">
        <Form.Item name="channel" label={text("templates.channel")}>
          <Select options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))} />
        </Form.Item>
        <Form.Item name="purpose" label={text("governor.purpose")} rules={[{ required: true, message: text("broadcasts.purposeNeeded") }]}>
          <PurposeSelect isNeeded />
        </Form.Item>
      </div>
      <Form.List name="templates">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }, at) => {
              const label = fields.length > 1 ? text("broadcasts.variantOf", { at: "ABCDE".charAt(at) }) : text("broadcasts.template");
              return (
                <div key={key} className="broadcast-variant">
                  <Form.Item name={name} label={label} rules={[{ required: true, message: text("broadcasts.templateNeeded") }]}>
                    <TemplateSelect label={label} channel={channel} />
                  </Form.Item>
                  {fields.length > 1 ? (
                    <Button
                      type="text"
                      onClick={() => remove(name)}
                      aria-label={text("broadcasts.dropVariant", { at: "ABCDE".charAt(at) })}
                    >
                      ×
                    </Button>
                  ) : null}
                </div>
              );
            })}
            {fields.length < BROADCAST_VARIANTS_MAX ? (
              <Button type="link" className="broadcast-add" onClick={() => add("")}>
                {text("broadcasts.addVariant")}
              </Button>
            ) : null}
            {fields.length > 1 ? <TestFields /> : null}
          </>
        )}
      </Form.List>
    </>
  );
}

function TestFields() {
  const text = useText();
  return (
    <div className="broadcast-three">
      <Form.Item name="testPercent" label={text("broadcasts.testShare")}>
        <InputNumber min={0.01} max={99.99} suffix="%" aria-label={text("broadcasts.testShare")} />
      </Form.Item>
      <Form.Item name="testBy" label={text("broadcasts.testBy")}>
        <Select
          aria-label={text("broadcasts.testBy")}
          options={(["opened", "clicked"] as const).map((value) => ({ value, label: text(`broadcasts.by.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="testHours" label={text("broadcasts.testHours")}>
        <InputNumber min={0.1} max={168} aria-label={text("broadcasts.testHours")} />
      </Form.Item>
    </div>
  );
}

function WhenFields() {
  const text = useText();
  const format = useFormat();
  const windowed = Form.useWatch<boolean | undefined>("windowed") ?? false;
  return (
    <>
      <div className="broadcast-three">
        <Form.Item name="begins" label={text("broadcasts.begins")} extra={text("broadcasts.beginsHint")}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="perMinute" label={text("broadcasts.perMinute")} extra={text("broadcasts.perMinuteHint")}>
          <InputNumber min={1} max={1_000_000} precision={0} />
        </Form.Item>
        <Form.Item
          name="expiresAfterHours"
          label={text("broadcasts.expires")}
          rules={[{ required: true, message: text("broadcasts.expiresNeeded") }]}
        >
          <InputNumber min={1} max={720} precision={0} />
        </Form.Item>
      </div>
      <Form.Item name="windowed" valuePropName="checked" extra={text("broadcasts.windowHint")}>
        <Checkbox>{text("broadcasts.window")}</Checkbox>
      </Form.Item>
      {windowed ? (
        <div className="broadcast-three">
          <Form.Item name="from" label={text("broadcasts.from")}>
            <Input type="time" />
          </Form.Item>
          <Form.Item
            name="to"
            label={text("broadcasts.to")}
            dependencies={["from"]}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, to: string) =>
                  String(getFieldValue("from")) < to ? Promise.resolve() : Promise.reject(new Error(text("broadcasts.laterThanFrom"))),
              }),
            ]}
          >
            <Input type="time" />
          </Form.Item>
          <Form.Item name="weekdays" label={text("broadcasts.weekdays")}>
            <Select
              mode="multiple"
              aria-label={text("broadcasts.weekdays")}
              placeholder={text("broadcasts.anyDay")}
              options={weekdayNames(format).map((label, at) => ({ value: at + 1, label }))}
            />
          </Form.Item>
        </div>
      ) : null}
    </>
  );
}
