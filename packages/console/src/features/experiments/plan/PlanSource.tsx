import { BASELINE_DAYS, queryExperimentBaseline } from "@terrace/contract/api/insight-experiment-baseline";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button, Form, Select } from "antd";
import type { CallAnswer } from "../../../app/api/client.ts";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionField } from "../../conditions/ConditionField.tsx";
import { useMetricOptions } from "../../dashboards/use-metrics.ts";
import { SelectorRow } from "../../insight/frame/SelectorRow.tsx";
import type { PlanDraft } from "./plan-draft.ts";
import { baselineBodyOf, filledIn } from "./plan-source.ts";

type Props = { readonly draft: PlanDraft; readonly edit: (change: Partial<PlanDraft>) => void };

const RECENT: AskedPeriod = { last: BASELINE_DAYS, unit: "day" };

/** Fills in what control does now from what people did anyway; what is filled in can be changed as if it had been written. */
export function PlanSource({ draft, edit }: Props) {
  const text = useText();
  const { currency } = useFormat();
  const params = useWorkspaceParams();
  const options = useMetricOptions();
  const reading = useChange(queryExperimentBaseline);
  const { source } = draft;
  const change = (next: Partial<PlanDraft["source"]>) => {
    reading.reset();
    edit({ source: { ...source, ...next } });
  };
  const body = baselineBodyOf(draft);
  const read = () => {
    if (body !== undefined) reading.mutate({ params, body }, { onSuccess: (answer) => edit(filledIn(answer, currency)) });
  };
  return (
    <Panel title={text("experiments.plan.source")}>
      <Form layout="vertical" component="div" className="plan-source">
        <p className="small muted">{text("experiments.plan.sourceNote", { count: BASELINE_DAYS })}</p>
        <Form.Item label={text("experiments.metric")}>
          <Select
            aria-label={text("experiments.metric")}
            placeholder={text("experiments.metric")}
            showSearch={{ optionFilterProp: "label" }}
            value={source.metric ?? null}
            onChange={(metric: string) => change({ metric })}
            options={options}
          />
        </Form.Item>
        <Form.Item label={text("experiments.plan.meets")} extra={text("experiments.plan.meetsNote")}>
          <SelectorRow
            selector={source.meets}
            period={RECENT}
            label={text("experiments.plan.meets")}
            onChange={(meets) => change({ meets: { ...meets } })}
          />
        </Form.Item>
        <ConditionField
          title={text("insight.filterPeople")}
          condition={source.people}
          ground={{ events: [source.meets.event], kinds: PERSON_FIELDS, period: RECENT }}
          onChange={(people) => change({ people })}
        />
        <Button loading={reading.isPending} disabled={body === undefined} onClick={read}>
          {text("experiments.plan.fill", { count: BASELINE_DAYS })}
        </Button>
        {reading.error === null ? null : <FaultAlert error={reading.error} />}
        {reading.data === undefined ? null : <Found answer={reading.data} />}
      </Form>
    </Panel>
  );
}

/** What was found, in a sentence. */
function Found({ answer }: { readonly answer: CallAnswer<typeof queryExperimentBaseline> }) {
  const text = useText();
  const format = useFormat();
  const { baseline, untold, people, peoplePerDay, days, from, unit } = answer;
  // Of one person even what is counted has a fraction.
  const write = format.measure(unit === "money" || unit === "share" || unit === "seconds" ? unit : "number").short;
  const value =
    untold !== null
      ? text(`experiments.plan.unread.${untold}`)
      : baseline?.kind === "proportion"
        ? format.measure("share").short(baseline.share)
        : text("experiments.plan.foundMean", { mean: write(baseline?.mean ?? 0), deviation: write(baseline?.deviation ?? 0) });
  return (
    <p role="status" className="small">
      {text("experiments.plan.found", {
        count: days,
        from: format.day(from),
        people: format.count(people),
        perDay: format.measure("number").short(peoplePerDay),
        value,
      })}
    </p>
  );
}
