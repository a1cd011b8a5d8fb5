import { getOidcConfig, putOidcConfig } from "@terrace/contract/api/sign-in";
import { App, Button, Form, Input, Select, Switch } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { OidcMapping } from "./OidcMapping.tsx";
import { useRoleOptions } from "./use-role-options.ts";

type Config = CallAnswer<typeof getOidcConfig>;
type Fields = Omit<Config, "hasSecret" | "redirectUri" | "allowedDomains"> & {
  readonly allowedDomains: string;
  readonly clientSecret: string;
};

const EXAMPLE = { issuer: "https://login.example.com", domain: "example.com", claim: "groups" } as const;

/** How everyone signs in to the installation; set in its first workspace. */
export function OidcPanel() {
  const text = useText();
  const config = useCall(getOidcConfig, { params: useWorkspaceParams() });
  // Other workspaces have nothing to set here.
  if (isFault(config.error, "sign_in.first_workspace")) return null;
  return (
    <Panel title={text("oidc.title")}>
      <QueryView query={config} skeleton={6}>
        {(data) => <OidcForm config={data} />}
      </QueryView>
    </Panel>
  );
}

function OidcForm({ config }: { readonly config: Config }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const save = useChange(putOidcConfig, [getOidcConfig]);
  const submit = ({ allowedDomains, clientSecret, ...fields }: Fields) => {
    const domains = allowedDomains.split(/[\s,\uff0c]+/u).filter((domain) => domain !== "");
    const body = { ...fields, allowedDomains: domains, ...(clientSecret === "" ? {} : { clientSecret }) };
    save.mutate({ params, body }, { onSuccess: () => void message.success(text("common.saved")), onError: showFault });
  };
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      className="settings-form"
      initialValues={{ ...config, allowedDomains: config.allowedDomains.join("\n"), clientSecret: "" }}
      onFinish={submit}
    >
      <p className="muted small">{text("oidc.intro")}</p>
      <Form.Item label={text("oidc.redirectUri")} extra={text("oidc.redirectHint")}>
        <Code text={config.redirectUri} label={text("oidc.redirectUri")} />
      </Form.Item>
      <Toggle name="on" word="oidc.on" />
      <Form.Item name="issuer" label={text("oidc.issuer")}>
        <Input placeholder={EXAMPLE.issuer} />
      </Form.Item>
      <Form.Item name="clientId" label={text("oidc.clientId")}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="clientSecret" label={text("oidc.clientSecret")} extra={config.hasSecret ? text("oidc.secretKept") : undefined}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="label" label={text("oidc.label")}>
        <Input maxLength={40} placeholder={text("signIn.oidcDefault")} />
      </Form.Item>
      <Form.Item name="allowedDomains" label={text("oidc.domains")} extra={text("oidc.domainsHint")}>
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 8 }} placeholder={EXAMPLE.domain} />
      </Form.Item>
      <Toggle name="requireVerifiedEmail" word="oidc.verified" hint="oidc.verifiedHint" />
      <Accounts />
      <Form.Item name="groupsClaim" label={text("oidc.groupsClaim")}>
        <Input placeholder={EXAMPLE.claim} />
      </Form.Item>
      <OidcMapping />
      <Toggle name="passwordOff" word="oidc.passwordOff" hint="oidc.passwordOffHint" />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {text("common.save")}
      </Button>
    </Form>
  );
}

function Accounts() {
  const text = useText();
  const { session } = useScope();
  const roles = useRoleOptions().filter(({ value }) => value !== "owner");
  const workspaces = session.workspaces.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <Toggle name="createAccounts" word="oidc.create" hint="oidc.createHint" />
      <Form.Item name="defaultWorkspace" label={text("oidc.defaultWorkspace")}>
        <Select options={[{ value: "", label: text("oidc.nowhere") }, ...workspaces]} />
      </Form.Item>
      <Form.Item name="defaultRole" label={text("oidc.defaultRole")}>
        <Select options={roles} />
      </Form.Item>
    </>
  );
}

type ToggleProps = {
  readonly name: keyof Fields;
  readonly word: "oidc.on" | "oidc.verified" | "oidc.create" | "oidc.passwordOff";
  readonly hint?: "oidc.verifiedHint" | "oidc.createHint" | "oidc.passwordOffHint";
};

function Toggle({ name, word, hint }: ToggleProps) {
  const text = useText();
  return (
    <Form.Item name={name} valuePropName="checked" label={text(word)} {...(hint === undefined ? {} : { extra: text(hint) })}>
      <Switch />
    </Form.Item>
  );
}
