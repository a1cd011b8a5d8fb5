import { PlusOutlined } from "@ant-design/icons";
import { createGoal, deleteGoal, listGoals, updateGoal, type Goal } from "@terrace/contract/api/goals";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { GOAL_UNITS } from "@terrace/domain/insight/boards/goal-period";
import { App, Button, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { goalDays } from "./goal-days.ts";
import { GoalBar } from "./GoalBar.tsx";
import { beginOf } from "./goal-pace.ts";

type Fields = {
  readonly unit: Goal["unit"];
  readonly startsOn: string;
  readonly target: number;
  readonly owner?: string;
  readonly note?: string;
};

/** What a metric is to reach, period by period, and how far it has come. */
export function GoalsPanel({ metric }: { readonly metric: MetricView }) {
  const text = useText();
  const may = useMay();
  const goals = useCall(listGoals, { params: useWorkspaceParams(), query: { metric: metric.id } });
  const [form, setForm] = useState<Goal | "new">();
  const mayChange = may("insight:write") && metric.archivedAt === null;
  return (
    <Panel
      title={text("goals.title")}
      extra={
        mayChange ? (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setForm("new")}>
            {text("goals.set")}
          </Button>
        ) : null
      }
    >
      <QueryView query={goals} skeleton={2}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState text={text("goals.none")} />
          ) : (
            <ul className="goal-list">
              {items.map((goal) => (
                <GoalRow key={goal.id} goal={goal} metric={metric} mayChange={mayChange} onChange={() => setForm(goal)} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {form === undefined ? null : (
        <GoalForm metric={metric} {...(form === "new" ? {} : { goal: form })} onClose={() => setForm(undefined)} />
      )}
    </Panel>
  );
}

type RowProps = { readonly goal: Goal; readonly metric: MetricView; readonly mayChange: boolean; readonly onChange: () => void };

function GoalRow({ goal, metric, mayChange, onChange }: RowProps) {
  const text = useText();
  const format = useFormat();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), goal: goal.id };
  const end = useChange(deleteGoal, [listGoals]);
  const days = goalDays(goal, format);
  const confirm = () =>
    void modal.confirm({
      title: text("goals.endTitle", { days }),
      content: text("goals.endBody"),
      okText: text("goals.end"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => end.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <li>
      <div className="row">
        <b>{text("goals.target", { target: format.measure(metric.unit).short(goal.target) })}</b>
        <span className="small muted grow">{[days, goal.owner, goal.note].filter((part) => part !== "").join(" · ")}</span>
        {mayChange ? (
          <>
            <Button type="link" size="small" onClick={onChange}>
              {text("goals.change")}
            </Button>
            <Button type="link" size="small" danger onClick={confirm}>
              {text("goals.end")}
            </Button>
          </>
        ) : null}
      </div>
      <GoalBar goal={goal} metric={metric} />
    </li>
  );
}

type FormProps = { readonly metric: MetricView; readonly goal?: Goal; readonly onClose: () => void };

/** Sets a goal, or changes one; its period stays what it is. */
function GoalForm({ metric, goal, onClose }: FormProps) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const create = useChange(createGoal, [listGoals]);
  const update = useChange(updateGoal, [listGoals]);
  const scale = scaleOf(metric.unit, format);
  const today = format.day(Date.now());
  const submit = ({ unit, startsOn, target, owner = "", note = "" }: Fields) => {
    const said = { target: scale.stored(target), owner, note };
    const then = { onSuccess: onClose, onError: showFault };
    if (goal !== undefined) update.mutate({ params: { ...params, goal: goal.id }, body: said }, then);
    // Any day of the period serves to name it.
    else create.mutate({ params, body: { metric: metric.id, unit, startsOn: beginOf(unit, startsOn), ...said } }, then);
  };
  return (
    <FormModal<Fields>
      title={text(goal === undefined ? "goals.set" : "goals.change")}
      okText={text("common.save")}
      busy={create.isPending || update.isPending}
      initialValues={
        goal === undefined
          ? { unit: "month", startsOn: today }
          : { unit: goal.unit, startsOn: goal.startsOn, target: scale.shown(goal.target), owner: goal.owner, note: goal.note }
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="unit" label={text("goals.unit")}>
        <Select disabled={goal !== undefined} options={GOAL_UNITS.map((unit) => ({ value: unit, label: text(`goals.unit.${unit}`) }))} />
      </Form.Item>
      <Form.Item
        name="startsOn"
        label={text("goals.startsOn")}
        extra={text("goals.startsOnHint")}
        rules={[{ required: true, message: text("signIn.required") }]}
      >
        <Input type="date" disabled={goal !== undefined} />
      </Form.Item>
      <Form.Item
        name="target"
        label={`${text("goals.amount")}${scale.mark}`}
        rules={[{ required: true, message: text("signIn.required") }]}
      >
        <InputNumber style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="owner" label={text("goals.owner")}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="note" label={text("goals.note")}>
        <Input maxLength={300} />
      </Form.Item>
    </FormModal>
  );
}

/** Shares are typed in per cent and money in whole units of the currency. */
function scaleOf(unit: MetricView["unit"], format: ReturnType<typeof useFormat>) {
  const factor = unit === "share" ? 0.01 : unit === "money" ? 1 / format.measure("money").plain(1) : 1;
  const mark = unit === "share" ? " %" : "";
  return {
    mark,
    stored: (typed: number) => (unit === "money" ? Math.round(typed * factor) : Number((typed * factor).toPrecision(12))),
    shown: (stored: number) => Number((stored / factor).toPrecision(12)),
  };
}
