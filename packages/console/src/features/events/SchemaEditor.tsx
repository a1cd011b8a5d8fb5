import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { PROPERTY_TYPES } from "@terrace/contract/api/events";
import { AutoComplete, Button, Checkbox, Form, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import type { EventDetail } from "./answers.ts";
import type { SchemaRule } from "./schema-rules.ts";

const NEW_RULE: SchemaRule = { name: "", type: "string", required: false, oneOf: [] };

/** The list of properties an event is expected to carry, with type, whether they must be there, and allowed values. */
export function SchemaEditor({ detail }: { readonly detail: EventDetail }) {
  const text = useText();
  const fromSeen = () =>
    detail.properties.map(({ name, types }): SchemaRule => ({
      ...NEW_RULE,
      name,
      type: types.find((type) => type !== "null") ?? "string",
    }));
  return (
    <Form.List name="rules">
      {(lines, { add, remove }) => (
        <div className="schema-lines">
          {lines.map(({ key, name: index }) => (
            <div key={key} className="schema-line">
              <Form.Item name={[index, "name"]} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
                <AutoComplete
                  placeholder={text("events.property")}
                  aria-label={text("events.property")}
                  options={detail.properties.map(({ name }) => ({ value: name }))}
                />
              </Form.Item>
              <Form.Item name={[index, "type"]}>
                <Select
                  aria-label={text("events.types")}
                  options={PROPERTY_TYPES.map((type) => ({ value: type, label: text(`events.type.${type}`) }))}
                />
              </Form.Item>
              <Form.Item name={[index, "oneOf"]}>
                <Select mode="tags" tokenSeparators={[","]} placeholder={text("events.anyValue")} aria-label={text("events.oneOf")} />
              </Form.Item>
              <Form.Item name={[index, "required"]} valuePropName="checked">
                <Checkbox>{text("events.required")}</Checkbox>
              </Form.Item>
              <Button type="text" aria-label={text("common.remove")} icon={<DeleteOutlined />} onClick={() => remove(index)} />
            </div>
          ))}
          <div className="row">
            <Button size="small" icon={<PlusOutlined />} onClick={() => add(NEW_RULE)}>
              {text("events.addRule")}
            </Button>
            {lines.length === 0 && detail.properties.length > 0 ? (
              <Button size="small" type="link" onClick={() => fromSeen().map((rule) => add(rule))}>
                {text("events.fromSeen")}
              </Button>
            ) : null}
          </div>
        </div>
      )}
    </Form.List>
  );
}
