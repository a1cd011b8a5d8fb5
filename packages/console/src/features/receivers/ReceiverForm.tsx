import { createReceiver, listReceivers, tryReceiver, updateReceiver } from "@terrace/contract/api/receivers";
import { Alert, App, Button, Form, Input } from "antd";
import { useNavigate } from "react-router";
import { isFault, ApiFault } from "../../app/api/api-fault.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage, useFaultText } from "../../ui/use-fault-text.ts";
import { EXAMPLE_BODY, EXAMPLE_EXPRESSION } from "./receiver-example.ts";
import { schemeOf, signatureFields, SignatureFields, type SignatureInput } from "./SignatureFields.tsx";
import type { Receiver } from "./ReceiversPage.tsx";
import { TryResult } from "./TryResult.tsx";
import "./receivers.css";

type Fields = SignatureInput & { readonly name: string; readonly expression: string; readonly secret?: string; readonly sample: string };

/** How a receiver makes events, with a body to try it on. */
export function ReceiverForm({ receiver }: { readonly receiver?: Receiver }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const make = useChange(createReceiver, [listReceivers]);
  const change = useChange(updateReceiver, [listReceivers]);
  const attempt = useChange(tryReceiver);
  const refuse = (error: unknown) => {
    if (error instanceof ApiFault && error.field === "secret")
      form.setFields([{ name: "secret", errors: [text("receivers.secretNeeded")] }]);
    else showFault(error);
  };
  const submit = (fields: Fields) => {
    const { secret = "" } = fields;
    const body = {
      name: fields.name.trim(),
      expression: fields.expression,
      signature: schemeOf(fields),
      ...(secret === "" ? {} : { secret }),
    };
    if (receiver === undefined)
      make.mutate({ params, body }, { onSuccess: ({ id }) => void navigate(link(`data/receivers/${id}`)), onError: refuse });
    else
      change.mutate(
        { params: { ...params, receiver: receiver.id }, body },
        { onSuccess: () => void message.success(text("common.saved")), onError: refuse },
      );
  };
  const tryIt = () => {
    const { expression, sample } = form.getFieldsValue();
    attempt.mutate({ params, body: { expression, body: sample } });
  };
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={submit}
      initialValues={{
        name: receiver?.name ?? "",
        expression: receiver?.expression ?? EXAMPLE_EXPRESSION,
        sample: EXAMPLE_BODY,
        ...signatureFields(receiver?.signature),
      }}
    >
      <div className="receiver-form">
        <Panel title={text("receivers.definition")}>
          <Form.Item
            name="name"
            label={text("webhooks.name")}
            rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
          >
            <Input maxLength={80} placeholder={text("receivers.nameExample")} />
          </Form.Item>
          <Form.Item
            name="expression"
            label={text("receivers.expression")}
            extra={text("receivers.expressionHint")}
            rules={[{ required: true, message: text("signIn.required") }]}
          >
            <Input.TextArea className="mono" autoSize={{ minRows: 10, maxRows: 24 }} spellCheck={false} maxLength={20_000} />
          </Form.Item>
          <SignatureFields hasSecret={receiver?.hasSecret === true} />
          <Button type="primary" htmlType="submit" loading={make.isPending || change.isPending}>
            {text(receiver === undefined ? "receivers.create" : "common.save")}
          </Button>
        </Panel>
        <Panel
          title={text("receivers.try")}
          extra={
            <Button size="small" loading={attempt.isPending} onClick={tryIt}>
              {text("receivers.tryNow")}
            </Button>
          }
        >
          <Form.Item name="sample" label={text("receivers.sample")}>
            <Input.TextArea className="mono" autoSize={{ minRows: 8, maxRows: 16 }} spellCheck={false} maxLength={1_000_000} />
          </Form.Item>
          {attempt.error === null ? null : <TryFault error={attempt.error} />}
          {attempt.data === undefined || attempt.error !== null ? null : <TryResult tried={attempt.data} />}
        </Panel>
      </div>
    </Form>
  );
}

/** What is wrong with the expression or the body, in the words of the evaluation itself where it has some. */
function TryFault({ error }: { readonly error: Error }) {
  const text = useText();
  const faultText = useFaultText();
  if (isFault(error, "request.malformed")) return <Alert type="error" showIcon title={text("receivers.noJson")} />;
  const said = error instanceof ApiFault ? error.mend : undefined;
  return (
    <Alert
      type="error"
      showIcon
      title={faultText(error)}
      {...(said === undefined ? {} : { description: <code className="mono">{said}</code> })}
    />
  );
}
