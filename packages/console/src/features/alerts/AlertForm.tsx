import { createAlert, listAlerts, updateAlert, type AlertView } from "@terrace/contract/api/alerts";
import { listNoticeTargets } from "@terrace/contract/api/notify";
import { ALERT_UNITS } from "@terrace/domain/insight/alerts/alert-rule";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button, Drawer, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useMetricOptions, useMetrics } from "../dashboards/use-metrics.ts";
import { SelectorRow } from "../insight/frame/SelectorRow.tsx";
import { fieldsOf, NEW_ALERT, unitOf, watchedOf, type AlertFields, type Selector } from "./alert-fields.ts";
import { AlertPreview } from "./AlertPreview.tsx";

const SIDES = { threshold: ["above", "below"], change: ["up", "down", "either"], anomaly: ["up", "down", "either"] } as const;
const CONSECUTIVE_MAX = 20;
const ANY: Selector = { event: null };
/** When values for conditions are looked for. */
const MONTH: AskedPeriod = { last: 30, unit: "day" };

/** Makes an alert, or changes one; beside the fields stands how often it would have been raised lately. */
export function AlertForm({ alert, onClose }: { readonly alert?: AlertView; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<AlertFields>();
  const { fields: initial, kept } = alert === undefined ? { fields: NEW_ALERT, kept: undefined } : fieldsOf(alert);
  const watched: Partial<AlertFields> = Form.useWatch([], form) ?? {};
  const fields: AlertFields = { ...initial, ...watched };
  const asked = watchedOf(fields, kept);
  const metric = useMetrics()?.get(fields.metric ?? "");
  const unit = kept !== undefined ? (alert?.unit ?? "number") : fields.what === "metric" ? (metric?.unit ?? "number") : unitOf(fields);
  const marked = unit === "share" || unit === "money";
  const make = useChange(createAlert, [listAlerts]);
  const change = useChange(updateAlert, [listAlerts]);
  const submit = () => {
    if (asked === undefined) return;
    const body = { ...asked, name: fields.name.trim(), unit, targetIds: [...fields.targetIds], paused: alert?.paused ?? false };
    const options = { onSuccess: onClose, onError: showFault };
    if (alert === undefined) make.mutate({ params, body }, options);
    else change.mutate({ params: { ...params, alert: alert.id }, body }, options);
  };
  return (
    <Drawer
      open
      size={560}
      title={text(alert === undefined ? "alerts.new" : "alerts.edit")}
      onClose={onClose}
      extra={
        <Button type="primary" disabled={asked === undefined} loading={make.isPending || change.isPending} onClick={() => form.submit()}>
          {text("common.save")}
        </Button>
      }
    >
      <Form<AlertFields> form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={submit}>
        <Form.Item name="name" label={text("alerts.name")} rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}>
          <Input maxLength={80} placeholder={text("alerts.nameExample")} />
        </Form.Item>
        {kept === undefined ? <QuestionFields what={fields.what} measure={fields.measure} /> : null}
        <RuleFields
          rule={fields.rule}
          {...(marked ? { unitHint: text(`alerts.valueHint.${unit}`) } : {})}
          onRule={(rule) => form.setFieldValue("side", SIDES[rule][0])}
        />
        <TargetsField />
      </Form>
      <AlertPreview asked={asked} unit={unit} />
    </Drawer>
  );
}

function QuestionFields({ what, measure }: Pick<AlertFields, "what" | "measure">) {
  const text = useText();
  const metrics = useMetricOptions();
  return (
    <div className="alert-fields">
      <Form.Item name="what" label={text("alerts.what")}>
        <Segmented options={(["events", "metric"] as const).map((value) => ({ value, label: text(`alerts.what.${value}`) }))} />
      </Form.Item>
      {what === "metric" ? (
        <Form.Item name="metric" label={text("alerts.metric")} rules={[{ required: true, message: text("signIn.required") }]}>
          <Select showSearch={{ optionFilterProp: "label" }} options={metrics} placeholder={text("alerts.chooseMetric")} />
        </Form.Item>
      ) : (
        <>
          <Form.Item name="selector" label={text("alerts.event")}>
            <PickedEvents />
          </Form.Item>
          <Form.Item name="measure" label={text("alerts.measure")}>
            <Select options={(["events", "people", "sum"] as const).map((value) => ({ value, label: text(`alerts.measure.${value}`) }))} />
          </Form.Item>
        </>
      )}
      {what === "events" && measure === "sum" ? (
        <Form.Item name="property" label={text("alerts.property")}>
          <Input maxLength={255} placeholder={text("alerts.propertyExample")} />
        </Form.Item>
      ) : null}
      <Form.Item name="interval" label={text("alerts.interval")}>
        <Select options={ALERT_UNITS.map((value) => ({ value, label: text(`alerts.interval.${value}`) }))} />
      </Form.Item>
    </div>
  );
}

/** The form hands value and change in. */
function PickedEvents({ value = ANY, onChange }: { readonly value?: Selector; readonly onChange?: (selector: Selector) => void }) {
  return <SelectorRow selector={value} period={MONTH} onChange={(selector) => onChange?.(selector)} />;
}

type RuleProps = { readonly rule: AlertFields["rule"]; readonly unitHint?: string; readonly onRule: (rule: AlertFields["rule"]) => void };

function RuleFields({ rule, unitHint, onRule }: RuleProps) {
  const text = useText();
  const number = { style: { width: "100%" } } as const;
  return (
    <>
      <Form.Item name="rule" label={text("alerts.rule")}>
        <Segmented
          block
          onChange={(next) => onRule(next)}
          options={(["anomaly", "change", "threshold"] as const).map((value) => ({ value, label: text(`alerts.rule.${value}`) }))}
        />
      </Form.Item>
      <div className="alert-fields">
        <Form.Item name="side" label={text("alerts.side")}>
          <Select options={SIDES[rule].map((value) => ({ value, label: text(`alerts.side.${value}`) }))} />
        </Form.Item>
        {rule === "threshold" ? (
          <>
            <Form.Item name="value" label={text("alerts.value")} {...(unitHint === undefined ? {} : { extra: unitHint })}>
              <InputNumber {...number} />
            </Form.Item>
            <Form.Item name="until" label={text("alerts.until")} tooltip={text("alerts.untilHint")}>
              <InputNumber {...number} />
            </Form.Item>
          </>
        ) : null}
        {rule === "change" ? (
          <>
            <Form.Item name="percent" label={text("alerts.share")}>
              <InputNumber {...number} min={0.1} max={100_000} />
            </Form.Item>
            <Form.Item name="against" label={text("alerts.against")} initialValue="previous">
              <Select
                options={(["previous", "week_before"] as const).map((value) => ({ value, label: text(`alerts.against.${value}`) }))}
              />
            </Form.Item>
          </>
        ) : null}
        <Form.Item name="consecutive" label={text("alerts.consecutive")}>
          <InputNumber {...number} min={1} max={CONSECUTIVE_MAX} precision={0} />
        </Form.Item>
      </div>
    </>
  );
}

function TargetsField() {
  const text = useText();
  const targets = useCall(listNoticeTargets, { params: useWorkspaceParams() });
  const options = (targets.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Form.Item name="targetIds" label={text("reports.toWhom")}>
      <Select mode="multiple" options={options} placeholder={text(options.length === 0 ? "reports.noTargets" : "reports.nobody")} />
    </Form.Item>
  );
}
