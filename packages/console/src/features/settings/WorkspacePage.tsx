import { updateWorkspace } from "@terrace/contract/api/access";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import { SESSION_KEY } from "../../app/api/query-client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { rolesWith, useMay, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { CurrencySelect } from "../../ui/CurrencySelect.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { TimeZoneSelect } from "../../ui/TimeZoneSelect.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import "./settings.css";

type Fields = { readonly name: string; readonly timeZone: string; readonly currency: string };

/** Name, time zone and currency of the workspace. */
export function WorkspacePage() {
  const text = useText();
  const may = useMay();
  const client = useQueryClient();
  const workspace = useWorkspace();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const update = useChange(updateWorkspace);
  const manage = may("workspace:manage");
  const save = (body: Fields) =>
    update.mutate(
      { params, body },
      {
        onSuccess: async () => {
          void message.success(text("common.saved"));
          await client.invalidateQueries({ queryKey: SESSION_KEY });
          await client.invalidateQueries();
        },
        onError: showFault,
      },
    );
  return (
    <>
      <PageHeader title={text("nav.workspace")} />
      <Panel>
        {manage ? null : (
          <p className="muted">
            {text("settings.readOnly", {
              roles: rolesWith("workspace:manage")
                .map((role) => text(`role.${role}`))
                .join(", "),
            })}
          </p>
        )}
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          className="settings-form"
          disabled={!manage}
          initialValues={{ name: workspace.name, timeZone: workspace.timeZone, currency: workspace.currency }}
          onFinish={save}
        >
          <Form.Item
            name="name"
            label={text("settings.workspaceName")}
            rules={[{ required: true, whitespace: true, max: 80, message: text("signIn.required") }]}
          >
            <Input maxLength={80} />
          </Form.Item>
          <Form.Item name="timeZone" label={text("settings.timeZone")} extra={text("settings.timeZoneHint")}>
            <TimeZoneSelect />
          </Form.Item>
          <Form.Item name="currency" label={text("settings.currency")} extra={text("settings.currencyHint")}>
            <CurrencySelect />
          </Form.Item>
          {manage ? (
            <Button type="primary" htmlType="submit" loading={update.isPending}>
              {text("common.save")}
            </Button>
          ) : null}
        </Form>
      </Panel>
    </>
  );
}
