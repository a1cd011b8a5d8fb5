import { Form, Input, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { plainText } from "../../ui/format/plain-text.ts";
import type { Person } from "./answers.ts";
import type { TraitType } from "./trait-input.ts";
import { readTrait, TRAIT_TYPES, traitTypeOf } from "./trait-input.ts";
import { useTraitChange } from "./use-trait-change.ts";

type Fields = { readonly key: string; readonly type: TraitType; readonly value: string };
type TraitModalProps = { readonly person: Person; readonly trait: Person["traits"][number] | undefined; readonly onClose: () => void };

/** Sets one trait, new or existing. */
export function TraitModal({ person, trait, onClose }: TraitModalProps) {
  const text = useText();
  const [form] = Form.useForm<Fields>();
  const type = Form.useWatch("type", form);
  const { change, busy } = useTraitChange(person.id);
  const initial: Fields = { key: trait?.key ?? "", type: traitTypeOf(trait?.value), value: plainText(trait?.value) };
  const submit = async ({ key, type: chosen, value }: Fields) => {
    const read = readTrait(chosen, value);
    if (read !== undefined && (await change({ set: { [key.trim()]: read } }))) onClose();
  };
  const valueRule = {
    validator: (_: unknown, value: string) =>
      readTrait(form.getFieldValue("type") as TraitType, value ?? "") === undefined
        ? Promise.reject(new Error(text("person.traitNumberRule")))
        : Promise.resolve(),
  };
  return (
    <FormModal<Fields>
      title={text(trait === undefined ? "person.addTrait" : "person.editTrait")}
      okText={text("common.save")}
      busy={busy}
      onSubmit={(fields) => void submit(fields)}
      onClose={onClose}
      initialValues={initial}
      form={form}
      width={400}
    >
      <Form.Item
        name="key"
        label={text("people.traitKey")}
        rules={[{ required: true, whitespace: true, max: 255, message: text("signIn.required") }]}
      >
        <Input autoFocus={trait === undefined} disabled={trait !== undefined} />
      </Form.Item>
      <Form.Item name="type" label={text("person.traitType")}>
        <Select options={TRAIT_TYPES.map((one) => ({ value: one, label: text(`person.traitType.${one}`) }))} />
      </Form.Item>
      <Form.Item name="value" label={text("person.traitValue")} rules={[valueRule]}>
        {type === "boolean" ? (
          <Select
            options={[
              { value: "true", label: text("common.yes") },
              { value: "false", label: text("common.no") },
            ]}
          />
        ) : (
          <Input autoFocus={trait !== undefined} />
        )}
      </Form.Item>
    </FormModal>
  );
}
