import { PROVIDER_SECRETS } from "@terrace/contract/api/channel-settings";
import { createChannelProvider, listChannelProviders, updateChannelProvider, type ChannelProvider } from "@terrace/contract/api/channels";
import { MESSAGE_CHANNELS, PROVIDER_KINDS, type MessageChannel, type ProviderKind } from "@terrace/domain/messages/channel";
import { App, Form, Input, InputNumber, Select } from "antd";
import { ApiFault } from "../../app/api/api-fault.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage, useFaultText } from "../../ui/use-fault-text.ts";
import { LONG_SECRETS } from "./provider-fields.ts";
import { enteredOf, initialOf, readSettings, type EnteredSettings } from "./provider-input.ts";
import { SettingsFields } from "./SettingsFields.tsx";

type Fields = {
  readonly name: string;
  readonly channel: MessageChannel;
  readonly kind: ProviderKind;
  readonly ratePerSecond?: number | null;
  readonly settings?: EnteredSettings;
  readonly secrets?: Readonly<Record<string, string | undefined>>;
};

/** Adds a provider, or changes one; a secret that is left empty stays. */
export function ProviderForm({ provider, onClose }: { readonly provider?: ChannelProvider; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const faultText = useFaultText();
  const [form] = Form.useForm<Fields>();
  const channel = Form.useWatch("channel", form) ?? provider?.channel ?? "email";
  const kind = Form.useWatch("kind", form) ?? provider?.kind ?? "smtp";
  const make = useChange(createChannelProvider, [listChannelProviders]);
  const change = useChange(updateChannelProvider, [listChannelProviders]);
  const refuse = (error: unknown) => {
    const path = error instanceof ApiFault && error.field !== undefined ? error.field.split(".") : [];
    const known = path.length > 0 && form.getFieldInstance(path) !== undefined;
    if (known) form.setFields([{ name: path, errors: [faultText(error)] }]);
    else showFault(error);
  };
  const showSecret = (secret: string | null) => {
    onClose();
    if (secret !== null)
      modal.info({
        title: text("channels.signingSecretShown"),
        content: <Code text={secret} label={text("channels.signingSecret")} />,
        width: 520,
      });
  };
  const submit = ({ name, ratePerSecond = null, settings: entered = {}, secrets: given = {}, ...rest }: Fields) => {
    const read = readSettings(rest.kind, entered);
    if ("wrong" in read) return form.setFields(read.wrong.map(([path, error]) => ({ name: ["settings", ...path], errors: [error] })));
    const secrets = Object.fromEntries(
      Object.entries(given).flatMap(([key, value]) => (value === undefined || value.trim() === "" ? [] : [[key, value]])),
    );
    const body = { name: name.trim(), ratePerSecond, settings: read.settings, secrets };
    if (provider === undefined)
      make.mutate(
        { params, body: { ...body, channel: rest.channel } },
        { onSuccess: ({ signingSecret }) => showSecret(signingSecret), onError: refuse },
      );
    else change.mutate({ params: { ...params, provider: provider.id }, body }, { onSuccess: onClose, onError: refuse });
  };
  const chooseKind = (next: ProviderKind) => form.setFieldsValue({ kind: next, settings: initialOf(next) });
  return (
    <FormModal<Fields>
      title={text(provider === undefined ? "channels.new" : "channels.edit")}
      okText={text(provider === undefined ? "common.create" : "common.save")}
      busy={make.isPending || change.isPending}
      onSubmit={submit}
      onClose={onClose}
      form={form}
      width={560}
      initialValues={{
        name: provider?.name ?? "",
        channel: provider?.channel ?? "email",
        kind: provider?.kind ?? "smtp",
        ratePerSecond: provider?.ratePerSecond ?? null,
        settings: provider === undefined ? initialOf("smtp") : enteredOf(provider.settings),
      }}
    >
      <Form.Item name="channel" label={text("channels.channel")}>
        <Select
          disabled={provider !== undefined}
          options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`channels.channel.${value}`) }))}
          onChange={(next: MessageChannel) => chooseKind(PROVIDER_KINDS[next][0])}
        />
      </Form.Item>
      <Form.Item name="kind" label={text("channels.kind")}>
        <Select
          disabled={provider !== undefined}
          options={PROVIDER_KINDS[channel].map((value) => ({ value, label: text(`channels.kind.${value}`) }))}
          onChange={chooseKind}
        />
      </Form.Item>
      <Form.Item name="name" label={text("channels.name")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
        <Input maxLength={80} placeholder={text("channels.nameExample")} />
      </Form.Item>
      <SettingsFields kind={kind} />
      <SecretFields kind={kind} isKept={(name) => provider?.secretsSet.includes(name) === true} />
      <Form.Item name="ratePerSecond" label={text("channels.rate")} extra={text("channels.rateHint")}>
        <InputNumber min={1} max={10_000} precision={0} />
      </Form.Item>
    </FormModal>
  );
}

function SecretFields({ kind, isKept }: { readonly kind: ProviderKind; readonly isKept: (name: string) => boolean }) {
  const text = useText();
  const secrets: Readonly<Record<string, "required" | "optional">> = PROVIDER_SECRETS[kind];
  return Object.entries(secrets).map(([name, need]) => (
    <Form.Item
      key={`${kind}.${name}`}
      name={["secrets", name]}
      label={text(`channels.secret.${secretNameOf(name)}`)}
      {...(isKept(name) ? { extra: text("channels.secretKept") } : {})}
      rules={need === "required" && !isKept(name) ? [{ required: true, message: text("signIn.required") }] : []}
    >
      {LONG_SECRETS.has(`${kind}.${name}`) ? (
        <Input.TextArea className="mono" autoSize={{ minRows: 3, maxRows: 6 }} spellCheck={false} autoComplete="off" />
      ) : (
        <Input.Password maxLength={10_000} autoComplete="new-password" />
      )}
    </Form.Item>
  ));
}

const SECRET_NAMES = [
  "password",
  "dkimKey",
  "receiptSecret",
  "accessKeySecret",
  "secretKey",
  "authToken",
  "secret",
  "privateKey",
  "masterSecret",
  "appSecret",
] as const;

function secretNameOf(name: string): (typeof SECRET_NAMES)[number] {
  const found = SECRET_NAMES.find((known) => known === name);
  if (found === undefined) throw new Error(`${name} is no secret`);
  return found;
}
