import { EllipsisOutlined } from "@ant-design/icons";
import {
  deleteSavedAnalysis,
  duplicateSavedAnalysis,
  listSavedAnalyses,
  updateSavedAnalysis,
  type SavedAnalysisRow,
} from "@terrace/contract/api/insight-saved";
import { App, Button, Dropdown, Form, Input, Select } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { ShareForm } from "../../dashboards/ShareForm.tsx";
import { VersionsDrawer } from "./VersionsDrawer.tsx";

type Fields = { readonly name: string; readonly description?: string; readonly folder?: string; readonly tags?: string[] };

/** What can be done with a saved analysis. */
export function SavedActions({ saved }: { readonly saved: SavedAnalysisRow }) {
  const text = useText();
  const may = useMay();
  const link = useLink();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), analysis: saved.id };
  const [dialogue, setDialogue] = useState<"edit" | "share" | "versions">();
  const change = useChange(updateSavedAnalysis, [listSavedAnalyses]);
  const copy = useChange(duplicateSavedAnalysis, [listSavedAnalyses]);
  const remove = useChange(deleteSavedAnalysis, [listSavedAnalyses]);
  const archived = saved.archivedAt !== null;
  const close = { onSuccess: () => setDialogue(undefined), onError: showFault };
  const acts: Readonly<Record<string, () => void>> = {
    duplicate: () =>
      copy.mutate({ params, body: { name: text("dashboards.copyOf", { name: saved.name }).slice(0, 80) } }, { onError: showFault }),
    archive: () => change.mutate({ params, body: { archived: !archived } }, { onError: showFault }),
    delete: () =>
      void modal.confirm({
        title: text("saved.deleteTitle", { name: saved.name }),
        okText: text("dashboards.delete"),
        okButtonProps: { danger: true },
        cancelText: text("common.cancel"),
        onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
      }),
  };
  const items = [
    ...(saved.mayChange
      ? [
          { key: "edit", label: text("saved.edit") },
          { key: "share", label: text("sharing.title") },
        ]
      : []),
    { key: "versions", label: text("saved.versions") },
    ...(may("insight:write") ? [{ key: "duplicate", label: text("dashboards.duplicate") }] : []),
    ...(saved.mayChange
      ? [
          { key: "archive", label: text(archived ? "segments.restore" : "segments.archive") },
          { key: "delete", label: text("dashboards.delete"), danger: true },
        ]
      : []),
  ];
  return (
    // A click here must not open the row it stands in.
    <span onClick={(event) => event.stopPropagation()}>
      <Dropdown
        trigger={["click"]}
        menu={{ items, onClick: ({ key }) => (acts[key] === undefined ? setDialogue(key as NonNullable<typeof dialogue>) : acts[key]()) }}
      >
        <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={`${text("common.more")} ${saved.name}`} />
      </Dropdown>
      {dialogue === "edit" ? (
        <FormModal<Fields>
          title={text("saved.edit")}
          okText={text("common.save")}
          busy={change.isPending}
          initialValues={{ name: saved.name, description: saved.description, folder: saved.folder, tags: [...saved.tags] }}
          onSubmit={(body) => change.mutate({ params, body }, close)}
          onClose={() => setDialogue(undefined)}
        >
          <SavedFields />
        </FormModal>
      ) : null}
      {dialogue === "share" ? (
        <ShareForm
          sharing={saved.sharing}
          address={`${location.origin}${link(`insight/saved/${saved.id}`)}`}
          busy={change.isPending}
          onSave={(sharing) => change.mutate({ params, body: { sharing } }, close)}
          onClose={() => setDialogue(undefined)}
        />
      ) : null}
      {dialogue === "versions" ? <VersionsDrawer saved={saved} onClose={() => setDialogue(undefined)} /> : null}
    </span>
  );
}

/** Name, description, folder and tags of a saved analysis. */
function SavedFields() {
  const text = useText();
  return (
    <>
      <Form.Item name="name" label={text("saved.name")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="description" label={text("saved.description")}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="folder" label={text("saved.folder")}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="tags" label={text("saved.tags")}>
        <Select mode="tags" maxCount={10} open={false} suffixIcon={null} />
      </Form.Item>
    </>
  );
}
