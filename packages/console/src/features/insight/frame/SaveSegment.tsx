import { SaveOutlined } from "@ant-design/icons";
import { createSegment, listSegments } from "@terrace/contract/api/segments";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import type { Cell } from "./use-analysis.ts";

const NAME_MAX = 80;

type Props = { readonly kind: string; readonly query: unknown; readonly cell?: Cell; readonly suggested: string };

/** Keeps the people behind a figure under a name, as they are now. */
export function SaveSegment({ kind, query, cell, suggested }: Props) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [open, setOpen] = useState(false);
  const save = useChange(createSegment, [listSegments]);
  const submit = ({ name }: { readonly name: string }) =>
    save.mutate(
      // Queries and cells are JSON: they were read from an address or go into a body.
      {
        params,
        body: {
          name,
          from: { kind, query: query as Record<string, never>, ...(cell === undefined ? {} : { cell: cell as Record<string, never> }) },
        },
      },
      {
        onSuccess: (segment) => {
          setOpen(false);
          void message.success(text("insight.segmentSaved", { name: segment.name, count: format.count(segment.size) }));
        },
        onError: showFault,
      },
    );
  return (
    <>
      <Button type="primary" block icon={<SaveOutlined />} onClick={() => setOpen(true)}>
        {text("insight.saveSegment")}
      </Button>
      {open ? (
        <FormModal<{ name: string }>
          title={text("insight.saveSegment")}
          okText={text("common.save")}
          busy={save.isPending}
          initialValues={{ name: suggested.slice(0, NAME_MAX) }}
          onSubmit={submit}
          onClose={() => setOpen(false)}
        >
          <Form.Item
            name="name"
            label={text("insight.segmentName")}
            rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
          >
            <Input maxLength={NAME_MAX} />
          </Form.Item>
        </FormModal>
      ) : null}
    </>
  );
}
