import { EllipsisOutlined } from "@ant-design/icons";
import { deleteSegment, getSegment, listSegments, updateSegment } from "@terrace/contract/api/segments";
import { App, Button, Dropdown, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Segment } from "./SegmentsPage.tsx";

/** Renames a segment, puts it away or deletes it. */
export function SegmentActions({ segment }: { readonly segment: Segment }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), segment: segment.id };
  const [renaming, setRenaming] = useState(false);
  const change = useChange(updateSegment, [listSegments, getSegment]);
  const remove = useChange(deleteSegment, [listSegments]);
  if (!may("segments:write")) return null;
  const archived = segment.archivedAt !== null;
  const acts = {
    rename: () => setRenaming(true),
    archive: () => change.mutate({ params, body: { archived: !archived } }, { onError: showFault }),
    delete: () =>
      void modal.confirm({
        title: text("segments.deleteTitle", { name: segment.name }),
        content: text("segments.deleteBody", { count: segment.size, shown: format.count(segment.size) }),
        okText: text("segments.delete"),
        okButtonProps: { danger: true },
        cancelText: text("common.cancel"),
        onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("segments")), showFault),
      }),
  } as const;
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "rename", label: text("segments.rename") },
            { key: "archive", label: text(archived ? "segments.restore" : "segments.archive") },
            { key: "delete", label: text("segments.delete"), danger: true },
          ],
          onClick: ({ key }) => acts[key as keyof typeof acts](),
        }}
      >
        <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
      </Dropdown>
      {renaming ? (
        <FormModal<{ name: string }>
          title={text("segments.rename")}
          okText={text("common.save")}
          busy={change.isPending}
          initialValues={{ name: segment.name }}
          onSubmit={({ name }) => change.mutate({ params, body: { name } }, { onSuccess: () => setRenaming(false), onError: showFault })}
          onClose={() => setRenaming(false)}
        >
          <Form.Item
            name="name"
            label={text("segments.name")}
            rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
          >
            <Input maxLength={80} />
          </Form.Item>
        </FormModal>
      ) : null}
    </>
  );
}
