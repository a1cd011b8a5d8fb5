import { createNoticeTarget, listNoticeTargets, updateNoticeTarget, type NoticeTargetView } from "@terrace/contract/api/notify";
import { NOTICE_LANGUAGES, TARGET_KINDS, type NoticeLanguage, type TargetKind } from "@terrace/domain/notify/notice";
import { App, Form, Input, Segmented, Select } from "antd";
import { ApiFault } from "../../app/api/api-fault.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage, useFaultText } from "../../ui/use-fault-text.ts";

type Fields = {
  readonly name: string;
  readonly kind: TargetKind;
  readonly language: NoticeLanguage;
  readonly to?: string;
  readonly address?: string;
  readonly secret?: string;
};

/** Adds a target, or changes one; an address that is left empty stays. */
export function TargetForm({ target, onClose }: { readonly target?: NoticeTargetView; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const faultText = useFaultText();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? target?.kind ?? "email";
  const make = useChange(createNoticeTarget, [listNoticeTargets]);
  const change = useChange(updateNoticeTarget, [listNoticeTargets]);
  const refuse = (error: unknown) => {
    const field = error instanceof ApiFault ? (error.field ?? "") : "";
    if (field.startsWith("place.to")) form.setFields([{ name: "to", errors: [faultText(error)] }]);
    else if (field.startsWith("place.address")) form.setFields([{ name: "address", errors: [faultText(error)] }]);
    else showFault(error);
  };
  const showSecret = (secret: string | null) => {
    onClose();
    if (secret !== null)
      modal.info({ title: text("targets.secretShown"), content: <Code text={secret} label={text("targets.secret")} />, width: 520 });
  };
  const submit = (fields: Fields) => {
    const place = placeOf(fields);
    const { name, language } = fields;
    if (target !== undefined)
      change.mutate(
        { params: { ...params, target: target.id }, body: { name, language, ...(place === undefined ? {} : { place }) } },
        { onSuccess: onClose, onError: refuse },
      );
    else if (place !== undefined)
      make.mutate({ params, body: { name, language, place } }, { onSuccess: ({ secret }) => showSecret(secret), onError: refuse });
  };
  return (
    <FormModal<Fields>
      title={text(target === undefined ? "targets.new" : "targets.edit")}
      okText={text(target === undefined ? "common.create" : "common.save")}
      busy={make.isPending || change.isPending}
      onSubmit={submit}
      onClose={onClose}
      form={form}
      width={480}
      initialValues={{
        name: target?.name ?? "",
        kind: target?.kind ?? "email",
        language: target?.language ?? "zh",
        ...(target?.kind === "email" ? { to: target.place.split(", ").join("\n") } : {}),
      }}
    >
      <Form.Item name="name" label={text("targets.name")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
        <Input autoFocus maxLength={80} placeholder={text("targets.nameExample")} />
      </Form.Item>
      <Form.Item name="kind" label={text("targets.kind")}>
        <Select disabled={target !== undefined} options={TARGET_KINDS.map((value) => ({ value, label: text(`targets.kind.${value}`) }))} />
      </Form.Item>
      <PlaceFields kind={kind} shown={target?.place} />
      <Form.Item name="language" label={text("targets.language")}>
        <Segmented options={NOTICE_LANGUAGES.map((value) => ({ value, label: text(`targets.language.${value}`) }))} />
      </Form.Item>
    </FormModal>
  );
}

function PlaceFields({ kind, shown }: { readonly kind: TargetKind; readonly shown: string | undefined }) {
  const text = useText();
  const required = shown === undefined ? [{ required: true, whitespace: true, message: text("signIn.required") }] : [];
  if (kind === "email")
    return (
      <Form.Item name="to" label={text("targets.to")} extra={text("targets.toHint")} rules={required}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} />
      </Form.Item>
    );
  return (
    <>
      <Form.Item
        name="address"
        label={text("targets.address")}
        {...(shown === undefined ? {} : { extra: text("targets.addressHint") })}
        rules={required}
      >
        <Input maxLength={2_000} placeholder={shown ?? "https://"} inputMode="url" autoComplete="off" />
      </Form.Item>
      {kind === "dingtalk" || kind === "feishu" ? (
        <Form.Item name="secret" label={text("targets.secret")} extra={text("targets.secretHint")}>
          <Input.Password maxLength={500} autoComplete="new-password" />
        </Form.Item>
      ) : null}
    </>
  );
}

/** Where the target is; undefined when nothing was entered. */
function placeOf({ kind, to = "", address = "", secret = "" }: Fields) {
  if (kind === "email") {
    const given = to.split(/[\s,;\uFF0C\uFF1B]+/).filter((one) => one !== "");
    return given.length === 0 ? undefined : { kind, to: given };
  }
  if (address.trim() === "") return undefined;
  if (kind === "dingtalk" || kind === "feishu")
    return { kind, address: address.trim(), ...(secret.trim() === "" ? {} : { secret: secret.trim() }) };
  return { kind, address: address.trim() };
}
