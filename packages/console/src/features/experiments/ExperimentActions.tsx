import {
  DECISIONS,
  decideExperiment,
  deleteExperiment,
  experimentResults,
  getExperiment,
  listExperiments,
  moveExperiment,
  stopExperiment,
  type ExperimentView,
} from "@terrace/contract/api/experiments";
import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { EllipsisOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Form, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

const TOUCHES = [getExperiment, listExperiments, listExperimentRules, experimentResults];

/** What may be done with an experiment where it stands. */
export function ExperimentActions({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const may = useMay()("experiments:write");
  const link = useLink();
  const navigate = useNavigate();
  const showFault = useFaultMessage();
  const { modal } = App.useApp();
  const [asks, setAsks] = useState<"stop" | "decide">();
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const move = useChange(moveExperiment, TOUCHES);
  const remove = useChange(deleteExperiment, [listExperiments]);
  if (!may) return null;
  const { state, name } = experiment;
  const go = (action: "start" | "pause" | "resume" | "archive") => move.mutate({ params, body: { action } }, { onError: showFault });
  const start = () =>
    void modal.confirm({
      title: text("experiments.startTitle", { name }),
      content: text("experiments.startBody"),
      okText: text("experiments.start"),
      cancelText: text("common.cancel"),
      onOk: () => go("start"),
    });
  const drop = () =>
    void modal.confirm({
      title: text("experiments.deleteTitle", { name }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => void navigate(link("experiments")), showFault),
    });
  const acts = {
    edit: () => void navigate(link(`experiments/${experiment.id}/edit`)),
    archive: () => go("archive"),
    delete: drop,
    decide: () => setAsks("decide"),
  };
  const more = {
    draft: ["edit", "delete"],
    running: ["edit"],
    paused: ["edit"],
    stopped: ["decide", "archive"],
    archived: ["decide"],
  } as const;
  return (
    <>
      {state === "draft" ? (
        <Button type="primary" loading={move.isPending} onClick={start}>
          {text("experiments.start")}
        </Button>
      ) : null}
      {state === "running" || state === "paused" ? (
        <>
          <Button loading={move.isPending} onClick={() => go(state === "running" ? "pause" : "resume")}>
            {text(state === "running" ? "experiments.pause" : "experiments.resume")}
          </Button>
          <Button type="primary" onClick={() => setAsks("stop")}>
            {text("experiments.stop")}
          </Button>
        </>
      ) : null}
      <Dropdown
        trigger={["click"]}
        menu={{
          items: more[state].map((key) => ({ key, label: text(`experiments.act.${key}`), danger: key === "delete" })),
          onClick: ({ key }) => acts[key as keyof typeof acts](),
        }}
      >
        <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
      </Dropdown>
      {asks === undefined ? null : <DecisionForm experiment={experiment} asks={asks} onClose={() => setAsks(undefined)} />}
    </>
  );
}

type Fields = { readonly decision: (typeof DECISIONS)[number]; readonly variant?: string; readonly learning?: string };
type DecisionProps = { readonly experiment: ExperimentView; readonly asks: "stop" | "decide"; readonly onClose: () => void };

/** What was decided and learnt; stopping asks for it too, and may leave it open. */
function DecisionForm({ experiment, asks, onClose }: DecisionProps) {
  const text = useText();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const decision = Form.useWatch("decision", form);
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const stop = useChange(stopExperiment, TOUCHES);
  const decide = useChange(decideExperiment, TOUCHES);
  const submit = ({ decision: taken, variant, learning }: Fields) => {
    const body = { decision: taken, variant: taken === "take" ? (variant ?? null) : null, learning: learning ?? "" };
    (asks === "stop" ? stop : decide).mutate({ params, body }, { onSuccess: onClose, onError: showFault });
  };
  const { decidedVariant, learning, definition } = experiment;
  return (
    <FormModal<Fields>
      title={text(asks === "stop" ? "experiments.stopTitle" : "experiments.act.decide", { name: experiment.name })}
      okText={text(asks === "stop" ? "experiments.stop" : "common.save")}
      busy={stop.isPending || decide.isPending}
      form={form}
      initialValues={{ decision: experiment.decision ?? "none", learning, ...(decidedVariant === null ? {} : { variant: decidedVariant }) }}
      onSubmit={submit}
      onClose={onClose}
    >
      {asks === "stop" ? <p className="muted">{text("experiments.stopBody")}</p> : null}
      <Form.Item name="decision" label={text("experiments.decision")}>
        <Select options={DECISIONS.map((value) => ({ value, label: text(`experiments.decision.${value}`) }))} />
      </Form.Item>
      {decision === "take" ? (
        <Form.Item
          name="variant"
          label={text("experiments.variant")}
          rules={[{ required: true, message: text("experiments.chooseVariant") }]}
        >
          <Select options={definition.variants.map(({ key, name }) => ({ value: key, label: name }))} />
        </Form.Item>
      ) : null}
      <Form.Item name="learning" label={text("experiments.learning")}>
        <Input.TextArea rows={5} maxLength={4_000} placeholder={text("experiments.learningNote")} />
      </Form.Item>
    </FormModal>
  );
}
