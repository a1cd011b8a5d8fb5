import { Form, Input } from "antd";
import { useText } from "../../app/i18n.ts";
import { COLUMN_EXAMPLE, JUDGED_ANEW, usesSince, type PullFields } from "./pull-fields.ts";

/** Where an address or query that asks only for what is new begins and goes on. */
export function SinceFields({ isNew }: { readonly isNew: boolean }) {
  const text = useText();
  const form = Form.useFormInstance<PullFields>();
  const kind = Form.useWatch("kind", form) ?? "http";
  const url = Form.useWatch("url", form) ?? "";
  const query = Form.useWatch("query", form) ?? "";
  if (!usesSince({ kind, url, query })) return null;
  return (
    <div className="pull-halves">
      {kind === "http" ? null : (
        <Form.Item name="sinceColumn" label={text("pulls.sinceColumn")} extra={text("pulls.sinceColumnHint")} rules={JUDGED_ANEW}>
          <Input maxLength={128} placeholder={COLUMN_EXAMPLE} />
        </Form.Item>
      )}
      <Form.Item
        name="since"
        label={text("pulls.since")}
        extra={text(isNew ? "pulls.sinceHint" : "pulls.sinceKept")}
        rules={[{ required: isNew, whitespace: true, message: text("pulls.sinceNeeded") }]}
      >
        <Input maxLength={255} placeholder="1970-01-01T00:00:00Z" />
      </Form.Item>
    </div>
  );
}
