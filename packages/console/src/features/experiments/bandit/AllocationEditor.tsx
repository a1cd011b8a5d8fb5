import { BANDIT_EXPLORATION, BANDIT_HOURS, BANDIT_PEOPLE } from "@terrace/domain/experiments/bandit";
import { Alert, Form, InputNumber, Segmented } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { useMetricOptions } from "../../dashboards/use-metrics.ts";
import { primaries, type ExperimentDraft, type PartProps } from "../experiment-draft.ts";

type Bandit = Extract<ExperimentDraft["allocation"], { readonly kind: "bandit" }>;

const KINDS = ["fixed", "bandit"] as const;
/** What a bandit begins with. */
const USUAL: Bandit = {
  kind: "bandit",
  exploration: BANDIT_EXPLORATION.usual,
  everyHours: BANDIT_HOURS.usual,
  unitsMin: BANDIT_PEOPLE.usual,
};

/** Whether shares stay as they are or follow the figures, and how. */
export function AllocationEditor({ draft, edit, isLocked }: PartProps) {
  const text = useText();
  const { allocation } = draft;
  return (
    <Panel title={text("experiments.allocation")}>
      <Form className="experiment-fields" layout="vertical" component="div" disabled={isLocked}>
        <Form.Item extra={text(`experiments.allocationNote.${allocation.kind}`)}>
          <Segmented
            aria-label={text("experiments.allocation")}
            disabled={isLocked}
            value={allocation.kind}
            onChange={(kind) => edit({ allocation: kind === "bandit" ? USUAL : { kind } })}
            options={KINDS.map((value) => ({ value, label: text(`experiments.allocation.${value}`) }))}
          />
        </Form.Item>
        {allocation.kind === "bandit" ? (
          <>
            <Followed draft={draft} />
            <BanditFields bandit={allocation} variants={draft.variants.length} onChange={(next) => edit({ allocation: next })} />
          </>
        ) : null}
      </Form>
    </Panel>
  );
}

/** The metric that shares follow: the primary one, of which there can be no other. */
function Followed({ draft }: Pick<PartProps, "draft">) {
  const text = useText();
  const options = useMetricOptions();
  const metric = draft.metrics.find(({ role }) => role === "primary")?.metric;
  const count = primaries(draft);
  return (
    <>
      <Form.Item label={text("experiments.bandit.follows")} extra={text("experiments.bandit.followsNote")}>
        {metric === undefined ? (
          <span className="muted">{text("experiments.bandit.followsNone")}</span>
        ) : (
          <span className="strong">{options.find(({ value }) => value === metric)?.label ?? metric}</span>
        )}
      </Form.Item>
      {count > 1 ? <Alert className="experiment-note" type="warning" title={text("experiments.bandit.onePrimary", { count })} /> : null}
    </>
  );
}

type FieldsProps = { readonly bandit: Bandit; readonly variants: number; readonly onChange: (next: Bandit) => void };

function BanditFields({ bandit, variants, onChange }: FieldsProps) {
  const text = useText();
  const share = useFormat().measure("share");
  const { exploration, everyHours, unitsMin } = bandit;
  return (
    <>
      <Form.Item
        label={text("experiments.bandit.exploration")}
        extra={text("experiments.bandit.explorationNote", { share: share.short(exploration / variants) })}
      >
        <InputNumber
          aria-label={text("experiments.bandit.exploration")}
          min={BANDIT_EXPLORATION.min * 100}
          max={BANDIT_EXPLORATION.max * 100}
          precision={0}
          suffix="%"
          value={Math.round(exploration * 100)}
          onChange={(next) => onChange({ ...bandit, exploration: next === null ? exploration : next / 100 })}
        />
      </Form.Item>
      <Form.Item label={text("experiments.bandit.everyHours")} extra={text("experiments.bandit.everyHoursNote")}>
        <InputNumber
          aria-label={text("experiments.bandit.everyHours")}
          min={BANDIT_HOURS.min}
          max={BANDIT_HOURS.max}
          precision={0}
          suffix={text("experiments.bandit.hours")}
          value={everyHours}
          onChange={(next) => onChange({ ...bandit, everyHours: next ?? everyHours })}
        />
      </Form.Item>
      <Form.Item label={text("experiments.bandit.unitsMin")} extra={text("experiments.bandit.unitsMinNote")}>
        <InputNumber
          aria-label={text("experiments.bandit.unitsMin")}
          min={BANDIT_PEOPLE.min}
          max={BANDIT_PEOPLE.max}
          precision={0}
          value={unitsMin}
          onChange={(next) => onChange({ ...bandit, unitsMin: next ?? unitsMin })}
        />
      </Form.Item>
    </>
  );
}
