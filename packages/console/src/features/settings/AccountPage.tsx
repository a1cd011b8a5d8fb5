import { updateOwnProfile } from "@terrace/contract/api/access";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Radio, Switch } from "antd";
import { SESSION_KEY } from "../../app/api/query-client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { changeLanguage, useLanguage, useText } from "../../app/i18n.ts";
import { LANGUAGE_NAMES } from "../../app/locale/language-names.ts";
import { setPreferences, usePreferences } from "../../app/preferences.ts";
import { useChangeOwnPassword } from "../../app/session/use-session.ts";
import { useScope } from "../../app/workspace/workspace-context.ts";
import { LANGUAGES } from "../../ui/format/language.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SecondFactorPanel } from "./SecondFactorPanel.tsx";
import { SessionsPanel } from "./SessionsPanel.tsx";
import { TokensPanel } from "./TokensPanel.tsx";
import "./settings.css";

/** One's own name, password and the looks of the console in this browser. */
export function AccountPage() {
  const text = useText();
  const { session } = useScope();
  return (
    <>
      <PageHeader title={text("nav.account")} meta={<span>{session.operator.email}</span>} />
      <div className="stack settings-column">
        {session.operator.hasPassword ? null : <Alert type="warning" showIcon title={text("account.noPassword")} />}
        {isPlaceholder(session.operator.email) ? <Alert type="warning" showIcon title={text("account.placeholderEmail")} /> : null}
        <Password hasPassword={session.operator.hasPassword} />
        <SecondFactorPanel hasPassword={session.operator.hasPassword} />
        <SessionsPanel />
        <TokensPanel />
        <Profile />
        <Looks />
      </div>
    </>
  );
}

/** The first owner of a fresh installation has an address that cannot receive mail (RFC 2606). */
function isPlaceholder(email: string): boolean {
  return email.endsWith(".invalid");
}

const PASSWORD_MIN = 10;
type PasswordFields = { readonly current?: string; readonly next: string; readonly again: string };

function Password({ hasPassword }: { readonly hasPassword: boolean }) {
  const text = useText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<PasswordFields>();
  const change = useChangeOwnPassword();
  const save = ({ current, next }: PasswordFields) =>
    change.mutate(
      { next, ...(current === undefined || current === "" ? {} : { current }) },
      {
        onSuccess: async () => {
          void message.success(text("common.saved"));
          form.resetFields();
          await client.invalidateQueries({ queryKey: SESSION_KEY });
        },
        onError: showFault,
      },
    );
  const sameRule = {
    validator: (_: unknown, value: string) =>
      value === form.getFieldValue("next") ? Promise.resolve() : Promise.reject(new Error(text("account.passwordSame"))),
  };
  return (
    <Panel title={text(hasPassword ? "account.changePassword" : "account.setPassword")}>
      <Form<PasswordFields> form={form} layout="vertical" requiredMark={false} className="settings-form" onFinish={save}>
        {hasPassword ? (
          <Form.Item name="current" label={text("account.current")} extra={text("account.currentHint")}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
        ) : null}
        <Form.Item
          name="next"
          label={text("account.next")}
          rules={[{ required: true, min: PASSWORD_MIN, max: 1024, message: text("account.passwordRule", { min: PASSWORD_MIN }) }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="again" label={text("account.again")} dependencies={["next"]} rules={[sameRule]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {text("common.save")}
        </Button>
      </Form>
    </Panel>
  );
}

function Profile() {
  const text = useText();
  const client = useQueryClient();
  const {
    session: { operator },
  } = useScope();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const update = useChange(updateOwnProfile);
  const save = (body: { name: string; email: string }) =>
    update.mutate(
      { body },
      {
        onSuccess: async () => {
          void message.success(text("common.saved"));
          await client.invalidateQueries({ queryKey: SESSION_KEY });
        },
        onError: showFault,
      },
    );
  return (
    <Panel title={text("account.profile")}>
      <Form
        layout="vertical"
        requiredMark={false}
        className="settings-form"
        initialValues={{ name: operator.name, email: operator.email }}
        onFinish={save}
      >
        <Form.Item name="name" label={text("members.name")}>
          <Input maxLength={80} autoComplete="name" />
        </Form.Item>
        <Form.Item
          name="email"
          label={text("signIn.email")}
          rules={[{ required: true, type: "email", max: 320, message: text("members.emailRule") }]}
        >
          <Input type="email" autoComplete="email" />
        </Form.Item>
        <Button htmlType="submit" loading={update.isPending}>
          {text("common.save")}
        </Button>
      </Form>
    </Panel>
  );
}

const APPEARANCES = ["light", "dark", "system"] as const;

function Looks() {
  const text = useText();
  const language = useLanguage();
  const { appearance, singleKeys } = usePreferences();
  return (
    <Panel title={text("account.looks")}>
      <div className="looks">
        <span>{text("account.language")}</span>
        <Radio.Group
          value={language}
          onChange={(event) => void changeLanguage(LANGUAGES.find((one) => one === event.target.value) ?? "zh-CN")}
          options={LANGUAGES.map((one) => ({ value: one, label: LANGUAGE_NAMES[one] }))}
        />
        <span>{text("top.appearance")}</span>
        <Radio.Group
          value={appearance}
          onChange={(event) => setPreferences({ appearance: APPEARANCES.find((one) => one === event.target.value) ?? "system" })}
          options={APPEARANCES.map((one) => ({ value: one, label: text(`top.appearance.${one}`) }))}
        />
        <span>{text("keys.singleKeys")}</span>
        <span className="row">
          <Switch
            size="small"
            checked={singleKeys}
            aria-label={text("keys.singleKeys")}
            onChange={(checked) => setPreferences({ singleKeys: checked })}
          />
          <small className="muted">{text("keys.singleKeysHint")}</small>
        </span>
      </div>
    </Panel>
  );
}
