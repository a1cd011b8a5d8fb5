import { applyForVerification, listVerificationKinds } from "@terrace/contract/api/verifications";
import { App, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { PersonPicker } from "../merges/PersonPicker.tsx";
import type { VerificationKindView } from "./answers.ts";
import { TOUCHES } from "./touches.ts";

type Fields = { readonly kind?: string; readonly evidence?: Readonly<Record<string, string | number | null | undefined>> };
type Props = {
  /** Who applies; without it the person is chosen first. */
  readonly person?: string;
  readonly onClose: () => void;
};
type Field = VerificationKindView["fields"][number];

/** Applies for somebody: who, for which kind, and what that kind asks for. */
export function ApplyModal({ person: given, onClose }: Props) {
  const text = useText();
  const words = useWords();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const [form] = Form.useForm<Fields>();
  const chosen = Form.useWatch("kind", form);
  const [picked, setPicked] = useState("");
  const person = given ?? picked;
  const kinds = useCall(listVerificationKinds, { params });
  const open = (kinds.data?.items ?? []).filter((kind) => kind.open);
  const apply = useChange(applyForVerification, TOUCHES);
  const submit = ({ kind, evidence = {} }: Fields) => {
    if (kind === undefined || person === "") return;
    const filled = Object.entries(evidence).flatMap(([key, value]) =>
      value === undefined || value === null || value === "" ? [] : [[key, value] as const],
    );
    apply.mutate(
      { params: { ...params, person }, body: { kind, evidence: Object.fromEntries(filled) } },
      {
        onSuccess: () => {
          void message.success(text("verification.applied"));
          onClose();
        },
        onError: showFault,
      },
    );
  };
  return (
    <FormModal<Fields>
      title={text("verification.apply")}
      okText={text("verification.submit")}
      busy={apply.isPending}
      onSubmit={submit}
      onClose={onClose}
      form={form}
      width={520}
    >
      {given === undefined ? (
        <Form.Item label={text("verification.person")} required>
          <PersonPicker except="" value={picked} onPick={setPicked} />
        </Form.Item>
      ) : null}
      <Form.Item name="kind" label={text("verification.kind")} rules={[{ required: true, message: text("verification.kindRule") }]}>
        <Select
          loading={kinds.isFetching}
          notFoundContent={text("verification.noKindOpen")}
          options={open.map(({ key, name }) => ({ value: key, label: words(name) }))}
        />
      </Form.Item>
      {open
        .find(({ key }) => key === chosen)
        ?.fields.map((field) => (
          <Form.Item
            key={`${chosen} ${field.key}`}
            name={["evidence", field.key]}
            label={words(field.name)}
            rules={field.required ? [{ required: true, message: text("verification.fieldRule") }] : []}
          >
            <EvidenceInput field={field} />
          </Form.Item>
        ))}
    </FormModal>
  );
}

type InputProps = {
  readonly field: Field;
  /** Both are given by the form. */
  readonly value?: string | number | null;
  readonly onChange?: (value: string | number | null) => void;
  readonly id?: string;
};

function EvidenceInput({ field: { type, choices }, value, onChange, id = "" }: InputProps) {
  const typed = typeof value === "string" ? value : "";
  const change = (next: string | number | null) => onChange?.(next);
  if (type === "number")
    return (
      <InputNumber<number> id={id} className="verification-number" value={typeof value === "number" ? value : null} onChange={change} />
    );
  if (type === "choice")
    return (
      <Select
        id={id}
        {...(typed === "" ? {} : { value: typed })}
        onChange={change}
        options={choices.map((one) => ({ value: one, label: one }))}
      />
    );
  if (type === "long_text")
    return <Input.TextArea id={id} rows={4} maxLength={4_000} value={typed} onChange={({ target }) => change(target.value)} />;
  const kind = type === "date" ? "date" : type === "link" ? "url" : "text";
  return <Input id={id} type={kind} maxLength={2_000} value={typed} onChange={({ target }) => change(target.value)} />;
}
