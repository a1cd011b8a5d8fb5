import { approveVerification, rejectVerification, revokeVerification, withdrawVerification } from "@terrace/contract/api/verifications";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { VerificationDetail, VerificationState } from "./answers.ts";
import { TOUCHES } from "./touches.ts";

type Act = "approve" | "reject" | "withdraw" | "revoke";
const NEEDS_REASON: readonly Act[] = ["reject", "revoke"];

/** What can be done with an application now, by whoever looks at it. */
export function useActs(): (state: VerificationState) => readonly Act[] {
  const may = useMay();
  return (state) => [
    ...(state === "submitted" && may("people:write") ? (["withdraw"] as const) : []),
    ...(state === "submitted" && may("people:verify") ? (["reject", "approve"] as const) : []),
    ...(state === "approved" && may("people:verify") ? (["revoke"] as const) : []),
  ];
}

/** The buttons of what can be done, each with its question. */
export function DecideButtons({ application, acts }: { readonly application: VerificationDetail; readonly acts: readonly Act[] }) {
  const text = useText();
  const [act, setAct] = useState<Act>();
  return (
    <div className="row row-end">
      {acts.map((one) => (
        <Button key={one} type={one === "approve" ? "primary" : "default"} danger={one === "revoke"} onClick={() => setAct(one)}>
          {text(`verification.act.${one}`)}
        </Button>
      ))}
      {act === undefined ? null : <DecideModal application={application} act={act} onClose={() => setAct(undefined)} />}
    </div>
  );
}

type Fields = { readonly reason?: string };
type DecideProps = { readonly application: VerificationDetail; readonly act: Act; readonly onClose: () => void };

/** Asks for a note or a reason, and does it. */
function DecideModal({ application: { id, person }, act, onClose }: DecideProps) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), verification: id };
  const changes = {
    approve: useChange(approveVerification, TOUCHES),
    reject: useChange(rejectVerification, TOUCHES),
    withdraw: useChange(withdrawVerification, TOUCHES),
    revoke: useChange(revokeVerification, TOUCHES),
  };
  const needed = NEEDS_REASON.includes(act);
  const ask = (reason: string) =>
    act === "approve" || act === "withdraw"
      ? changes[act].mutateAsync({ params, body: { note: reason } })
      : changes[act].mutateAsync({ params, body: { reason } });
  // A promise: nothing more can be done with some, and this is gone before the answer is told.
  const submit = ({ reason = "" }: Fields) =>
    void ask(reason).then(() => {
      void message.success(text(`verification.done.${act}`, { name: person.displayName }));
      onClose();
    }, showFault);
  return (
    <FormModal<Fields>
      title={text(`verification.title.${act}`, { name: person.displayName })}
      okText={text(`verification.act.${act}`)}
      busy={changes[act].isPending}
      danger={act === "revoke"}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="muted">{text(`verification.hint.${act}`)}</p>
      <Form.Item
        name="reason"
        label={text(needed ? "verification.reason" : "verification.note")}
        rules={needed ? [{ required: true, whitespace: true, message: text("verification.reasonRule") }] : []}
      >
        <Input.TextArea autoFocus rows={3} maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
