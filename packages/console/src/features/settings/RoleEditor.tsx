import type { CustomRoleView } from "@terrace/contract/api/roles";
import { createRole, listRoles, updateRole } from "@terrace/contract/api/roles";
import type { FieldVisibility } from "@terrace/domain/access/field-view";
import { PERSONAL_CLASSES } from "@terrace/domain/access/field-view";
import type { Permission } from "@terrace/domain/access/permissions";
import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { Button, Checkbox, Drawer, Form, Input, Select } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { FieldRuleList, type FieldRule } from "./FieldRuleList.tsx";

type Fields = { readonly name: string; readonly permissions: Permission[] };
type Rules = CustomRoleView["fields"];
type Choice = FieldVisibility | "default";

/** What a role may, and which fields it sees. */
export function RoleEditor({ role, onClose }: { readonly role?: CustomRoleView; readonly onClose: () => void }) {
  const text = useText();
  const may = useMay();
  const phone = usePhone();
  const workspace = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const [rules, setRules] = useState<Rules>(role?.fields ?? { classes: {}, traits: {}, properties: {} });
  const make = useChange(createRole, [listRoles]);
  const update = useChange(updateRole, [listRoles]);
  const save = ({ name, permissions }: Fields) => {
    const body = { name: name.trim(), permissions, fields: rules };
    const options = { onSuccess: onClose, onError: showFault };
    if (role === undefined) make.mutate({ params: workspace, body }, options);
    else update.mutate({ params: { ...workspace, role: role.key }, body }, options);
  };
  return (
    <Drawer
      open
      title={role === undefined ? text("roles.new") : role.name}
      onClose={onClose}
      size={phone ? "100%" : 520}
      extra={
        <Button type="primary" loading={make.isPending || update.isPending} onClick={() => form.submit()}>
          {text("common.save")}
        </Button>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={save}
        initialValues={{ name: role?.name ?? "", permissions: role?.permissions ?? ["people:read", "events:read"] }}
      >
        <Form.Item
          name="name"
          label={text("roles.name")}
          rules={[{ required: true, whitespace: true, max: 60, message: text("signIn.required") }]}
        >
          <Input maxLength={60} autoFocus />
        </Form.Item>
        <Form.Item
          name="permissions"
          label={text("roles.permissions")}
          extra={text("roles.permissionsHint")}
          rules={[{ required: true, type: "array", min: 1, message: text("keys.scopesRule") }]}
        >
          <Checkbox.Group
            className="scope-choices"
            options={PERMISSIONS.map((permission) => ({
              value: permission,
              label: text(`permission.${permission}`),
              disabled: !may(permission),
            }))}
          />
        </Form.Item>
      </Form>
      <ClassRules rules={rules} onChange={setRules} />
      <FieldRuleList
        title={text("roles.traitRules")}
        rules={listOf(rules.traits)}
        onChange={(list) => setRules({ ...rules, traits: recordOf(list) })}
      />
      <FieldRuleList
        title={text("roles.propertyRules")}
        rules={listOf(rules.properties)}
        onChange={(list) => setRules({ ...rules, properties: recordOf(list) })}
      />
    </Drawer>
  );
}

function ClassRules({ rules, onChange }: { readonly rules: Rules; readonly onChange: (rules: Rules) => void }) {
  const text = useText();
  const choices = (["default", "hidden", "masked", "clear"] as const).map((value) => ({ value, label: text(`roles.see.${value}`) }));
  const set = (name: (typeof PERSONAL_CLASSES)[number], choice: Choice) => {
    const { [name]: _gone, ...classes } = rules.classes;
    onChange({ ...rules, classes: choice === "default" ? classes : { ...classes, [name]: choice } });
  };
  return (
    <section className="rule-section">
      <h3>{text("roles.classRules")}</h3>
      <p className="muted small">{text("roles.fieldsHint")}</p>
      {PERSONAL_CLASSES.map((name) => (
        <div key={name} className="rule-line">
          <span>{text(`personalClass.${name}`)}</span>
          <Select<Choice>
            size="small"
            aria-label={text(`personalClass.${name}`)}
            value={rules.classes[name] ?? "default"}
            options={choices}
            onChange={(choice) => set(name, choice)}
          />
        </div>
      ))}
    </section>
  );
}

function listOf(part: Rules["traits"]): readonly FieldRule[] {
  return Object.entries(part).map(([name, visibility]) => ({ name, visibility }));
}

function recordOf(rules: readonly FieldRule[]): Rules["traits"] {
  return Object.fromEntries(rules.map(({ name, visibility }) => [name, visibility]));
}
