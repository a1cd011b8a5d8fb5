import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useRoleOptions } from "./use-role-options.ts";

/** Which group of the identity provider gives which role where. */
export function OidcMapping() {
  const text = useText();
  const { session } = useScope();
  const { workspace } = useWorkspaceParams();
  const roles = useRoleOptions().filter(({ value }) => value !== "owner");
  const workspaces = session.workspaces.map(({ id, name }) => ({ value: id, label: name }));
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <Form.Item label={text("oidc.mapping")} extra={text("oidc.mappingHint")}>
      <Form.List name="mapping">
        {(lines, { add, remove }) => (
          <div className="stack">
            {lines.map(({ key, name }) => (
              <div key={key} className="mapping-line">
                <Form.Item name={[name, "value"]} rules={required} noStyle>
                  <Input size="small" aria-label={text("oidc.group")} placeholder={text("oidc.group")} />
                </Form.Item>
                <Form.Item name={[name, "workspace"]} rules={required} noStyle>
                  <Select size="small" aria-label={text("oidc.defaultWorkspace")} options={workspaces} />
                </Form.Item>
                <Form.Item name={[name, "role"]} rules={required} noStyle>
                  <Select size="small" aria-label={text("members.role")} options={roles} />
                </Form.Item>
                <Button type="text" size="small" icon={<CloseOutlined />} aria-label={text("common.remove")} onClick={() => remove(name)} />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ value: "", workspace, role: "analyst" })}>
              {text("oidc.addMapping")}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}
