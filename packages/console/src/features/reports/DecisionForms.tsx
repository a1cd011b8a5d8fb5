import { DECISION_OUTCOMES, listDecisions, recordDecision, reviewDecision, type DecisionView } from "@terrace/contract/api/reports";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import { Form, Input, Segmented, Select } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { reportLanguage } from "./report-words.ts";

const REVIEW_AFTER_MS = 28 * 86_400_000;
const TEXT_MAX = 4_000;

type RecordFields = { readonly decided: string; readonly expected: string; readonly figure?: string; readonly reviewOn: string };
type RecordProps = { readonly report: { readonly id: string; readonly content: ReportContent }; readonly onClose: () => void };

/** Writes down what was decided from a report. */
export function RecordDecision({ report, onClose }: RecordProps) {
  const text = useText();
  const format = useFormat();
  const language = reportLanguage(useLanguage());
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const record = useChange(recordDecision, [listDecisions]);
  const submit = ({ decided, expected, figure = "", reviewOn }: RecordFields) =>
    record.mutate(
      { params: { ...params, report: report.id }, body: { decided, expected, figure, reviewOn } },
      { onSuccess: onClose, onError: showFault },
    );
  return (
    <FormModal<RecordFields>
      title={text("decisions.record")}
      okText={text("common.save")}
      busy={record.isPending}
      onSubmit={submit}
      onClose={onClose}
      width={520}
      initialValues={{ expected: "", reviewOn: format.day(Date.now() + REVIEW_AFTER_MS) }}
    >
      <Form.Item
        name="decided"
        label={text("decisions.decided")}
        rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
      >
        <Input.TextArea autoFocus maxLength={TEXT_MAX} autoSize={{ minRows: 2, maxRows: 8 }} />
      </Form.Item>
      <Form.Item name="expected" label={text("decisions.expected")}>
        <Input.TextArea maxLength={TEXT_MAX} autoSize={{ minRows: 1, maxRows: 6 }} />
      </Form.Item>
      <Form.Item name="figure" label={text("decisions.figure")}>
        <Select allowClear options={report.content.figures.map(({ id, name }) => ({ value: id, label: name[language] }))} />
      </Form.Item>
      <Form.Item name="reviewOn" label={text("decisions.reviewOn")} rules={[{ required: true, message: text("signIn.required") }]}>
        <Input type="date" />
      </Form.Item>
    </FormModal>
  );
}

type ReviewFields = { readonly outcome: (typeof DECISION_OUTCOMES)[number]; readonly result: string };

/** Writes down what came of a decision. */
export function ReviewDecision({ decision, onClose }: { readonly decision: DecisionView; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const review = useChange(reviewDecision, [listDecisions]);
  const submit = (body: ReviewFields) =>
    review.mutate({ params: { ...params, decision: decision.id }, body }, { onSuccess: onClose, onError: showFault });
  return (
    <FormModal<ReviewFields>
      title={text("decisions.review")}
      okText={text("common.save")}
      busy={review.isPending}
      onSubmit={submit}
      onClose={onClose}
      width={480}
      initialValues={{ outcome: "worked", result: "" }}
    >
      <p className="decision-text">{decision.decided}</p>
      <Form.Item name="outcome" label={text("decisions.outcome")}>
        <Segmented block options={DECISION_OUTCOMES.map((value) => ({ value, label: text(`decisions.outcome.${value}`) }))} />
      </Form.Item>
      <Form.Item name="result" label={text("decisions.result")}>
        <Input.TextArea maxLength={TEXT_MAX} autoSize={{ minRows: 2, maxRows: 8 }} />
      </Form.Item>
    </FormModal>
  );
}
