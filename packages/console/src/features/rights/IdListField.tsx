import { Form, Input } from "antd";
import { useText, type TextKey } from "../../app/i18n.ts";
import { readIdList } from "./id-list.ts";

/** A field for ids, one per line; says which line cannot be read. */
export function IdListField({ hint, rows }: { readonly hint: TextKey; readonly rows: number }) {
  const text = useText();
  return (
    <Form.Item
      name="list"
      label={text("rights.list")}
      extra={text(hint)}
      rules={[
        { required: true, whitespace: true, message: text("rights.listRule") },
        {
          validator: (_, value: unknown) => {
            const read = readIdList(typeof value === "string" ? value : "");
            return "ids" in read
              ? Promise.resolve()
              : Promise.reject(new Error(text("rights.listBadKind", { line: read.line, kind: read.kind })));
          },
        },
      ]}
    >
      <Input.TextArea autoFocus rows={rows} placeholder={text("rights.listExample")} />
    </Form.Item>
  );
}
