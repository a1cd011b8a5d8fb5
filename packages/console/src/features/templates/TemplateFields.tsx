import { Form, Input } from "antd";
import { useText } from "../../app/i18n.ts";

/** What a template is called in the console. */
export function NameField() {
  const text = useText();
  return (
    <Form.Item
      name="name"
      label={text("templates.name")}
      rules={[{ required: true, whitespace: true, message: text("templates.nameNeeded") }]}
    >
      <Input maxLength={80} autoFocus />
    </Form.Item>
  );
}

/** What servers call a template by. */
export function KeyField() {
  const text = useText();
  return (
    <Form.Item
      name="key"
      label={text("templates.key")}
      extra={text("templates.keyHint")}
      rules={[{ required: true, pattern: /^[a-z][a-z0-9_-]{0,59}$/, message: text("templates.keyNeeded") }]}
    >
      <Input maxLength={60} />
    </Form.Item>
  );
}
