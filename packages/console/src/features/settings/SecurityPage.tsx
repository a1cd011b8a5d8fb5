import { getSecurityPolicy, putSecurityPolicy } from "@terrace/contract/api/security";
import { Alert, App, Button, Form, Input, Switch } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { OidcPanel } from "./OidcPanel.tsx";
import "./settings.css";

type Policy = CallAnswer<typeof getSecurityPolicy>;
type Fields = { readonly ranges: string; readonly secondFactorRequired: boolean };

/** Who may come in, from where and how. */
export function SecurityPage() {
  const text = useText();
  const may = useMay();
  const policy = useCall(getSecurityPolicy, { params: useWorkspaceParams() });
  return (
    <>
      <PageHeader title={text("nav.security")} />
      <div className="stack settings-column">
        <Panel title={text("security.policy")}>
          <QueryView query={policy} skeleton={4}>
            {(data) => <PolicyForm policy={data} />}
          </QueryView>
        </Panel>
        {may("sign_in:manage") ? <OidcPanel /> : null}
      </div>
    </>
  );
}

function PolicyForm({ policy }: { readonly policy: Policy }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message, modal } = App.useApp();
  const showFault = useFaultMessage();
  const save = useChange(putSecurityPolicy, [getSecurityPolicy]);
  const submit = ({ ranges, secondFactorRequired }: Fields, confirmLockout: boolean) => {
    const ipRanges = ranges.split(/[\s,\uff0c]+/u).filter((range) => range !== "");
    save.mutate(
      { params, body: { ipRanges, secondFactorRequired, confirmLockout } },
      {
        onSuccess: () => void message.success(text("common.saved")),
        onError: (error) => {
          // The same fault elsewhere means that the workspace asks for it; here it is the operator who has none yet.
          if (isFault(error, "second_factor.required")) return void message.error(text("security.ownFirst"));
          if (!isFault(error, "ip.locks_you_out")) return showFault(error);
          void modal.confirm({
            title: text("security.lockoutTitle", { ip: policy.yourAddress }),
            content: text("security.lockoutBody"),
            okText: text("security.lockoutOk"),
            okButtonProps: { danger: true },
            cancelText: text("common.cancel"),
            onOk: () => submit({ ranges, secondFactorRequired }, true),
          });
          return undefined;
        },
      },
    );
  };
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      className="settings-form"
      initialValues={{ ranges: policy.ipRanges.join("\n"), secondFactorRequired: policy.secondFactorRequired }}
      onFinish={(fields) => submit(fields, false)}
    >
      <Form.Item name="ranges" label={text("security.ranges")} extra={text("security.rangesHint", { ip: policy.yourAddress })}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 12 }} className="mono" placeholder={"203.0.113.0/24\n2001:db8::/32"} />
      </Form.Item>
      <Form.Item name="secondFactorRequired" valuePropName="checked" label={text("security.require")} extra={text("security.requireHint")}>
        <Switch />
      </Form.Item>
      <Alert type="info" showIcon title={text("security.breakGlass")} className="form-note" />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {text("common.save")}
      </Button>
    </Form>
  );
}
