import { archiveFlag, killFlag, reviveFlag, unarchiveFlag, type FlagView } from "@terrace/contract/api/flags";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { FLAG_TOUCHES } from "./flag-touches.ts";

/** Kill and revive, put away and bring back. */
export function FlagActions({ flag }: { readonly flag: FlagView }) {
  const text = useText();
  const may = useMay()("experiments:write");
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const [asks, setAsks] = useState(false);
  const params = { ...useWorkspaceParams(), flag: flag.key };
  const archive = useChange(archiveFlag, FLAG_TOUCHES);
  const unarchive = useChange(unarchiveFlag, FLAG_TOUCHES);
  if (!may) return null;
  if (flag.archived)
    return (
      <Button type="primary" loading={unarchive.isPending} onClick={() => unarchive.mutate({ params }, { onError: showFault })}>
        {text("flags.unarchive")}
      </Button>
    );
  const confirmArchive = () =>
    void modal.confirm({
      title: text("flags.archiveTitle", { name: flag.name }),
      content: text("flags.archiveBody"),
      okText: text("flags.archive"),
      cancelText: text("common.cancel"),
      onOk: () => archive.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <>
      <Button onClick={confirmArchive}>{text("flags.archive")}</Button>
      <Button danger={!flag.killed} onClick={() => setAsks(true)}>
        {text(flag.killed ? "flags.revive" : "flags.kill")}
      </Button>
      {asks ? <KillModal flag={flag} onClose={() => setAsks(false)} /> : null}
    </>
  );
}

function KillModal({ flag, onClose }: { readonly flag: FlagView; readonly onClose: () => void }) {
  const text = useText();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), flag: flag.key };
  const kill = useChange(killFlag, FLAG_TOUCHES);
  const revive = useChange(reviveFlag, FLAG_TOUCHES);
  const what = flag.killed ? "revive" : "kill";
  return (
    <FormModal<{ note?: string }>
      title={text(`flags.${what}Title`, { name: flag.name })}
      okText={text(`flags.${what}`)}
      danger={!flag.killed}
      busy={kill.isPending || revive.isPending}
      onSubmit={({ note = "" }) =>
        (flag.killed ? revive : kill).mutate({ params, body: { note } }, { onSuccess: onClose, onError: showFault })
      }
      onClose={onClose}
    >
      <p className="muted">{text(`flags.${what}Body`)}</p>
      <Form.Item name="note" label={text("flags.note")}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
