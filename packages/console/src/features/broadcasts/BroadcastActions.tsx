import {
  approveBroadcast,
  cancelBroadcast,
  deleteBroadcast,
  getBroadcast,
  getBroadcastFigures,
  listBroadcasts,
  rejectBroadcast,
  resumeBroadcast,
  stopBroadcast,
  submitBroadcast,
  type BroadcastDetail,
} from "@terrace/contract/api/broadcasts";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { actsOf, MOVES, type Act, type Move } from "./broadcast-moves.ts";
import { BroadcastModal } from "./BroadcastModal.tsx";

const ROUTES = {
  submit: submitBroadcast,
  approve: approveBroadcast,
  reject: rejectBroadcast,
  stop: stopBroadcast,
  resume: resumeBroadcast,
  cancel: cancelBroadcast,
} as const;
const TOUCHES = [listBroadcasts, getBroadcast, getBroadcastFigures];

/** What the operator may do with a broadcast where it stands; the next step last. */
export function BroadcastActions({ broadcast }: { readonly broadcast: BroadcastDetail }) {
  const text = useText();
  const may = useMay();
  const [asks, setAsks] = useState<Act>();
  const close = () => setAsks(undefined);
  const remove = useRemove(broadcast);
  const acts = actsOf({ state: broadcast.state, write: may("touch:write"), approve: may("touch:approve") });
  const move = MOVES.find((one) => one === asks);
  return (
    <>
      {acts.map((act, at) => (
        <Button
          key={act}
          {...(at === acts.length - 1 ? (act === "stop" ? { danger: true } : { type: "primary" as const }) : {})}
          onClick={() => (act === "delete" ? remove() : setAsks(act))}
        >
          {text(`broadcasts.act.${act}`)}
        </Button>
      ))}
      {asks === "edit" ? <BroadcastModal broadcast={broadcast} onClose={close} /> : null}
      {move === undefined ? null : <MoveModal broadcast={broadcast} move={move} onClose={close} />}
    </>
  );
}

/** Deletes a draft, once that was confirmed. */
function useRemove({ id, name }: BroadcastDetail): () => void {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const faultMessage = useFaultMessage();
  const params = { ...useWorkspaceParams(), broadcast: id };
  const remove = useChange(deleteBroadcast, [listBroadcasts]);
  return () =>
    void modal.confirm({
      title: text("broadcasts.deleteTitle", { name }),
      okText: text("broadcasts.act.delete"),
      cancelText: text("common.cancel"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync({ params }).then(() => void navigate(link("touch/broadcasts")), faultMessage),
    });
}

type MoveProps = { readonly broadcast: BroadcastDetail; readonly move: Move; readonly onClose: () => void };

/** Asks before a broadcast moves, says what that does, and takes the reason. */
function MoveModal({ broadcast: { id, name }, move, onClose }: MoveProps) {
  const text = useText();
  const params = { ...useWorkspaceParams(), broadcast: id };
  const change = useChange(ROUTES[move], TOUCHES);
  return (
    <FormModal<{ note?: string }>
      title={text(`broadcasts.move.${move}.title`, { name })}
      okText={text(`broadcasts.act.${move}`)}
      busy={change.isPending}
      error={change.error}
      danger={move === "cancel"}
      onClose={onClose}
      onSubmit={({ note = "" }) => change.mutate({ params, body: { note } }, { onSuccess: onClose })}
    >
      <p className="muted">{text(`broadcasts.move.${move}.body`)}</p>
      <Form.Item name="note" label={text("broadcasts.note")}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
