import { listNoticeDeliveries, listNoticeTargets } from "@terrace/contract/api/notify";
import { listReports, makeReport, sendReport, type ReportView } from "@terrace/contract/api/reports";
import { App, Button, Dropdown, Form, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { startDownload } from "../exports/download.ts";
import { reportLanguage } from "./report-words.ts";

/** What can be done with a report that is made. */
export function ReportActions({ report }: { readonly report: ReportView }) {
  const text = useText();
  const language = reportLanguage(useLanguage());
  const link = useLink();
  const navigate = useNavigate();
  const may = useMay();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [sending, setSending] = useState(false);
  const again = useChange(makeReport, [listReports]);
  const file = (form: "pdf" | "html") =>
    startDownload(`/api/workspaces/${params.workspace}/reports/${report.id}/${form}?language=${language}`);
  const remake = () =>
    again.mutate(
      { params, body: { kind: report.kind, date: report.from, again: true } },
      { onSuccess: ({ id }) => void navigate(link(`insight/reports/${id}`)), onError: showFault },
    );
  return (
    <>
      <Button onClick={() => file("pdf")}>{text("reports.pdf")}</Button>
      {may("reports:manage") ? (
        <Button type="primary" onClick={() => setSending(true)}>
          {text("reports.send")}
        </Button>
      ) : null}
      <Dropdown
        menu={{
          items: [
            { key: "html", label: text("reports.html") },
            ...(may("reports:manage") ? [{ key: "again", label: text("reports.again") }] : []),
          ],
          onClick: ({ key }) => (key === "html" ? file("html") : remake()),
        }}
      >
        <Button>{text("common.more")}</Button>
      </Dropdown>
      {sending ? <SendReport report={report} onClose={() => setSending(false)} /> : null}
    </>
  );
}

type SendFields = { readonly targetIds: string[] };

function SendReport({ report, onClose }: { readonly report: ReportView; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const targets = useCall(listNoticeTargets, { params });
  const send = useChange(sendReport, [listNoticeDeliveries]);
  const submit = ({ targetIds }: SendFields) =>
    send.mutate(
      { params: { ...params, report: report.id }, body: { targetIds } },
      {
        onSuccess: ({ queued }) => {
          void message.success(queued === 0 ? text("reports.sentBefore") : text("reports.sent", { count: queued }));
          onClose();
        },
        onError: showFault,
      },
    );
  const options = (targets.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <FormModal<SendFields>
      title={text("reports.sendTitle")}
      okText={text("reports.send")}
      busy={send.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="targetIds" label={text("reports.tab.targets")} rules={[{ required: true, message: text("signIn.required") }]}>
        <Select mode="multiple" options={options} placeholder={text(options.length === 0 ? "reports.noTargets" : "reports.toWhom")} />
      </Form.Item>
    </FormModal>
  );
}
