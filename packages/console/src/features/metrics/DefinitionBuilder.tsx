import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import type { MetricDefinitionBody, MetricView } from "@terrace/contract/api/metric-parts";
import { SERIES_MAX } from "@terrace/domain/insight/trends/trends-plan";
import { Button, Form, Input, InputNumber, Select } from "antd";
import { useLanguage, useText } from "../../app/i18n.ts";
import { MeasurePicker } from "../insight/frame/MeasurePicker.tsx";
import { letterOf } from "../insight/trends/trends-words.ts";
import { EventsField } from "./EventsField.tsx";
import { inLanguage, type Parameter } from "./metric-words.ts";

type Props<Kind extends MetricDefinitionBody["kind"]> = {
  readonly definition: Extract<MetricDefinitionBody, { readonly kind: Kind }>;
  readonly metrics: readonly MetricView[];
  readonly onChange: (definition: MetricDefinitionBody) => void;
};

/** What an own metric is made of, by its kind. */
export function DefinitionBuilder({ definition, ...rest }: Props<MetricDefinitionBody["kind"]>) {
  if (definition.kind === "copy") return <CopyBuilder definition={definition} {...rest} />;
  if (definition.kind === "measure") return <MeasureBuilder definition={definition} {...rest} />;
  if (definition.kind === "ratio") return <RatioBuilder definition={definition} {...rest} />;
  return <FormulaBuilder definition={definition} {...rest} />;
}

function CopyBuilder({ definition, metrics, onChange }: Props<"copy">) {
  const language = useLanguage();
  const base = metrics.find(({ id }) => id === definition.basedOn.id);
  const set = (name: string, value: Parameter["value"]) =>
    onChange({ ...definition, parameters: { ...definition.parameters, [name]: value } });
  return (base?.parameters ?? []).map((parameter) => {
    const value = definition.parameters[parameter.name] ?? parameter.value;
    const label = inLanguage(parameter.label, language);
    return (
      <Form.Item key={parameter.name} label={label}>
        {typeof value === "object" ? (
          <EventsField value={value} onChange={(events) => set(parameter.name, events)} />
        ) : typeof value === "number" ? (
          <InputNumber<number>
            aria-label={label}
            precision={0}
            min={parameter.min ?? 0}
            max={parameter.max ?? 1_000}
            value={value}
            onChange={(next) => next === null || set(parameter.name, next)}
          />
        ) : (
          <Input aria-label={label} value={value} onChange={({ target }) => set(parameter.name, target.value)} />
        )}
      </Form.Item>
    );
  });
}

function MeasureBuilder({ definition, onChange }: Props<"measure">) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("metrics.events")}>
        <EventsField value={definition.events} onChange={(events) => onChange({ ...definition, events })} />
      </Form.Item>
      <Form.Item label={text("insight.measure")}>
        <MeasurePicker
          measure={definition.measure}
          event={definition.events[0]?.event ?? null}
          onChange={(measure) => onChange({ ...definition, measure })}
        />
      </Form.Item>
    </>
  );
}

function RatioBuilder({ definition, metrics, onChange }: Props<"ratio">) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("metrics.numerator")}>
        <MetricPicker
          label={text("metrics.numerator")}
          metrics={metrics}
          value={definition.of}
          onChange={(of) => onChange({ ...definition, of })}
        />
      </Form.Item>
      <Form.Item label={text("metrics.denominator")}>
        <MetricPicker
          label={text("metrics.denominator")}
          metrics={metrics}
          value={definition.per}
          onChange={(per) => onChange({ ...definition, per })}
        />
      </Form.Item>
    </>
  );
}

function FormulaBuilder({ definition, metrics, onChange }: Props<"formula">) {
  const text = useText();
  const set = (next: readonly string[]) => onChange({ ...definition, metrics: [...next] });
  return (
    <>
      <Form.Item label={text("metrics.metric")}>
        {definition.metrics.map((id, at) => (
          <div className="metric-letter" key={at}>
            <b>{letterOf(at)}</b>
            <MetricPicker
              label={letterOf(at)}
              metrics={metrics}
              value={id}
              onChange={(next) => set(definition.metrics.map((each, index) => (index === at ? next : each)))}
            />
            <Button
              type="text"
              size="small"
              disabled={definition.metrics.length === 1}
              aria-label={text("common.remove")}
              icon={<CloseOutlined />}
              onClick={() => set(definition.metrics.filter((_, index) => index !== at))}
            />
          </div>
        ))}
        {definition.metrics.length < SERIES_MAX ? (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => set([...definition.metrics, "orders"])}>
            {text("metrics.addMetric")}
          </Button>
        ) : null}
      </Form.Item>
      <Form.Item label={text("insight.formula")} extra={text("metrics.formulaHint")}>
        <Input
          aria-label={text("insight.formula")}
          value={definition.formula}
          onChange={({ target }) => onChange({ ...definition, formula: target.value })}
        />
      </Form.Item>
    </>
  );
}

type PickerProps = {
  readonly label: string;
  readonly metrics: readonly MetricView[];
  readonly value: string;
  readonly onChange: (id: string) => void;
};

function MetricPicker({ label, metrics, value, onChange }: PickerProps) {
  const language = useLanguage();
  return (
    <Select<string>
      showSearch={{ optionFilterProp: "label" }}
      aria-label={label}
      value={value}
      onChange={onChange}
      options={metrics.map(({ id, name }) => ({ value: id, label: inLanguage(name, language) }))}
    />
  );
}
