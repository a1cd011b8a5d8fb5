import { acceptInvitation, lookAtInvitation } from "@terrace/contract/api/members";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useEffect } from "react";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { usePageTitle } from "../../app/shell/page-title.ts";
import { useRoleName } from "../../app/workspace/workspace-context.ts";
import { useSession } from "../../app/session/use-session.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import type { CallAnswer } from "../../app/api/client.ts";
import { SignInCard } from "./SignInCard.tsx";
import { SignInFault } from "./SignInFault.tsx";

type Invitation = CallAnswer<typeof lookAtInvitation>;
type Fields = { readonly name: string; readonly password: string };
const PASSWORD_MIN = 10;

/** Accepting an invitation: with a new account, or as who one is signed in. */
export function InvitePage() {
  const text = useText();
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const invitation = useCall(lookAtInvitation, { body: { token } }, { staleMs: Infinity });
  usePageTitle(text("invite.title"));
  return (
    <SignInCard title={text("invite.title")}>
      <QueryView query={invitation} skeleton={3}>
        {(data) => <Accept invitation={data} token={token} />}
      </QueryView>
    </SignInCard>
  );
}

function Accept({ invitation, token }: { readonly invitation: Invitation; readonly token: string }) {
  const text = useText();
  const nameOf = useRoleName();
  const navigate = useNavigate();
  const client = useQueryClient();
  const session = useSession();
  const accept = useChange(acceptInvitation);
  const done = ({ workspace }: CallAnswer<typeof acceptInvitation>) => {
    client.clear();
    void navigate(`/w/${workspace}`, { replace: true });
  };
  const isSelf = session.data?.operator.email === invitation.email;
  const submit = (fields: Partial<Fields>) => accept.mutate({ body: { token, ...fields } }, { onSuccess: done });
  return (
    <>
      <p>
        {text("invite.offer", {
          workspace: invitation.workspace,
          role: nameOf(invitation.role, invitation.roleName),
          email: invitation.email,
        })}
      </p>
      {accept.error === null ? null : <SignInFault error={accept.error} />}
      {invitation.hasAccount ? (
        isSelf ? (
          <Button type="primary" size="large" block loading={accept.isPending} onClick={() => submit({})}>
            {text("invite.join")}
          </Button>
        ) : (
          <SignInFirst />
        )
      ) : (
        <NewAccount name={invitation.name} busy={accept.isPending} onSubmit={submit} />
      )}
    </>
  );
}

function SignInFirst() {
  const text = useText();
  const { pathname, search } = useLocation();
  return (
    <>
      <Alert type="info" showIcon title={text("invite.signInFirst")} />
      <Link to={`/sign-in?next=${encodeURIComponent(pathname + search)}`}>{text("signIn.submit")}</Link>
    </>
  );
}

type NewAccountProps = { readonly name: string; readonly busy: boolean; readonly onSubmit: (fields: Fields) => void };

function NewAccount({ name, busy, onSubmit }: NewAccountProps) {
  const text = useText();
  const [form] = Form.useForm<Fields>();
  useEffect(() => form.setFieldsValue({ name }), [form, name]);
  return (
    <Form<Fields> form={form} layout="vertical" requiredMark={false} onFinish={onSubmit} className="after-alert">
      <Form.Item name="name" label={text("members.name")}>
        <Input size="large" maxLength={80} autoComplete="name" autoFocus />
      </Form.Item>
      <Form.Item
        name="password"
        label={text("account.next")}
        rules={[{ required: true, min: PASSWORD_MIN, max: 1024, message: text("account.passwordRule", { min: PASSWORD_MIN }) }]}
      >
        <Input.Password size="large" autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {text("invite.join")}
      </Button>
    </Form>
  );
}
