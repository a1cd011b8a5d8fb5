import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { VARIANT_KEY_MAX } from "@terrace/contract/api/experiment-keys";
import { FLAG_ARMS_MAX } from "@terrace/contract/api/flag-parts";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { evenCoverage } from "@terrace/domain/assignment/real-shares";
import { sharesOf, unevenRule } from "@terrace/domain/flags/uneven-rule";
import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { useState, type ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import type { Definition } from "../flag-parts.ts";
import type { useGaps } from "../use-gaps.ts";
import { NamespaceHolders } from "../KeptExperiment.tsx";
import { ValueInput } from "../ValueInput.tsx";
import { CoverageFields } from "./CoverageFields.tsx";
import { ExperimentKeyField } from "./ExperimentKeyField.tsx";
import type { ExperimentRule } from "./of-experiment.ts";
import { UnitField } from "./RolloutFields.tsx";
import { ShareInput } from "./ShareInput.tsx";

type Props = {
  readonly rule: ExperimentRule;
  readonly type: Definition["type"];
  readonly onChange: (rule: ExperimentRule) => void;
  readonly gaps: ReturnType<typeof useGaps>;
};

/** The experiment a rule gives arms of. */
export function ExperimentFields(props: Props) {
  const text = useText();
  const { rule, onChange } = props;
  // Fields of arms hold what is being written: those of other arms begin anew.
  const [filled, setFilled] = useState(0);
  return (
    <>
      <ExperimentKeyField
        rule={rule}
        onChange={onChange}
        onFill={(next) => {
          setFilled(filled + 1);
          onChange(next);
        }}
      />
      <CoverageFields
        growing={rule}
        note={text("flags.rampNote")}
        warning={useUneven(rule)}
        onChange={(growing) => onChange({ ...rule, ...growing })}
      />
      <Form.Item label={text("flags.arms")} extra={text("flags.armsNote")}>
        <Arms key={filled} {...props} />
      </Form.Item>
      <UnitField unit={rule.unit} isRead onChange={(unit) => onChange({ ...rule, unit })} />
      <Named rule={rule} onChange={onChange} />
      <NamespaceFields rule={rule} onChange={onChange} />
      <Form.Item label={text("flags.sticky")}>
        <Switch aria-label={text("flags.sticky")} checked={rule.sticky} onChange={(sticky) => onChange({ ...rule, sticky })} />
      </Form.Item>
      <Form.Item label={text("flags.assignment")} extra={text("flags.assignmentNote")}>
        <Version label={text("flags.assignment")} value={rule.version} onChange={(version) => onChange({ ...rule, version })} />
      </Form.Item>
      <Form.Item label={text("flags.minAssignment")}>
        <Version label={text("flags.minAssignment")} value={rule.minVersion} onChange={(minVersion) => onChange({ ...rule, minVersion })} />
      </Form.Item>
    </>
  );
}

/** What whole buckets do to an arm of which they give more or fewer than its weight. */
function useUneven(rule: ExperimentRule): string | undefined {
  const text = useText();
  const uneven = unevenRule(rule);
  if (uneven === undefined) return undefined;
  const { arm, coverage, said, real } = uneven;
  const shown = (share: number) => Number((share * 100).toFixed(2));
  const enough = evenCoverage(sharesOf(rule).weights, coverage) / BUCKETS;
  return text("flags.uneven", {
    arm: rule.arms[arm]?.key ?? "",
    coverage: shown(coverage / BUCKETS),
    said: shown(said),
    real: shown(real),
    enough: shown(enough),
  });
}

type VersionProps = { readonly label: string; readonly value: number; readonly onChange: (value: number) => void };

function Version({ label, value, onChange }: VersionProps) {
  return (
    <InputNumber<number>
      aria-label={label}
      min={0}
      max={1_000}
      precision={0}
      value={value}
      onChange={(next) => next === null || onChange(next)}
    />
  );
}

function Arms({ rule, type, onChange, gaps }: Props) {
  const text = useText();
  const { arms } = rule;
  const change = (at: number, next: Partial<(typeof arms)[number]>) =>
    onChange({ ...rule, arms: arms.map((arm, index) => (index === at ? { ...arm, ...next } : arm)) });
  // Those named for an arm that goes, or gets another key, would be named for none.
  const keyed = (at: number, key: string) => {
    const before = arms[at]?.key;
    const named = rule.named.map((one) => (one.arm === before ? { ...one, arm: key } : one));
    onChange({ ...rule, named, arms: arms.map((arm, index) => (index === at ? { ...arm, key } : arm)) });
  };
  const drop = (at: number) =>
    onChange({
      ...rule,
      named: rule.named.filter(({ arm }) => arm !== arms[at]?.key),
      arms: arms.filter((_, index) => index !== at),
    });
  return (
    <>
      {arms.map((arm, at) => (
        <div key={`${arms.length} ${at}`} className="flag-line flag-arm">
          <ArmField label={text("flags.armKey", { n: at + 1 })}>
            {(label) => (
              <Input
                className="mono"
                aria-label={label}
                maxLength={VARIANT_KEY_MAX}
                value={arm.key}
                onChange={({ target }) => keyed(at, target.value)}
              />
            )}
          </ArmField>
          <ArmField label={text("flags.armName", { n: at + 1 })}>
            {(label) => (
              <Input aria-label={label} maxLength={80} value={arm.name} onChange={({ target }) => change(at, { name: target.value })} />
            )}
          </ArmField>
          <ArmField label={text("flags.armWeight", { n: at + 1 })}>
            {(label) => <ShareInput label={label} parts={arm.weight} onChange={(weight) => change(at, { weight })} />}
          </ArmField>
          <ArmField label={text("flags.armValue", { n: at + 1 })}>
            {(label) => (
              <ValueInput
                label={label}
                type={type}
                value={arm.value}
                onChange={(value) => change(at, { value })}
                onGap={gaps.tell(`arm ${at}`)}
              />
            )}
          </ArmField>
          <Button
            type="text"
            icon={<CloseOutlined />}
            disabled={arms.length <= 2}
            aria-label={text("flags.dropArm", { n: at + 1 })}
            onClick={() => drop(at)}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={arms.length >= FLAG_ARMS_MAX}
        onClick={() =>
          onChange({ ...rule, arms: [...arms, { key: `arm-${arms.length + 1}`, name: "", value: arms.at(-1)?.value ?? null, weight: 0 }] })
        }
      >
        {text("flags.addArm")}
      </Button>
    </>
  );
}

type ArmFieldProps = { readonly label: string; readonly children: (label: string) => ReactNode };

/** A field of an arm under its name, which stands there on every screen. */
function ArmField({ label, children }: ArmFieldProps) {
  return (
    <div className="flag-arm-field">
      <span className="small muted" aria-hidden>
        {label}
      </span>
      {children(label)}
    </div>
  );
}

type Part = Pick<Props, "rule" | "onChange">;

function Named({ rule, onChange }: Part) {
  const text = useText();
  const idsOf = (arm: string) => rule.named.filter((one) => one.arm === arm).flatMap(({ ids }) => ids);
  const put = (arm: string, ids: string[]) =>
    onChange({ ...rule, named: [...rule.named.filter((one) => one.arm !== arm), ...(ids.length === 0 ? [] : [{ arm, ids }])] });
  return (
    <Form.Item label={text("flags.named")} extra={text("flags.namedNote")}>
      {rule.arms.map(({ key }, at) => (
        <div key={at} className="flag-line">
          <Select<string[]>
            className="flag-wide"
            mode="tags"
            aria-label={text("flags.namedOf", { arm: key })}
            placeholder={text("flags.namedOf", { arm: key })}
            value={idsOf(key)}
            onChange={(ids) => put(key, ids)}
            options={[]}
          />
        </div>
      ))}
      <span className="row">
        <Switch
          size="small"
          aria-label={text("flags.qaOnlyLabel")}
          checked={rule.qaOnly}
          onChange={(qaOnly) => onChange({ ...rule, qaOnly })}
        />
        {text("flags.qaOnlyLabel")}
      </span>
    </Form.Item>
  );
}

function NamespaceFields({ rule, onChange }: Part) {
  const text = useText();
  const { namespace } = rule;
  const range = namespace?.range ?? { from: 0, to: 5_000 };
  return (
    <Form.Item label={text("flags.namespace")} extra={text("flags.namespaceNote")}>
      <div className="flag-line">
        <Input
          className="mono"
          aria-label={text("flags.namespace")}
          maxLength={60}
          value={namespace?.key ?? ""}
          onChange={({ target }) => onChange({ ...rule, namespace: target.value === "" ? null : { key: target.value, range } })}
        />
        {namespace === null ? null : (
          <>
            <ShareInput
              label={text("flags.rangeFrom")}
              parts={range.from}
              onChange={(from) => onChange({ ...rule, namespace: { ...namespace, range: { ...range, from } } })}
            />
            <span className="muted flag-range">–</span>
            <ShareInput
              label={text("flags.rangeTo")}
              parts={range.to}
              onChange={(to) => onChange({ ...rule, namespace: { ...namespace, range: { ...range, to } } })}
            />
          </>
        )}
      </div>
      {namespace === null ? null : <NamespaceHolders namespace={namespace.key} experiment={rule.experiment} />}
    </Form.Item>
  );
}
