import { approveFlagChange, rejectFlagChange, withdrawFlagChange, type FlagChangeView } from "@terrace/contract/api/flag-changes";
import { getFlag } from "@terrace/contract/api/flags";
import { Button, Drawer, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { DefinitionView } from "./DefinitionView.tsx";
import { changedWords, flagPath } from "./flag-parts.ts";
import { FLAG_TOUCHES } from "./flag-touches.ts";
import { ChangeState } from "./FlagState.tsx";
import { useEnvironments } from "./use-environments.ts";

type Props = { readonly change: FlagChangeView; readonly onClose: () => void };

/** One change: what it would be, and the ways to decide it. */
export function ChangeDrawer({ change, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const { nameOf } = useEnvironments();
  const { data: flag } = useCall(getFlag, { params: { ...useWorkspaceParams(), flag: change.flag } });
  const differs = flag === undefined || change.state !== "open" ? "" : changedWords(flag.definition, change.definition, text, nameOf);
  const facts: readonly (readonly [string, string])[] = [
    ...(differs === "" ? [] : [[text("flags.changedParts"), differs] as const]),
    ...(change.note === "" ? [] : [[text("flags.note"), change.note] as const]),
    [text("flags.askedBy"), `${change.askedBy} · ${format.tableTime(change.askedAt)}`],
    ...(change.decidedBy === null
      ? []
      : [[text("flags.decidedBy"), `${change.decidedBy} · ${format.tableTime(change.decidedAt)}`] as const]),
    ...(change.reason === "" ? [] : [[text("flags.reason"), change.reason] as const]),
  ];
  return (
    <Drawer
      open
      size={720}
      title={text("flags.changeOf", { id: change.id, flag: change.flag })}
      extra={<ChangeState state={change.state} />}
      onClose={onClose}
      footer={change.state === "open" ? <Decide change={change} /> : null}
    >
      <div className="stack">
        <FactRows rows={facts} />
        <Link className="mono" to={link(flagPath(change.flag))}>
          {change.flag}
        </Link>
        <h2>{text("flags.wouldBe")}</h2>
        <DefinitionView definition={change.definition} nameOf={nameOf} />
      </div>
    </Drawer>
  );
}

/** Others approve or reject; whoever asked takes it back. */
function Decide({ change }: { readonly change: FlagChangeView }) {
  const text = useText();
  const may = useMay()("experiments:write");
  const { session } = useScope();
  const showFault = useFaultMessage();
  const [asks, setAsks] = useState<"approve" | "reject">();
  const params = { ...useWorkspaceParams(), change: change.id };
  const approve = useChange(approveFlagChange, FLAG_TOUCHES);
  const reject = useChange(rejectFlagChange, FLAG_TOUCHES);
  const withdraw = useChange(withdrawFlagChange, FLAG_TOUCHES);
  if (!may) return null;
  if (change.askedBy === session.operator.email)
    return (
      <Button loading={withdraw.isPending} onClick={() => withdraw.mutate({ params }, { onError: showFault })}>
        {text("flags.withdraw")}
      </Button>
    );
  const submit = ({ reason = "" }: { readonly reason?: string }) =>
    (asks === "reject" ? reject : approve).mutate(
      { params, body: { reason } },
      { onSuccess: () => setAsks(undefined), onError: showFault },
    );
  return (
    <div className="row">
      <Button type="primary" onClick={() => setAsks("approve")}>
        {text("flags.approve")}
      </Button>
      <Button danger onClick={() => setAsks("reject")}>
        {text("flags.reject")}
      </Button>
      {asks === undefined ? null : (
        <FormModal<{ reason?: string }>
          title={text(`flags.${asks}`)}
          okText={text(`flags.${asks}`)}
          busy={approve.isPending || reject.isPending}
          danger={asks === "reject"}
          onSubmit={submit}
          onClose={() => setAsks(undefined)}
        >
          <Form.Item
            name="reason"
            label={text("flags.reason")}
            rules={asks === "reject" ? [{ required: true, whitespace: true, message: text("flags.reasonNeeded") }] : []}
          >
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        </FormModal>
      )}
    </div>
  );
}
