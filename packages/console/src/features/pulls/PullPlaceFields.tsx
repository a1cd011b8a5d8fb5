import { Form, Input, InputNumber, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { JUDGED_ANEW, QUERY_EXAMPLE, URL_EXAMPLE } from "./pull-fields.ts";

type PartProps = { readonly isNew: boolean };

/** A file at an address. */
export function HttpFields({ isNew, formats }: PartProps & { readonly formats: readonly string[] }) {
  const text = useText();
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <>
      <Form.Item name="url" label={text("pulls.url")} extra={text(isNew ? "pulls.urlHint" : "pulls.urlKept")} rules={required}>
        <Input maxLength={2_000} inputMode="url" placeholder={URL_EXAMPLE} />
      </Form.Item>
      <Form.Item name="format" label={text("pulls.format")}>
        <Select options={formats.map((format) => ({ value: format, label: format.toUpperCase() }))} />
      </Form.Item>
      <Form.Item
        name="authorization"
        label={text("pulls.authorization")}
        extra={text(isNew ? "pulls.authorizationHint" : "pulls.secretKept")}
        rules={JUDGED_ANEW}
      >
        <Input.Password maxLength={2_000} autoComplete="off" />
      </Form.Item>
    </>
  );
}

/** A query to a database. */
export function DatabaseFields({ isNew }: PartProps) {
  const text = useText();
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <>
      <div className="pull-halves pull-host">
        <Form.Item name="host" label={text("pulls.host")} rules={required}>
          <Input maxLength={255} />
        </Form.Item>
        <Form.Item name="port" label={text("pulls.port")}>
          <InputNumber min={1} max={65_535} />
        </Form.Item>
      </div>
      <div className="pull-halves">
        <Form.Item name="database" label={text("pulls.database")} rules={required}>
          <Input maxLength={128} />
        </Form.Item>
        <Form.Item name="tls" label={text("pulls.tls")}>
          <Select options={(["on", "verify", "off"] as const).map((tls) => ({ value: tls, label: text(`pulls.tls.${tls}`) }))} />
        </Form.Item>
        <Form.Item name="user" label={text("pulls.user")} extra={text("pulls.userHint")} rules={required}>
          <Input maxLength={128} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={text("pulls.password")}
          rules={JUDGED_ANEW}
          {...(isNew ? {} : { extra: text("pulls.secretKept") })}
        >
          <Input.Password maxLength={1_000} autoComplete="new-password" />
        </Form.Item>
      </div>
      <Form.Item name="query" label={text("pulls.query")} extra={text("pulls.queryHint")} rules={required}>
        <Input.TextArea rows={4} maxLength={20_000} className="mono" placeholder={QUERY_EXAMPLE} />
      </Form.Item>
    </>
  );
}
