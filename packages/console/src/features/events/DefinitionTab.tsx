import { ENFORCEMENTS, getEventDefinition, listEventDefinitions, updateEventDefinition } from "@terrace/contract/api/events";
import { App, Button, Form, Input, Radio, Switch } from "antd";
import { useCallback, useRef } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useUnsavedGuard } from "../../ui/use-unsaved-guard.ts";
import type { EventDetail } from "./answers.ts";
import type { SchemaRule } from "./schema-rules.ts";
import { rulesOf, schemaOf } from "./schema-rules.ts";
import { SchemaEditor } from "./SchemaEditor.tsx";

type Fields = {
  readonly zh: string;
  readonly en: string;
  readonly description: string;
  readonly visible: boolean;
  readonly enforcement: EventDetail["enforcement"];
  readonly allowOthers: boolean;
  readonly rules: readonly SchemaRule[];
};

/** What an event is called, what it means, what it must carry and what happens when it does not. */
export function DefinitionTab({ detail }: { readonly detail: EventDetail }) {
  const text = useText();
  const may = useMay();
  const params = { ...useWorkspaceParams(), name: detail.name };
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const touched = useRef(false);
  useUnsavedGuard(useCallback(() => touched.current, []));
  const update = useChange(updateEventDefinition, [getEventDefinition, listEventDefinitions]);
  const save = ({ zh, en, description, visible, enforcement, allowOthers, rules }: Fields) =>
    update.mutate(
      {
        params,
        body: {
          displayName: { zh: zh.trim(), en: en.trim() },
          description: description.trim(),
          status: visible ? "active" : "hidden",
          enforcement,
          schema: schemaOf(rules, allowOthers),
        },
      },
      {
        onSuccess: () => {
          touched.current = false;
          void message.success(text("common.saved"));
        },
        onError: showFault,
      },
    );
  const initial: Fields = {
    zh: detail.displayName.zh,
    en: detail.displayName.en,
    description: detail.description,
    visible: detail.status === "active",
    enforcement: detail.enforcement,
    allowOthers: detail.schema?.allowOthers ?? true,
    rules: rulesOf(detail.schema),
  };
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      initialValues={initial}
      onFinish={save}
      onValuesChange={() => {
        touched.current = true;
      }}
      disabled={!may("events:define")}
      className="definition-form"
    >
      <Panel title={text("events.names")}>
        <div className="two-columns">
          <Form.Item name="zh" label={text("events.nameZh")}>
            <Input maxLength={80} placeholder={detail.name} />
          </Form.Item>
          <Form.Item name="en" label={text("events.nameEn")}>
            <Input maxLength={80} placeholder={detail.name} />
          </Form.Item>
        </div>
        <Form.Item name="description" label={text("events.description")}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2000} placeholder={text("events.descriptionExample")} />
        </Form.Item>
        <Form.Item name="visible" label={text("events.visible")} valuePropName="checked" extra={text("events.visibleHint")}>
          <Switch />
        </Form.Item>
      </Panel>
      <Panel title={text("events.schema")}>
        <Form.Item name="enforcement" label={text("events.enforcement")}>
          <Radio.Group className="choices">
            {ENFORCEMENTS.map((one) => (
              <Radio key={one} value={one}>
                {text(`events.enforcement.${one}`)}
                <small className="muted">{text(`events.enforcementHint.${one}`)}</small>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <SchemaEditor detail={detail} />
        <Form.Item name="allowOthers" label={text("events.allowOthers")} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Panel>
      {may("events:define") ? (
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {text("common.save")}
        </Button>
      ) : null}
    </Form>
  );
}
