import { DeleteOutlined, EditOutlined } from "@ant-design/icons";
import type { AnnotationView } from "@terrace/contract/api/annotations";
import { createAnnotation, deleteAnnotation, listAnnotations, updateAnnotation } from "@terrace/contract/api/annotations";
import { App, Button, Drawer, Form, Input } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { addDays } from "../../../ui/format/dates.ts";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import "./annotations.css";

type Fields = { readonly day: string; readonly text: string };

/** The notes within the days of a chart: read, written, changed and deleted. */
export function AnnotationsDrawer({ from, to, onClose }: { readonly from: string; readonly to: string; readonly onClose: () => void }) {
  const text = useText();
  const phone = usePhone();
  const params = useWorkspaceParams();
  const write = useMay()("insight:write");
  const [editing, setEditing] = useState<AnnotationView>();
  const notes = useCall(listAnnotations, { params, query: { from, to } });
  return (
    <Drawer open title={text("annotation.title")} onClose={onClose} size={phone ? "100%" : 480}>
      <p className="muted">{text("annotation.about")}</p>
      {write ? <NoteForm key={editing?.id ?? ""} editing={editing} lastDay={addDays(to, -1)} onDone={() => setEditing(undefined)} /> : null}
      <QueryView query={notes} skeleton={3}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState text={text("annotation.none")} />
          ) : (
            <ul className="annotations">
              {items.toReversed().map((note) => (
                <NoteRow key={note.id} note={note} {...(write ? { onEdit: () => setEditing(note) } : {})} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Drawer>
  );
}

function NoteForm({
  editing,
  lastDay,
  onDone,
}: {
  readonly editing: AnnotationView | undefined;
  readonly lastDay: string;
  readonly onDone: () => void;
}) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const create = useChange(createAnnotation, [listAnnotations]);
  const update = useChange(updateAnnotation, [listAnnotations]);
  const today = format.day(Date.now());
  const save = (fields: Fields) => {
    const settled = { onSuccess: () => (form.resetFields(), onDone()), onError: showFault };
    if (editing === undefined) create.mutate({ params, body: fields }, settled);
    else update.mutate({ params: { ...params, annotation: editing.id }, body: fields }, settled);
  };
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      className="annotation-form"
      initialValues={{ day: editing?.day ?? (today < lastDay ? today : lastDay), text: editing?.text ?? "" }}
      onFinish={save}
    >
      <Form.Item name="day" label={text("annotation.day")} rules={[{ required: true, message: text("annotation.needsDay") }]}>
        <Input type="date" />
      </Form.Item>
      <Form.Item
        name="text"
        label={text("annotation.text")}
        rules={[{ required: true, whitespace: true, message: text("annotation.needsText") }]}
      >
        <Input maxLength={120} placeholder={text("annotation.example")} />
      </Form.Item>
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending || update.isPending}>
          {text(editing === undefined ? "common.add" : "common.save")}
        </Button>
        {editing === undefined ? null : <Button onClick={onDone}>{text("common.cancel")}</Button>}
      </div>
    </Form>
  );
}

function NoteRow({ note, onEdit }: { readonly note: AnnotationView; readonly onEdit?: () => void }) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const remove = useChange(deleteAnnotation, [listAnnotations]);
  const confirm = () =>
    void modal.confirm({
      title: text("annotation.deleteTitle"),
      content: `${note.day} ${note.text}`,
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params: { ...params, annotation: note.id } }).catch(showFault),
    });
  return (
    <li>
      <div>
        <b>{note.text}</b>
        <span className="muted small">
          {format.calendarDay(note.day)} · {note.createdBy}
        </span>
      </div>
      {onEdit === undefined ? null : (
        <>
          <Button type="text" size="small" aria-label={text("common.edit")} icon={<EditOutlined />} onClick={onEdit} />
          <Button type="text" size="small" aria-label={text("common.delete")} icon={<DeleteOutlined />} onClick={confirm} />
        </>
      )}
    </li>
  );
}
