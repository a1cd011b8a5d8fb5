import { MoreOutlined } from "@ant-design/icons";
import {
  deleteChannelProvider,
  listChannelProviders,
  rotateChannelSecret,
  updateChannelProvider,
  type ChannelProvider,
} from "@terrace/contract/api/channels";
import { App, Button, Dropdown, Space } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Acting = { readonly provider: ChannelProvider; readonly onEdit: () => void; readonly onTest: () => void };

/** What can be done with a provider. */
export function ProviderActions({ provider, onEdit, onTest }: Acting) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), provider: provider.id };
  const change = useChange(updateChannelProvider, [listChannelProviders]);
  const rotate = useChange(rotateChannelSecret, [listChannelProviders]);
  const remove = useChange(deleteChannelProvider, [listChannelProviders]);
  const set = (body: { state?: "on" | "off"; isDefault?: true }) => change.mutate({ params, body }, { onError: showFault });
  const showSecret = (secret: string | null) => {
    if (secret !== null)
      modal.info({
        title: text("channels.signingSecretShown"),
        content: <Code text={secret} label={text("channels.signingSecret")} />,
        width: 520,
      });
  };
  const confirm = (asked: { title: string; content: string; okText: string; onOk: () => Promise<void> }) =>
    void modal.confirm({ ...asked, okButtonProps: { danger: true }, cancelText: text("common.cancel") });
  const renew = (what: "receipt_path" | "signing_secret") =>
    confirm({
      title: text(`channels.rotate.${what}`),
      content: text(`channels.rotateBody.${what}`),
      okText: text("channels.rotateNow"),
      onOk: () => rotate.mutateAsync({ params, body: { what } }).then(({ signingSecret }) => showSecret(signingSecret), showFault),
    });
  const askDelete = () =>
    confirm({
      title: text("channels.deleteTitle", { name: provider.name }),
      content: text("channels.deleteBody"),
      okText: text("common.delete"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  const isOn = provider.state === "on";
  const items = [
    { key: "state", label: text(isOn ? "channels.turnOff" : "channels.turnOn"), onClick: () => set({ state: isOn ? "off" : "on" }) },
    ...(provider.isDefault ? [] : [{ key: "default", label: text("channels.makeDefault"), onClick: () => set({ isDefault: true }) }]),
    ...(provider.receiptPath === null
      ? []
      : [{ key: "path", label: text("channels.rotate.receipt_path"), onClick: () => renew("receipt_path") }]),
    ...(provider.secretsSet.includes("signingSecret")
      ? [{ key: "secret", label: text("channels.rotate.signing_secret"), onClick: () => renew("signing_secret") }]
      : []),
    { key: "delete", label: text("common.delete"), danger: true, onClick: askDelete },
  ];
  return (
    <Space size={6}>
      <Button size="small" onClick={onTest}>
        {text("channels.test")}
      </Button>
      <Button size="small" onClick={onEdit}>
        {text("common.edit")}
      </Button>
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button
          size="small"
          icon={<MoreOutlined />}
          loading={change.isPending}
          aria-label={text("channels.more", { name: provider.name })}
        />
      </Dropdown>
    </Space>
  );
}
