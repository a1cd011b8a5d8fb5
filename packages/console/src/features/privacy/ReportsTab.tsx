import { getPrivacyReport, keepPrivacyReport, listPrivacyReports } from "@terrace/contract/api/privacy";
import { Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { FactsModal } from "./FactsModal.tsx";
import { KeptReports } from "./KeptReports.tsx";
import { ReportView } from "./ReportView.tsx";

const KINDS = ["records", "impact"] as const;
export type ReportKind = (typeof KINDS)[number];

/** The records of processing and the impact assessment as the configuration is now, and the versions kept. */
export function ReportsTab() {
  const text = useText();
  const manage = useMay()("workspace:manage");
  const address = useAddress();
  const language = useLanguage() === "en" ? "en" : "zh";
  const kind = KINDS.find((one) => one === address.search.get("report")) ?? "records";
  const report = useCall(getPrivacyReport, { params: useWorkspaceParams(), query: { kind, language } }, { keepPrevious: true });
  const [facts, setFacts] = useState<CallAnswer<typeof getPrivacyReport>["facts"]>();
  const [keeping, setKeeping] = useState(false);
  return (
    <div className="stack">
      <div className="row-wrap">
        <Segmented
          value={kind}
          options={KINDS.map((one) => ({ value: one, label: text(`privacy.report.${one}`) }))}
          onChange={(value) => address.set("report", value === "records" ? "" : value)}
        />
        {manage ? (
          <>
            <Button disabled={report.data === undefined} onClick={() => setFacts(report.data?.facts)}>
              {text("privacy.editFacts")}
            </Button>
            <Button type="primary" onClick={() => setKeeping(true)}>
              {text("privacy.keepReport")}
            </Button>
          </>
        ) : null}
      </div>
      <Panel>
        <QueryView query={report} skeleton={10}>
          {(data) => <ReportView report={data} />}
        </QueryView>
      </Panel>
      <KeptReports />
      {facts === undefined ? null : <FactsModal facts={facts} onClose={() => setFacts(undefined)} />}
      {keeping ? <KeepModal kind={kind} onClose={() => setKeeping(false)} /> : null}
    </div>
  );
}

type Fields = { readonly note: string };

function KeepModal({ kind, onClose }: { readonly kind: ReportKind; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const keep = useChange(keepPrivacyReport, [listPrivacyReports]);
  const submit = ({ note }: Fields) => keep.mutate({ params, body: { kind, note } }, { onSuccess: onClose, onError: showFault });
  return (
    <FormModal<Fields>
      title={text("privacy.keepReport")}
      okText={text("common.save")}
      busy={keep.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ note: "" }}
      width={560}
    >
      <p className="muted">{text("privacy.keepHint")}</p>
      <Form.Item name="note" label={text(kind === "impact" ? "privacy.conclusion" : "privacy.note")}>
        <Input.TextArea rows={6} maxLength={10_000} />
      </Form.Item>
    </FormModal>
  );
}
