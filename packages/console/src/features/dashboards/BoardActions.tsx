import { EllipsisOutlined, FullscreenOutlined, PlusOutlined } from "@ant-design/icons";
import {
  deleteDashboard,
  duplicateDashboard,
  getDashboard,
  listDashboards,
  updateDashboard,
  type Dashboard,
} from "@terrace/contract/api/dashboards";
import { App, Button, Dropdown, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ShareForm } from "./ShareForm.tsx";

type Props = {
  readonly board: Dashboard;
  readonly editing: boolean;
  readonly busy: boolean;
  readonly onEdit: () => void;
  readonly onCancel: () => void;
  readonly onDone: () => void;
  readonly onAdd: () => void;
  readonly onFull: () => void;
};

/** What can be done with a dashboard. */
export function BoardActions({ board, editing, busy, onEdit, onCancel, onDone, onAdd, onFull }: Props) {
  const text = useText();
  const may = useMay();
  const phone = usePhone();
  const [dialogue, setDialogue] = useState<"rename" | "share" | "duplicate">();
  const { remove } = useBoardChanges(board);
  if (editing)
    return (
      <>
        <Button icon={<PlusOutlined />} onClick={onAdd}>
          {text("dashboards.addTile")}
        </Button>
        <Button onClick={onCancel}>{text("common.cancel")}</Button>
        <Button type="primary" loading={busy} onClick={onDone}>
          {text("dashboards.done")}
        </Button>
      </>
    );
  const items = [
    ...(board.mayChange ? [{ key: "rename", label: text("dashboards.rename") }] : []),
    ...(board.mayChange ? [{ key: "share", label: text("sharing.title") }] : []),
    ...(may("insight:write") ? [{ key: "duplicate", label: text("dashboards.duplicate") }] : []),
    ...(board.mayChange ? [{ key: "delete", label: text("dashboards.delete"), danger: true }] : []),
  ];
  return (
    <>
      {board.mayChange && !phone ? (
        <Button type="primary" onClick={onEdit}>
          {text("dashboards.edit")}
        </Button>
      ) : null}
      <Button icon={<FullscreenOutlined />} aria-label={text("dashboards.full")} onClick={onFull} />
      {items.length === 0 ? null : (
        <Dropdown
          trigger={["click"]}
          menu={{ items, onClick: ({ key }) => (key === "delete" ? remove() : setDialogue(key as NonNullable<typeof dialogue>)) }}
        >
          <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
        </Dropdown>
      )}
      {dialogue === undefined ? null : <Dialogue board={board} which={dialogue} onClose={() => setDialogue(undefined)} />}
    </>
  );
}

function useBoardChanges(board: Dashboard) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), dashboard: board.id };
  const del = useChange(deleteDashboard, [listDashboards]);
  const remove = () =>
    void modal.confirm({
      title: text("dashboards.deleteTitle", { name: board.name }),
      content: text("dashboards.deleteBody"),
      okText: text("dashboards.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => del.mutateAsync({ params }).then(() => navigate(link("insight/dashboards")), showFault),
    });
  return { remove };
}

type NameFields = { readonly name: string; readonly description?: string };

function Dialogue({
  board,
  which,
  onClose,
}: {
  readonly board: Dashboard;
  readonly which: "rename" | "share" | "duplicate";
  readonly onClose: () => void;
}) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), dashboard: board.id };
  const change = useChange(updateDashboard, [getDashboard, listDashboards]);
  const copy = useChange(duplicateDashboard, [listDashboards]);
  const then = { onSuccess: onClose, onError: showFault };
  if (which === "share")
    return (
      <ShareForm
        sharing={board.sharing}
        address={`${location.origin}${link(`insight/dashboards/${board.id}`)}`}
        busy={change.isPending}
        onSave={(sharing) => change.mutate({ params, body: { sharing } }, then)}
        onClose={onClose}
      />
    );
  const submit = ({ name, description = "" }: NameFields) =>
    which === "rename"
      ? change.mutate({ params, body: { name, description } }, then)
      : copy.mutate({ params, body: { name } }, { ...then, onSuccess: ({ id }) => void navigate(link(`insight/dashboards/${id}`)) });
  return (
    <FormModal<NameFields>
      title={text(`dashboards.${which}`)}
      okText={text("common.save")}
      busy={change.isPending || copy.isPending}
      initialValues={{
        name: which === "rename" ? board.name : text("dashboards.copyOf", { name: board.name }).slice(0, 80),
        description: board.description,
      }}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={text("dashboards.name")}
        rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
      >
        <Input maxLength={80} />
      </Form.Item>
      {which === "rename" ? (
        <Form.Item name="description" label={text("dashboards.description")}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}
