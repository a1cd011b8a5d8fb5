import { WINDOW_DAYS_MAX } from "@terrace/contract/api/insight-experiment";
import { EXPERIMENT_METHODS } from "@terrace/domain/experiments/tell-results";
import { DIFFERENCES } from "@terrace/domain/statistics/effect";
import { Form, Input, InputNumber, Segmented, Select } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { goesBeyond, isInPercent, type PlanDraft } from "./plan-draft.ts";
import { readWeights } from "./read-weights.ts";

type Props = { readonly draft: PlanDraft; readonly edit: (change: Partial<PlanDraft>) => void };

const KINDS = ["proportion", "mean"] as const;
const LEVELS = [90, 95, 99];
const POWERS = [80, 90, 95];

/** What the calculator is asked: what control does now, which change matters, who comes, and how it will be read. */
export function PlanForm({ draft, edit }: Props) {
  const text = useText();
  return (
    <Panel title={text("experiments.plan.asked")}>
      <Form layout="vertical" component="div" className="plan-fields">
        <Now draft={draft} edit={edit} />
        <Change draft={draft} edit={edit} />
        <Comers draft={draft} edit={edit} />
        <Reading draft={draft} edit={edit} />
      </Form>
    </Panel>
  );
}

function Now({ draft, edit }: Props) {
  const text = useText();
  return (
    <>
      <Form.Item className="plan-wide" label={text("experiments.plan.kind")}>
        <Segmented<PlanDraft["kind"]>
          block
          aria-label={text("experiments.plan.kind")}
          value={draft.kind}
          onChange={(kind) => edit({ kind })}
          options={KINDS.map((value) => ({ value, label: text(`experiments.plan.kind.${value}`) }))}
        />
      </Form.Item>
      {draft.kind === "proportion" ? (
        <Num
          wide
          label={text("experiments.plan.share")}
          note={text("experiments.plan.shareNote")}
          suffix="%"
          range={[0, 100]}
          value={draft.share}
          onChange={(share) => edit({ share })}
        />
      ) : (
        <>
          <Num label={text("experiments.plan.mean")} value={draft.mean} onChange={(mean) => edit({ mean })} />
          <Num
            label={text("experiments.plan.deviation")}
            range={[0, 1e15]}
            value={draft.deviation}
            onChange={(deviation) => edit({ deviation })}
          />
          <p className="plan-wide small muted">{text("experiments.plan.meanNote")}</p>
        </>
      )}
    </>
  );
}

function Change({ draft, edit }: Props) {
  const text = useText();
  const unit = draft.difference === "relative" ? "%" : isInPercent(draft) ? "pp" : "";
  return (
    <>
      <Form.Item label={text("experiments.difference")}>
        <Select
          aria-label={text("experiments.difference")}
          value={draft.difference}
          onChange={(difference) => edit({ difference })}
          options={DIFFERENCES.map((value) => ({ value, label: text(`experiments.effect.${value}`) }))}
        />
      </Form.Item>
      <Num
        label={text("experiments.plan.effect")}
        suffix={unit}
        value={draft.effect}
        error={goesBeyond(draft) ? text("experiments.plan.beyond") : undefined}
        onChange={(effect) => edit({ effect })}
      />
      <p className="plan-wide small muted">{text("experiments.plan.effectNote")}</p>
    </>
  );
}

function Comers({ draft, edit }: Props) {
  const text = useText();
  return (
    <>
      <Num
        label={text("experiments.plan.perDay")}
        suffix={text("experiments.plan.people")}
        range={[0, 1e9]}
        value={draft.peoplePerDay}
        onChange={(peoplePerDay) => edit({ peoplePerDay })}
      />
      <Num
        label={text("experiments.plan.traffic")}
        suffix="%"
        range={[1, 100]}
        value={draft.traffic}
        onChange={(traffic) => edit({ traffic: traffic ?? 100 })}
      />
      <p className="plan-wide small muted">{text("experiments.plan.perDayNote")}</p>
      <Num
        wide
        label={text("experiments.plan.window")}
        note={text("experiments.plan.windowNote")}
        range={[0, WINDOW_DAYS_MAX]}
        precision={0}
        value={draft.windowDays}
        onChange={(windowDays) => edit({ windowDays: windowDays ?? 0 })}
      />
      <Weights key={draft.weights.length} weights={draft.weights} onChange={(weights) => edit({ weights })} />
    </>
  );
}

function Reading({ draft, edit }: Props) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("experiments.method")}>
        <Select
          aria-label={text("experiments.method")}
          value={draft.method}
          onChange={(method) => edit({ method })}
          options={EXPERIMENT_METHODS.map((value) => ({ value, label: text(`experiments.method.${value}`) }))}
        />
      </Form.Item>
      <Form.Item label={text("experiments.level")}>
        <Select
          aria-label={text("experiments.level")}
          value={draft.level}
          onChange={(level) => edit({ level })}
          options={choices(LEVELS, draft.level)}
        />
      </Form.Item>
      <Form.Item label={text("experiments.plan.power")}>
        <Select
          aria-label={text("experiments.plan.power")}
          value={draft.power}
          onChange={(power) => edit({ power })}
          options={choices(POWERS, draft.power)}
        />
      </Form.Item>
      <Num
        label={text("experiments.plan.comparisons")}
        range={[1, 400]}
        precision={0}
        value={draft.comparisons}
        onChange={(comparisons) => edit({ comparisons: comparisons ?? 1 })}
      />
      <p className="plan-wide small muted">{text("experiments.plan.comparisonsNote")}</p>
      <Num
        wide
        label={text("experiments.plan.correlation")}
        note={text("experiments.plan.correlationNote")}
        range={[0, 0.99]}
        value={draft.correlation}
        onChange={(correlation) => edit({ correlation: correlation ?? 0 })}
      />
    </>
  );
}

function choices(values: readonly number[], chosen: number) {
  return [...new Set([...values, chosen])].map((value) => ({ value, label: `${Number(value.toFixed(1))}%` }));
}

/** Weights as they are written, control first; what cannot be read is marked and changes nothing. */
function Weights({ weights, onChange }: { readonly weights: readonly number[]; readonly onChange: (weights: number[]) => void }) {
  const text = useText();
  const [written, setWritten] = useState(weights.join(" : "));
  const isWrong = readWeights(written) === undefined;
  return (
    <Form.Item
      className="plan-wide"
      label={text("experiments.plan.weights")}
      extra={isWrong ? undefined : text("experiments.plan.weightsNote")}
      {...(isWrong ? { validateStatus: "error" as const, help: text("experiments.plan.weightsWrong") } : {})}
    >
      <Input
        aria-label={text("experiments.plan.weights")}
        value={written}
        onChange={({ target }) => {
          setWritten(target.value);
          const read = readWeights(target.value);
          if (read !== undefined) onChange(read);
        }}
      />
    </Form.Item>
  );
}

type NumProps = {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly suffix?: string;
  readonly range?: readonly [number, number];
  readonly precision?: number;
  readonly note?: string;
  readonly error?: string | undefined;
  readonly wide?: boolean;
};

function Num({ label, value, onChange, suffix, range, precision, note, error, wide = false }: NumProps) {
  return (
    <Form.Item
      label={label}
      extra={note}
      className={wide ? "plan-wide" : ""}
      {...(error === undefined ? {} : { validateStatus: "error" as const, help: error })}
    >
      <InputNumber
        aria-label={label}
        value={value}
        onChange={onChange}
        {...(range === undefined ? {} : { min: range[0], max: range[1] })}
        {...(precision === undefined ? {} : { precision })}
        {...(suffix === undefined ? {} : { suffix })}
      />
    </Form.Item>
  );
}
