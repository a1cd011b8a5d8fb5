import { Button, Form, Input, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useSession, useSignIn } from "../../app/session/use-session.ts";
import { usePageTitle } from "../../app/shell/page-title.ts";
import { SecondFactorStep } from "./SecondFactorStep.tsx";
import { SignInCard } from "./SignInCard.tsx";
import { SignInFault } from "./SignInFault.tsx";
import "./session.css";

type Fields = { readonly email: string; readonly password: string };

/** Only addresses of this console are gone to after sign-in. */
function safeNext(next: string | null, fallback: string): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : fallback;
}

/** Sign-in by e-mail and password, or at once by the one-time token in the address. */
export function SignInPage() {
  const text = useText();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const token = search.get("token");
  const session = useSession();
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
  return (
    <SignInCard title={text("signIn.title")}>
      {signIn.error === null ? null : <SignInFault error={signIn.error} />}
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        onFinish={(fields) =>
          signIn.mutate(fields, { onSuccess: (opened) => (opened === null ? setHalf(true) : void navigate(next, { replace: true })) })
        }
      >
        <Form.Item name="email" label={text("signIn.email")} rules={[{ required: true, message: text("signIn.required") }]}>
          <Input size="large" type="email" autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={text("signIn.password")} rules={[{ required: true, message: text("signIn.required") }]}>
          <Input.Password size="large" autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
          {text("signIn.submit")}
        </Button>
      </Form>
      <p className="muted small">{text("signIn.needToken")}</p>
    </SignInCard>
  );
}
