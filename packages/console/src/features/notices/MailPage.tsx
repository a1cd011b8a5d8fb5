import { getMailServer, setMailServer, testMailServer } from "@terrace/contract/api/notify";
import { Alert, App, Button, Form, Input, InputNumber, Segmented } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Server = CallAnswer<typeof getMailServer>["server"];
type Fields = {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  readonly user: string;
  readonly password?: string;
  readonly from: string;
};
const PORTS = { tls: 465, starttls: 587, none: 25 } as const;
const PORT_MAX = 65_535;

/** The mail server that reports and alerts are sent by. */
export function MailPage() {
  const text = useText();
  const mail = useCall(getMailServer, { params: useWorkspaceParams() });
  return (
    <>
      <PageHeader title={text("nav.mail")} meta={<span>{text("mail.intro")}</span>} />
      <QueryView query={mail} skeleton={6}>
        {({ server }) => (
          <div className="stack" style={{ maxWidth: 560 }}>
            {server === null ? <Alert type="warning" showIcon title={text("mail.none")} /> : null}
            {server?.origin === "installation" ? <Alert type="info" showIcon title={text("mail.fromInstallation")} /> : null}
            <ServerForm key={server?.origin ?? ""} server={server} />
            {server === null ? null : <TestForm />}
          </div>
        )}
      </QueryView>
    </>
  );
}

function ServerForm({ server }: { readonly server: Server }) {
  const text = useText();
  const { message } = App.useApp();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const save = useChange(setMailServer, [getMailServer]);
  const own = server?.origin === "workspace" ? server : undefined;
  const submit = ({ password, ...rest }: Fields) =>
    save.mutate(
      { params, body: { server: { ...rest, ...(password === undefined || password === "" ? {} : { password }) } } },
      { onSuccess: () => void message.success(text("mail.saved")), onError: showFault },
    );
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <Panel>
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
        initialValues={{
          host: own?.host ?? "",
          port: own?.port ?? PORTS.starttls,
          security: own?.security ?? "starttls",
          user: own?.user ?? "",
          from: own?.from ?? "",
        }}
      >
        <Form.Item name="host" label={text("mail.host")} rules={required}>
          <Input maxLength={255} placeholder={text("mail.hostExample")} />
        </Form.Item>
        <Form.Item name="security" label={text("mail.security")}>
          <Segmented
            onChange={(next) => form.setFieldValue("port", PORTS[next])}
            options={(["starttls", "tls", "none"] as const).map((value) => ({ value, label: text(`mail.security.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="port" label={text("mail.port")}>
          <InputNumber min={1} max={PORT_MAX} precision={0} />
        </Form.Item>
        <Form.Item name="user" label={text("mail.user")}>
          <Input maxLength={320} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={text("mail.password")}
          {...(own?.hasPassword === true ? { extra: text("mail.passwordKept") } : {})}
        >
          <Input.Password maxLength={1_000} autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="from" label={text("mail.from")} rules={required}>
          <Input maxLength={320} placeholder={text("mail.fromExample")} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {text("common.save")}
        </Button>
        {own === undefined ? null : (
          <Button type="link" onClick={() => save.mutate({ params, body: { server: null } }, { onError: showFault })}>
            {text("mail.useInstallation")}
          </Button>
        )}
      </Form>
    </Panel>
  );
}

function TestForm() {
  const text = useText();
  const { session } = useScope();
  const { message } = App.useApp();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const test = useChange(testMailServer, []);
  const submit = (body: { readonly to: string }) =>
    test.mutate(
      { params, body },
      {
        onSuccess: ({ outcome, code }) => {
          if (outcome === "delivered") void message.success(text("targets.testOk"));
          else void message.warning(text(outcome === "retry" ? "targets.testRetry" : "targets.testRefused", { code }));
        },
        onError: showFault,
      },
    );
  return (
    <Panel title={text("mail.test")}>
      <Form layout="inline" onFinish={submit} initialValues={{ to: session.operator.email }}>
        <Form.Item name="to" label={text("mail.testTo")} rules={[{ required: true, type: "email", message: text("signIn.required") }]}>
          <Input style={{ width: 260 }} />
        </Form.Item>
        <Button htmlType="submit" loading={test.isPending}>
          {text("mail.test")}
        </Button>
      </Form>
    </Panel>
  );
}
