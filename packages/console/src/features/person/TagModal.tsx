import { listTags } from "@terrace/contract/api/person-remarks";
import { AutoComplete, Form, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

export type TagInput = { readonly tag: string; readonly expiresAt?: string };
type TagModalProps = {
  readonly title: string;
  readonly busy: boolean;
  readonly progress?: string;
  readonly onSave: (tag: TagInput) => void;
  readonly onClose: () => void;
};
type Fields = { readonly tag: string; readonly days: number };

const LIFETIMES = [0, 7, 30, 90, 365] as const;
const TAG_LENGTH_MAX = 60;

/** Asks for a tag (offering those in use) and how long it stays. */
export function TagModal({ title, busy, progress, onSave, onClose }: TagModalProps) {
  const text = useText();
  const tags = useCall(listTags, { params: useWorkspaceParams() });
  const submit = ({ tag, days }: Fields) =>
    onSave({ tag: tag.trim(), ...(days === 0 ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }) });
  return (
    <FormModal<Fields>
      title={title}
      okText={text("common.add")}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ tag: "", days: 0 }}
      width={380}
    >
      <Form.Item
        name="tag"
        label={text("person.tag")}
        rules={[{ required: true, whitespace: true, max: TAG_LENGTH_MAX, message: text("person.tagRule", { max: TAG_LENGTH_MAX }) }]}
      >
        <AutoComplete
          autoFocus
          showSearch={{ filterOption: (typed, option) => (option?.value ?? "").includes(typed) }}
          options={(tags.data?.items ?? []).map(({ tag }) => ({ value: tag }))}
        />
      </Form.Item>
      <Form.Item name="days" label={text("person.tagLifetime")}>
        <Select<number>
          options={LIFETIMES.map((days) => ({
            value: days,
            label: days === 0 ? text("person.forever") : text("person.forDays", { count: days }),
          }))}
        />
      </Form.Item>
      {progress === undefined ? null : <span className="muted">{progress}</span>}
    </FormModal>
  );
}
