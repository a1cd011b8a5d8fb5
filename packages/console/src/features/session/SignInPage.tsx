import { getSignInOptions } from "@terrace/contract/api/sign-in";
import { Button, Form, Input, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSession, useSignIn } from "../../app/session/use-session.ts";
import { usePageTitle } from "../../app/shell/page-title.ts";
import { OidcButton } from "./OidcButton.tsx";
import { safeNext } from "./safe-next.ts";
import { SecondFactorStep } from "./SecondFactorStep.tsx";
import { SignInCard } from "./SignInCard.tsx";
import { SignInFault } from "./SignInFault.tsx";
import "./session.css";

type Fields = { readonly email: string; readonly password: string };

/** Sign-in by e-mail and password, or at once by the one-time token in the address. */
export function SignInPage() {
  const text = useText();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const token = search.get("token");
  const session = useSession();
  const options = useCall(getSignInOptions, {});
  const signIn = useSignIn();
  const { mutate } = signIn;
  const tried = useRef(false);
  const [half, setHalf] = useState(search.get("step") === "code");
  usePageTitle(text("signIn.title"));
  const next = safeNext(search.get("next"), token === null ? "/" : "/start");

  useEffect(() => {
    // A token works once: it must not be sent twice when React mounts the page twice.
    if (token === null || tried.current) return;
    tried.current = true;
    mutate({ token }, { onSuccess: (opened) => (opened === null ? setHalf(true) : void navigate(next, { replace: true })) });
  }, [token, mutate, navigate, next]);

  if (token === null && session.data !== null && session.data !== undefined) return <Navigate to={next} replace />;
  if (half) return <SecondFactorStep next={next} onBack={() => setHalf(false)} />;
  if (token !== null && !signIn.isError)
    return (
      <div className="sign-in">
        <Spin description={text("signIn.withToken")}>
          <div className="sign-in-wait" />
        </Spin>
      </div>
    );
  const ways = options.data ?? { password: options.isError, oidc: null };
  return (
    <SignInCard title={text("signIn.title")}>
      {signIn.error === null ? null : <SignInFault error={signIn.error} />}
      {ways.oidc === null ? null : <OidcButton label={ways.oidc.label} next={next} />}
      {ways.password ? (
        <PasswordForm
          busy={signIn.isPending}
          onSubmit={(fields) =>
            signIn.mutate(fields, { onSuccess: (opened) => (opened === null ? setHalf(true) : void navigate(next, { replace: true })) })
          }
        />
      ) : null}
      <p className="muted small">{text("signIn.needToken")}</p>
    </SignInCard>
  );
}

function PasswordForm({ busy, onSubmit }: { readonly busy: boolean; readonly onSubmit: (fields: Fields) => void }) {
  const text = useText();
  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={onSubmit}>
      <Form.Item name="email" label={text("signIn.email")} rules={[{ required: true, message: text("signIn.required") }]}>
        <Input size="large" type="email" autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item name="password" label={text("signIn.password")} rules={[{ required: true, message: text("signIn.required") }]}>
        <Input.Password size="large" autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {text("signIn.submit")}
      </Button>
    </Form>
  );
}
