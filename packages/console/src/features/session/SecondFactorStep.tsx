import { Button, Form, Input } from "antd";
import { useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useSecondFactor } from "../../app/session/use-session.ts";
import { SignInCard } from "./SignInCard.tsx";
import { SignInFault } from "./SignInFault.tsx";

type Fields = { readonly code: string };

/** The second half of signing in: a code of the authenticator app, or a recovery code. */
export function SecondFactorStep({ next, onBack }: { readonly next: string; readonly onBack: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const give = useSecondFactor();
  return (
    <SignInCard title={text("signIn.codeTitle")}>
      <p className="muted small">{text("signIn.codeHint")}</p>
      {give.error === null ? null : <SignInFault error={give.error} />}
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        onFinish={({ code }) => give.mutate(code.trim(), { onSuccess: () => void navigate(next, { replace: true }) })}
      >
        <Form.Item name="code" label={text("signIn.code")} rules={[{ required: true, message: text("signIn.required") }]}>
          <Input size="large" autoComplete="one-time-code" inputMode="numeric" maxLength={40} autoFocus />
        </Form.Item>
        <Button type="primary" size="large" htmlType="submit" block loading={give.isPending}>
          {text("signIn.codeSubmit")}
        </Button>
      </Form>
      <Button type="link" block onClick={onBack}>
        {text("signIn.otherAccount")}
      </Button>
    </SignInCard>
  );
}
