import {
  addSuppression,
  findSuppression,
  liftSuppression,
  listSuppressions,
  type SuppressionView,
} from "@terrace/contract/api/suppressions";
import { ADDRESS_KIND } from "@terrace/domain/messages/address-kind";
import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { Alert, App, Form, Input, Select } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";

const CHANNELS = MESSAGE_CHANNELS.filter((channel) => ADDRESS_KIND[channel] !== undefined);
type Address = { readonly channel: MessageChannel; readonly address: string };
type Closing = { readonly onClose: () => void };

/** Sends nothing to an address any more. */
export function SuppressModal({ onClose }: Closing) {
  const text = useText();
  const { message } = App.useApp();
  const params = useWorkspaceParams();
  const add = useChange(addSuppression, [listSuppressions]);
  const submit = (body: Address & { readonly detail: string }) =>
    add.mutate(
      { params, body },
      {
        onSuccess: () => {
          void message.success(text("governor.suppressedNow"));
          onClose();
        },
      },
    );
  return (
    <FormModal
      title={text("governor.suppress")}
      okText={text("governor.suppress")}
      busy={add.isPending}
      error={add.error}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ channel: "sms" }}
    >
      <AddressItems />
      <WhyItem name="detail" />
    </FormModal>
  );
}

/** Tells whether an address is suppressed. */
export function FindModal({ onClose }: Closing) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const find = useChange(findSuppression);
  const found = find.data?.item;
  return (
    <FormModal<Address>
      title={text("governor.find")}
      okText={text("governor.findDo")}
      busy={find.isPending}
      error={find.error}
      onSubmit={(body) => find.mutate({ params, body })}
      onClose={onClose}
      initialValues={{ channel: "sms" }}
    >
      <AddressItems />
      {found === undefined || find.isPending ? null : found === null ? (
        <Alert type="success" showIcon title={text("governor.notSuppressed")} />
      ) : (
        <Alert
          type="warning"
          showIcon
          title={text("governor.isSuppressed", { why: text(`governor.because.${found.reason}`), at: format.tableTime(found.at) })}
        />
      )}
    </FormModal>
  );
}

/** Lets an address get messages again. */
export function LiftModal({ suppression, onClose }: Closing & { readonly suppression: SuppressionView }) {
  const text = useText();
  const { message } = App.useApp();
  const params = { ...useWorkspaceParams(), suppression: suppression.id };
  const lift = useChange(liftSuppression, [listSuppressions]);
  const submit = (body: { readonly reason: string }) =>
    lift.mutate(
      { params, body },
      {
        onSuccess: () => {
          void message.success(text("governor.lifted"));
          onClose();
        },
      },
    );
  return (
    <FormModal
      title={text("governor.liftTitle", { address: suppression.address ?? text("governor.addressUnknown") })}
      okText={text("governor.lift")}
      busy={lift.isPending}
      error={lift.error}
      onSubmit={submit}
      onClose={onClose}
      danger
    >
      <p>{text("governor.liftBody")}</p>
      <WhyItem name="reason" />
    </FormModal>
  );
}

function AddressItems() {
  const text = useText();
  return (
    <>
      <Form.Item name="channel" label={text("governor.channel")}>
        <Select options={CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="address"
        label={text("governor.address")}
        extra={text("governor.addressHint")}
        rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
      >
        <Input maxLength={255} autoComplete="off" autoFocus />
      </Form.Item>
    </>
  );
}

function WhyItem({ name }: { readonly name: string }) {
  const text = useText();
  return (
    <Form.Item name={name} label={text("governor.why")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
      <Input maxLength={300} />
    </Form.Item>
  );
}
