import { createFlag, listFlags } from "@terrace/contract/api/flags";
import { FLAG_TYPES, type FlagType } from "@terrace/domain/flags/feature";
import { Form, Input, Segmented } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { firstValue, flagPath } from "./flag-parts.ts";

type Fields = { readonly key: string; readonly name: string; readonly type: FlagType };

type Props = {
  readonly onClose: () => void;
  /** Where it goes on once the flag is there, by its key; its page unless said. */
  readonly pathOf?: (key: string) => string;
};

/** Makes a flag that is off everywhere; the rest is said on its page. */
export function NewFlagModal({ onClose, pathOf = flagPath }: Props) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const create = useChange(createFlag, [listFlags]);
  const submit = ({ key, name, type }: Fields) => {
    const definition = { type, defaultValue: firstValue(type), offValue: firstValue(type), environments: {} };
    create.mutate({ params, body: { key, name, definition } }, { onSuccess: () => void navigate(link(pathOf(key))) });
  };
  return (
    <FormModal<Fields>
      title={text("flags.new")}
      okText={text("flags.make")}
      busy={create.isPending}
      error={create.error}
      onSubmit={submit}
      onClose={onClose}
      width={480}
      initialValues={{ type: "boolean" }}
    >
      <Form.Item name="name" label={text("flags.name")} rules={[{ required: true, whitespace: true, message: text("flags.nameNeeded") }]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item
        name="key"
        label={text("flags.key")}
        extra={text("flags.keyHint")}
        rules={[{ required: true, pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,99}$/, message: text("flags.keyNeeded") }]}
      >
        <Input className="mono" maxLength={100} />
      </Form.Item>
      <Form.Item name="type" label={text("flags.type")}>
        <Segmented options={FLAG_TYPES.map((value) => ({ value, label: text(`flags.type.${value}`) }))} />
      </Form.Item>
    </FormModal>
  );
}
