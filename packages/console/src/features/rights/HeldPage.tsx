import { getPerson } from "@terrace/contract/api/people";
import { describeHeld, describeHeldClear, type HeldReport } from "@terrace/contract/api/rights";
import { DownloadOutlined, EyeOutlined } from "@ant-design/icons";
import { Button, Dropdown, Form, Input } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { downloadJson, downloadText } from "./download.ts";
import { HeldGroups } from "./HeldGroups.tsx";
import { heldHtml, type HeldWords } from "./held-html.ts";

/** Everything held about a person, by store; to look at and to hand over. */
export function HeldPage() {
  const text = useText();
  const may = useMay();
  const { person: id = "" } = useParams();
  const params = { ...useWorkspaceParams(), person: id };
  const person = useCall(getPerson, { params });
  // Every look is on record, so it is asked for once and not again by itself.
  const held = useCall(describeHeld, { params }, { staleMs: Infinity });
  const [clear, setClear] = useState<HeldReport>();
  const [asking, setAsking] = useState(false);
  const name = person.data?.displayName ?? "";
  const report = clear ?? held.data;
  return (
    <>
      <PageHeader
        title={text("rights.heldTitle", { name })}
        meta={<span>{text(clear === undefined ? "rights.heldIntro" : "rights.heldClearIntro")}</span>}
        actions={
          <>
            {clear === undefined && may("people:unmask") ? (
              <Button icon={<EyeOutlined />} onClick={() => setAsking(true)}>
                {text("rights.showClear")}
              </Button>
            ) : null}
            {report === undefined ? null : <Download report={report} name={name} />}
          </>
        }
      />
      <QueryView query={held} skeleton={10}>
        {(masked) => <HeldView report={clear ?? masked} />}
      </QueryView>
      {asking ? (
        <ClearModal
          id={id}
          onShown={(report) => {
            setClear(report);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function HeldView({ report }: { readonly report: HeldReport }) {
  const text = useText();
  if (report.holders.length === 0) return <EmptyState text={text("rights.heldEmpty")} />;
  return (
    <div className="stack">
      {report.holders.map((holder) => (
        <HeldGroups key={holder.name} holder={holder} />
      ))}
    </div>
  );
}

function Download({ report, name }: { readonly report: HeldReport; readonly name: string }) {
  const text = useText();
  const format = useFormat();
  const words: HeldWords = {
    title: text("rights.heldTitle", { name }),
    madeAt: text("rights.madeAt", { time: format.tableTime(report.madeAt) }),
    what: text("rights.what"),
    value: text("rights.value"),
    at: text("rights.at"),
    holder: (key) => textOr(`rights.holder.${key}`, key),
    group: (key) => textOr(`rights.group.${key}`, key),
    shown: (shown, total) => text("rights.heldShown", { shown: format.count(shown), total: format.count(total) }),
    time: format.tableTime,
  };
  const file = `held-${report.person}`;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          {
            key: "html",
            label: text("rights.downloadHtml"),
            onClick: () => downloadText(`${file}.html`, "text/html", heldHtml(report, format.language, words)),
          },
          { key: "json", label: text("rights.downloadJson"), onClick: () => downloadJson(`${file}.json`, report) },
        ],
      }}
    >
      <Button icon={<DownloadOutlined />}>{text("rights.download")}</Button>
    </Dropdown>
  );
}

type ClearModalProps = { readonly id: string; readonly onShown: (report: HeldReport) => void; readonly onClose: () => void };

function ClearModal({ id, onShown, onClose }: ClearModalProps) {
  const text = useText();
  const params = { ...useWorkspaceParams(), person: id };
  const showFault = useFaultMessage();
  const ask = useChange(describeHeldClear);
  return (
    <FormModal<{ readonly reason: string }>
      title={text("rights.clearTitle")}
      okText={text("rights.showClear")}
      busy={ask.isPending}
      onSubmit={({ reason }) => ask.mutate({ params, body: { reason } }, { onSuccess: onShown, onError: showFault })}
      onClose={onClose}
    >
      <p className="muted">{text("rights.clearHint")}</p>
      <Form.Item
        name="reason"
        label={text("rights.reason")}
        rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("rights.reasonRule") }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={300} placeholder={text("rights.reasonExample")} />
      </Form.Item>
    </FormModal>
  );
}
