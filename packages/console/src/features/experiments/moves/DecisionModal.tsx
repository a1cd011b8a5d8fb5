import { decideExperiment, DECISIONS, stopExperiment, type ExperimentView } from "@terrace/contract/api/experiments";
import { App, Form, Input, Select } from "antd";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { EXPERIMENT_TOUCHES } from "./experiment-touches.ts";
import { NoteField } from "./MoveModal.tsx";
import { useNamingRules } from "./use-naming-rules.ts";

type Fields = {
  readonly decision: (typeof DECISIONS)[number];
  readonly variant?: string;
  readonly learning?: string;
  readonly note?: string;
};
type Props = { readonly experiment: ExperimentView; readonly asks: "stop" | "decide"; readonly onClose: () => void };

/** What was decided and learnt; stopping asks for it too, and may leave it open. */
export function DecisionModal({ experiment, asks, onClose }: Props) {
  const text = useText();
  const { message } = App.useApp();
  const { reviewed } = useNamingRules(experiment.key);
  const [form] = Form.useForm<Fields>();
  const decision = Form.useWatch("decision", form);
  const variant = Form.useWatch("variant", form);
  const { decidedVariant, learning, definition } = experiment;
  const waits = reviewed !== "" && (decision === "take" ? (variant ?? null) : null) !== decidedVariant;
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const stop = useChange(stopExperiment, EXPERIMENT_TOUCHES);
  const decide = useChange(decideExperiment, EXPERIMENT_TOUCHES);
  const submit = ({ decision: taken, note = "", ...fields }: Fields) => {
    const body = { decision: taken, variant: taken === "take" ? (fields.variant ?? null) : null, learning: fields.learning ?? "", note };
    const onSuccess = ({ openChange }: ExperimentView) => {
      if (openChange !== null && openChange !== experiment.openChange) void message.success(text("flags.asked"));
      onClose();
    };
    (asks === "stop" ? stop : decide).mutate({ params, body }, { onSuccess });
  };
  return (
    <FormModal<Fields>
      title={text(asks === "stop" ? "experiments.stopTitle" : "experiments.act.decide", { name: experiment.name })}
      okText={text(waits ? "experiments.ask" : asks === "stop" ? "experiments.stop" : "common.save")}
      busy={stop.isPending || decide.isPending}
      error={stop.error ?? decide.error}
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
      {waits ? <NoteField environments={reviewed} /> : null}
    </FormModal>
  );
}
