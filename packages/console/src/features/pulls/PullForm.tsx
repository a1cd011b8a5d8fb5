import { createPull, listPulls, PULL_FORMATS, updatePull, type PullView } from "@terrace/contract/api/pulls";
import { Form, Input, Segmented } from "antd";
import { ApiFault } from "../../app/api/api-fault.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText, type TextKey } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage, useFaultText } from "../../ui/use-fault-text.ts";
import { MappingField } from "./MappingField.tsx";
import { bodyOf, fieldsOf, PORTS, type PullFields } from "./pull-fields.ts";
import { DatabaseFields, HttpFields } from "./PullPlaceFields.tsx";
import { ScheduleFields } from "./ScheduleFields.tsx";
import { SinceFields } from "./SinceFields.tsx";
import "./pulls.css";

type PullFormProps = { readonly pull?: PullView; readonly onClose: () => void };

/** Which field a fault of the API is about, and in which words it is said there; without words in those of its code. */
const FAULT_FIELDS: Readonly<Record<string, readonly [keyof PullFields, TextKey?]>> = {
  "place.url": ["url"],
  "place.headers": ["authorization", "pulls.secretNeeded"],
  "place.host": ["host"],
  "place.password": ["password", "pulls.secretNeeded"],
  "place.query": ["query", "pulls.queryRefused"],
  "place.sinceColumn": ["sinceColumn", "pulls.sinceColumnRefused"],
  since: ["since", "pulls.sinceNeeded"],
};

/** Makes a pull, or changes one; secrets that are left empty stay as they are. */
export function PullForm({ pull, onClose }: PullFormProps) {
  const text = useText();
  const params = useWorkspaceParams();
  const [form] = Form.useForm<PullFields>();
  const make = useChange(createPull, [listPulls]);
  const change = useChange(updatePull, [listPulls]);
  const kind = Form.useWatch("kind", form) ?? pull?.place.kind ?? "http";
  const refuse = useRefusal((name, said) => form.setFields([{ name, errors: [said] }]));
  const submit = (fields: PullFields) => {
    const body = bodyOf(fields);
    const options = { onSuccess: onClose, onError: refuse };
    if (pull === undefined) make.mutate({ params, body }, options);
    else change.mutate({ params: { ...params, pull: pull.id }, body }, options);
  };
  const isNew = pull === undefined;
  return (
    <FormModal<PullFields>
      title={text(isNew ? "pulls.new" : "pulls.editTitle")}
      okText={text(isNew ? "common.create" : "common.save")}
      busy={make.isPending || change.isPending}
      onSubmit={submit}
      onClose={onClose}
      form={form}
      width={560}
      initialValues={fieldsOf(pull)}
    >
      <Form.Item name="name" label={text("pulls.name")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
        <Input autoFocus maxLength={80} placeholder={text("pulls.nameExample")} />
      </Form.Item>
      <Form.Item name="kind" label={text("pulls.kind")}>
        <Segmented
          onChange={(next) => form.setFieldValue("port", PORTS[next])}
          options={(["http", "postgres", "mysql"] as const).map((value) => ({ value, label: text(`pulls.kind.${value}`) }))}
        />
      </Form.Item>
      {kind === "http" ? <HttpFields isNew={isNew} formats={PULL_FORMATS} /> : <DatabaseFields isNew={isNew} />}
      <SinceFields isNew={isNew} />
      <MappingField />
      <ScheduleFields />
    </FormModal>
  );
}

/** Says a refusal at the field it is about, else above the page. */
function useRefusal(sayAt: (name: keyof PullFields, said: string) => void): (error: unknown) => void {
  const text = useText();
  const faultText = useFaultText();
  const showFault = useFaultMessage();
  return (error) => {
    if (!(error instanceof ApiFault)) return showFault(error);
    if (error.code === "import.mapping_invalid") return sayAt("mapping", faultText(error));
    const [name, words] = FAULT_FIELDS[error.field ?? ""] ?? [];
    if (name === undefined) return showFault(error);
    sayAt(name, words === undefined || error.code !== "request.invalid" ? text(`fault.${error.code}`) : text(words));
  };
}
