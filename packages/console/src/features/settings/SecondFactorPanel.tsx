import { confirmSecondFactor, getSecondFactor, removeSecondFactor, startSecondFactor } from "@terrace/contract/api/security";
import { Button, Form, Input, QRCode } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { Code } from "../../ui/Code.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SecretShown } from "../../ui/SecretShown.tsx";

type Step = "password" | "off" | { readonly enrol: CallAnswer<typeof startSecondFactor> } | { readonly codes: readonly string[] };

type SecondFactorPanelProps = {
  readonly hasPassword: boolean;
  /** Called when one was set up and its recovery codes were put away. */
  readonly onSetUp?: () => void;
};

/** One's own second factor: setting it up with a QR code, the recovery codes, switching it off. */
export function SecondFactorPanel({ hasPassword, onSetUp }: SecondFactorPanelProps) {
  const text = useText();
  const state = useCall(getSecondFactor, {});
  const [step, setStep] = useState<Step>();
  const close = () => setStep(undefined);
  return (
    <Panel title={text("factor.title")}>
      <QueryView query={state} skeleton={1}>
        {({ on, recoveryCodesLeft }) => (
          <div className="row">
            <span>{on ? text("factor.on", { count: recoveryCodesLeft }) : text("factor.off")}</span>
            <Button onClick={() => setStep(on ? "off" : "password")}>{text(on ? "factor.switchOff" : "factor.setUp")}</Button>
          </div>
        )}
      </QueryView>
      {step === "password" ? <AskPassword hasPassword={hasPassword} onStarted={(enrol) => setStep({ enrol })} onClose={close} /> : null}
      {step === "off" ? <SwitchOff onClose={close} /> : null}
      {typeof step === "object" && "enrol" in step ? (
        <Enrol enrol={step.enrol} onDone={(codes) => setStep({ codes })} onClose={close} />
      ) : null}
      {typeof step === "object" && "codes" in step ? (
        <SecretShown
          title={text("factor.codes")}
          hint="factor.codesHint"
          secret={step.codes.join("\n")}
          onClose={() => {
            close();
            onSetUp?.();
          }}
        />
      ) : null}
    </Panel>
  );
}

type AskPasswordProps = {
  readonly hasPassword: boolean;
  readonly onStarted: (enrol: CallAnswer<typeof startSecondFactor>) => void;
  readonly onClose: () => void;
};

function AskPassword({ hasPassword, onStarted, onClose }: AskPasswordProps) {
  const text = useText();
  const showFault = useFaultMessage();
  const start = useChange(startSecondFactor);
  const submit = ({ password }: { readonly password?: string }) =>
    start.mutate({ body: password === undefined || password === "" ? {} : { password } }, { onSuccess: onStarted, onError: showFault });
  return (
    <FormModal<{ readonly password?: string }>
      title={text("factor.setUp")}
      okText={text("factor.next")}
      busy={start.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="muted">{text("factor.intro")}</p>
      {hasPassword ? (
        <Form.Item name="password" label={text("account.current")} extra={text("account.currentHint")}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}

type EnrolProps = {
  readonly enrol: CallAnswer<typeof startSecondFactor>;
  readonly onDone: (codes: readonly string[]) => void;
  readonly onClose: () => void;
};

function Enrol({ enrol, onDone, onClose }: EnrolProps) {
  const text = useText();
  const showFault = useFaultMessage();
  const confirm = useChange(confirmSecondFactor, [getSecondFactor]);
  const submit = ({ code }: { readonly code: string }) =>
    confirm.mutate({ body: { code: code.trim() } }, { onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes), onError: showFault });
  return (
    <FormModal<{ readonly code: string }>
      title={text("factor.scan")}
      okText={text("factor.turnOn")}
      busy={confirm.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="stack">
        <p className="muted">{text("factor.scanHint")}</p>
        <QRCode value={enrol.uri} bordered={false} bgColor="#fff" color="#000" />
        <Code text={enrol.secret} label={text("factor.secret")} />
        <Form.Item name="code" label={text("signIn.code")} rules={[{ required: true, message: text("signIn.required") }]}>
          <Input autoComplete="one-time-code" inputMode="numeric" maxLength={10} autoFocus />
        </Form.Item>
      </div>
    </FormModal>
  );
}

function SwitchOff({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const showFault = useFaultMessage();
  const remove = useChange(removeSecondFactor, [getSecondFactor]);
  return (
    <FormModal<{ readonly code: string }>
      title={text("factor.switchOff")}
      okText={text("factor.switchOff")}
      busy={remove.isPending}
      onSubmit={({ code }) => remove.mutate({ body: { code: code.trim() } }, { onSuccess: onClose, onError: showFault })}
      onClose={onClose}
    >
      <Form.Item name="code" label={text("factor.anyCode")} rules={[{ required: true, message: text("signIn.required") }]}>
        <Input autoComplete="one-time-code" maxLength={40} autoFocus />
      </Form.Item>
    </FormModal>
  );
}
