import { DeleteOutlined } from "@ant-design/icons";
import { deleteChannelTerms, listChannelTerms, queryChannels, saveChannelTerms } from "@terrace/contract/api/insight-channels";
import { CHANNEL_KINDS } from "@terrace/domain/insight/channels/channel-terms";
import { App, Button, Drawer, Form, Input, InputNumber, Select } from "antd";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { majorUnits } from "../../../ui/format/numbers.ts";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import "../annotations/annotations.css";

type Fields = {
  readonly channel: string;
  readonly kind: (typeof CHANNEL_KINDS)[number];
  readonly sharePercent?: number;
  readonly fee?: number;
  readonly feeFrom?: string;
  readonly feeTo?: string;
  readonly aliases?: string[];
};

const dayOrNull = (day: string | undefined) => (day === undefined || day === "" ? null : day);

function termsFrom({ channel, kind, sharePercent = 0, fee = 0, feeFrom, feeTo, aliases = [] }: Fields, currency: string) {
  return {
    channel,
    kind,
    aliases,
    sharePercent,
    feeMinor: Math.round(fee / majorUnits(1, currency)),
    feeFrom: dayOrNull(feeFrom),
    feeTo: dayOrNull(feeTo),
  };
}

/** What was agreed with channels, partners and KOLs: their kind, share and fee, and the names they go by. */
export function TermsDrawer({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const phone = usePhone();
  const format = useFormat();
  const params = useWorkspaceParams();
  const write = useMay()("events:define");
  const showFault = useFaultMessage();
  const { modal } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const terms = useCall(listChannelTerms, { params });
  const save = useChange(saveChannelTerms, [listChannelTerms, queryChannels]);
  const remove = useChange(deleteChannelTerms, [listChannelTerms, queryChannels]);
  const submit = (fields: Fields) =>
    save.mutate({ params, body: termsFrom(fields, format.currency) }, { onSuccess: () => form.resetFields(), onError: showFault });
  const confirm = (channel: string) =>
    void modal.confirm({
      title: text("insight.channels.forget"),
      content: channel,
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params: { ...params, channel } }).catch(showFault),
    });
  return (
    <Drawer open title={text("insight.channels.seeTerms")} onClose={onClose} size={phone ? "100%" : 480}>
      {write ? (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          className="annotation-form"
          initialValues={{ kind: "partner" }}
          onFinish={submit}
        >
          <Form.Item
            name="channel"
            label={text("insight.channels.channel")}
            rules={[{ required: true, whitespace: true, message: text("insight.channels.needsChannel") }]}
          >
            <Input maxLength={255} />
          </Form.Item>
          <Form.Item name="kind" label={text("insight.channels.kind")}>
            <Select options={CHANNEL_KINDS.map((kind) => ({ value: kind, label: text(`insight.channels.kind.${kind}`) }))} />
          </Form.Item>
          <Form.Item name="sharePercent" label={text("insight.channels.share")}>
            <InputNumber<number> min={0} max={100} precision={2} suffix="%" />
          </Form.Item>
          <Form.Item name="fee" label={text("insight.channels.fee", { currency: format.currency })}>
            <InputNumber<number> min={0} precision={2} />
          </Form.Item>
          <Form.Item name="feeFrom" label={text("insight.channels.feeFrom")}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="feeTo" label={text("insight.channels.feeTo")}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="aliases" label={text("insight.channels.aliases")}>
            <Select mode="tags" open={false} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {text("common.save")}
          </Button>
        </Form>
      ) : null}
      <QueryView query={terms} skeleton={3}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState text={text("insight.channels.noTerms")} />
          ) : (
            <ul className="annotations">
              {items.map((one) => (
                <li key={one.channel}>
                  <div>
                    <b>{one.channel}</b>
                    <span className="muted small">
                      {text(`insight.channels.kind.${one.kind}`)} · {one.sharePercent}% · {format.money(one.feeMinor)}
                    </span>
                  </div>
                  {write ? (
                    <>
                      <Button
                        size="small"
                        onClick={() =>
                          form.setFieldsValue({
                            ...one,
                            fee: majorUnits(one.feeMinor, format.currency),
                            feeFrom: one.feeFrom ?? "",
                            feeTo: one.feeTo ?? "",
                          })
                        }
                      >
                        {text("common.edit")}
                      </Button>
                      <Button
                        type="text"
                        size="small"
                        aria-label={text("common.delete")}
                        icon={<DeleteOutlined />}
                        onClick={() => confirm(one.channel)}
                      />
                    </>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Drawer>
  );
}
