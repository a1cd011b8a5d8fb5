import { testChannelProvider, type ChannelProvider } from "@terrace/contract/api/channels";
import { Alert, Form, Input } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Fields = { readonly to: string; readonly text: string; readonly template?: string; readonly params?: string };
type Outcome = CallAnswer<typeof testChannelProvider>;

/** Sends one message to an address that is typed here, and tells how it went. */
export function TestForm({ provider, onClose }: { readonly provider: ChannelProvider; readonly onClose: () => void }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), provider: provider.id };
  const showFault = useFaultMessage();
  const test = useChange(testChannelProvider, []);
  const submit = ({ to, text: words, template = "", params: given = "" }: Fields) => {
    const named = template.trim() === "" ? {} : { template: { id: template.trim(), params: paramsIn(given) } };
    test.mutate({ params, body: { to: to.trim(), text: words, ...named } }, { onError: showFault });
  };
  const takesTemplate = provider.channel === "sms" || provider.channel === "wechat";
  return (
    <FormModal<Fields>
      title={text("channels.testOf", { name: provider.name })}
      okText={text("channels.sendTest")}
      busy={test.isPending}
      onSubmit={submit}
      onClose={onClose}
      width={480}
      initialValues={{ text: text("channels.testText") }}
    >
      <Form.Item
        name="to"
        label={text(`channels.to.${provider.channel}`)}
        extra={text("channels.toHint")}
        rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
      >
        <Input autoFocus maxLength={4_000} autoComplete="off" />
      </Form.Item>
      <Form.Item name="text" label={text("channels.text")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
        <Input.TextArea maxLength={1_000} autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
      {takesTemplate ? (
        <>
          <Form.Item
            name="template"
            label={text("channels.template")}
            extra={text("channels.templateHint")}
            rules={provider.channel === "wechat" ? [{ required: true, whitespace: true, message: text("signIn.required") }] : []}
          >
            <Input maxLength={100} autoComplete="off" />
          </Form.Item>
          <Form.Item name="params" label={text("channels.params")} extra={text("channels.paramsHint")}>
            <Input.TextArea className="mono" autoSize={{ minRows: 1, maxRows: 6 }} />
          </Form.Item>
        </>
      ) : null}
      {test.data === undefined || test.isPending ? null : <OutcomeAlert outcome={test.data} />}
    </FormModal>
  );
}

const LOOK = { accepted: "success", refused: "error", retry: "warning", unknown: "warning" } as const;

function OutcomeAlert({ outcome: { outcome, code, addressFault } }: { readonly outcome: Outcome }) {
  const text = useText();
  const details = [addressFault === null ? undefined : text(`channels.addressFault.${addressFault}`), code === "" ? undefined : code];
  return (
    <Alert
      type={LOOK[outcome]}
      showIcon
      title={text(`channels.outcome.${outcome}`)}
      description={details.filter(Boolean).join(" · ") || undefined}
    />
  );
}

/** `name=value`, one a line, in the order of the template. */
function paramsIn(text: string): [string, string][] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}
