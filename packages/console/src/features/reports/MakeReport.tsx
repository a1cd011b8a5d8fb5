import { listReports, makeReport } from "@terrace/contract/api/reports";
import { REPORT_KINDS, type ReportKind } from "@terrace/domain/insight/reports/report-period";
import { Form, Input, Segmented } from "antd";
import { useNavigate } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage, useFaultText } from "../../ui/use-fault-text.ts";

type Fields = { readonly kind: ReportKind; readonly date: string };
const WEEK_MS = 7 * 86_400_000;

/** Has the report of a past period made, and opens it. */
export function MakeReport({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const faultText = useFaultText();
  const [form] = Form.useForm<Fields>();
  const make = useChange(makeReport, [listReports]);
  const submit = ({ kind, date }: Fields) =>
    make.mutate(
      { params, body: { kind, date } },
      {
        onSuccess: ({ id }) => void navigate(link(`insight/reports/${id}`)),
        onError: (error) => {
          if (isFault(error, "report.period_invalid", "request.invalid")) form.setFields([{ name: "date", errors: [faultText(error)] }]);
          else showFault(error);
        },
      },
    );
  return (
    <FormModal<Fields>
      title={text("reports.make")}
      okText={text("reports.make")}
      busy={make.isPending}
      onSubmit={submit}
      onClose={onClose}
      form={form}
      width={460}
      initialValues={{ kind: "weekly", date: format.day(Date.now() - WEEK_MS) }}
    >
      <Form.Item name="kind" label={text("reports.kind")}>
        <Segmented block options={REPORT_KINDS.map((value) => ({ value, label: text(`reports.kind.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="date"
        label={text("reports.date")}
        extra={text("reports.dateHint")}
        rules={[{ required: true, message: text("signIn.required") }]}
      >
        <Input type="date" />
      </Form.Item>
    </FormModal>
  );
}
