import type { ProviderKind } from "@terrace/domain/messages/channel";
import { Form, Input, InputNumber, Select, Switch } from "antd";
import { useText } from "../../app/i18n.ts";
import { nameOf, PROVIDER_FIELDS, type ProviderField } from "./provider-fields.ts";

/** What a kind of provider asks for. */
export function SettingsFields({ kind }: { readonly kind: ProviderKind }) {
  const text = useText();
  return PROVIDER_FIELDS[kind].map((field) => {
    const name = nameOf(field);
    return (
      <Form.Item key={`${kind}.${name}`} name={["settings", ...field.path]} label={text(`channels.field.${name}`)}>
        {inputOf(field)}
      </Form.Item>
    );
  });
}

function inputOf({ form, example }: ProviderField) {
  const placeholder = example === undefined ? {} : { placeholder: example };
  if (form === "number") return <InputNumber precision={0} />;
  if (form === "switch") return <Switch />;
  if (form === "lines")
    return <Input.TextArea className="mono" autoSize={{ minRows: 2, maxRows: 10 }} spellCheck={false} {...placeholder} />;
  if (form === "text") return <Input autoComplete="off" spellCheck={false} {...placeholder} />;
  // The provider's own words.
  return <Select options={form.map((value) => ({ value, label: value }))} />;
}
