import { approveFlagChange, rejectFlagChange, withdrawFlagChange, type FlagChangeView } from "@terrace/contract/api/flag-changes";
import { getFlag } from "@terrace/contract/api/flags";
import { Alert, Button, Collapse, Drawer, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useMay, useScope, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FactRows } from "../../../ui/FactRows.tsx";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { DefinitionView } from "../DefinitionView.tsx";
import { flagPath, type Definition } from "../flag-parts.ts";
import { FLAG_TOUCHES } from "../flag-touches.ts";
import { ChangeState } from "../FlagState.tsx";
import { useEnvironments } from "../use-environments.ts";
import { titleOf } from "./change-title.ts";
import { DifferenceView } from "./DifferenceView.tsx";
import { MoveView } from "./MoveView.tsx";

type Props = { readonly change: FlagChangeView; readonly onClose: () => void };

/** One change: what it makes otherwise, and the ways to decide it. */
export function ChangeDrawer({ change, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const phone = usePhone();
  const { nameOf } = useEnvironments();
  const { flag, definition, before, experiment } = change;
  const facts: readonly (readonly [string, string])[] = [
    [text("flags.environment"), change.environments.map(nameOf).join(" · ")],
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
      size={phone ? "100%" : 720}
      title={titleOf(change, text)}
      extra={<ChangeState state={change.state} />}
      onClose={onClose}
      footer={change.state === "open" ? <Decide change={change} /> : null}
    >
      <div className="stack">
        <FactRows rows={facts} />
        {experiment === null ? null : <MoveView move={experiment} isOpen={change.state === "open"} />}
        {flag === null || definition === null || before === null ? null : (
          <OfFlag flag={flag} definition={definition} before={before} change={change} />
        )}
      </div>
    </Drawer>
  );
}

type FlagProps = Pick<Props, "change"> & { readonly flag: string; readonly definition: Definition; readonly before: Definition };

function OfFlag({ flag, definition, before, change }: FlagProps) {
  const text = useText();
  const link = useLink();
  const { nameOf } = useEnvironments();
  const { data: now } = useCall(getFlag, { params: { ...useWorkspaceParams(), flag } });
  return (
    <>
      <Link className="mono" to={link(flagPath(flag))}>
        {flag}
      </Link>
      {change.state === "open" && now !== undefined && now.version !== change.baseVersion ? (
        <Alert type="warning" showIcon title={text("flags.overtaken", { base: change.baseVersion, now: now.version })} />
      ) : null}
      <p className="strong">{text("flags.whatChanges")}</p>
      <DifferenceView before={before} after={definition} nameOf={nameOf} />
      <Collapse
        size="small"
        items={[{ key: "whole", label: text("flags.wouldBe"), children: <DefinitionView definition={definition} nameOf={nameOf} /> }]}
      />
    </>
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
