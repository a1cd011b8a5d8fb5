import { moveExperiment, type ExperimentView } from "@terrace/contract/api/experiments";
import { Alert, App, Form, Input } from "antd";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { EXPERIMENT_TOUCHES } from "./experiment-touches.ts";
import { useNamingRules } from "./use-naming-rules.ts";

export type Asked = "start" | "pause" | "resume";
type Props = { readonly experiment: ExperimentView; readonly action: Asked; readonly onClose: () => void };

/** Asks before an experiment starts, pauses or goes on, and says what that does to people. */
export function MoveModal({ experiment, action, onClose }: Props) {
  const text = useText();
  const { message } = App.useApp();
  const { reviewed, forgetting } = useNamingRules(experiment.key);
  const waits = action !== "pause" && reviewed !== "";
  const move = useChange(moveExperiment, EXPERIMENT_TOUCHES);
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const submit = ({ note = "" }: { readonly note?: string }) =>
    move.mutate(
      { params, body: { action, note } },
      {
        onSuccess: ({ openChange }) => {
          if (openChange !== null && openChange !== experiment.openChange) void message.success(text("flags.asked"));
          onClose();
        },
      },
    );
  return (
    <FormModal<{ note?: string }>
      title={text(`experiments.${action}Title`, { name: experiment.name })}
      okText={text(waits ? "experiments.ask" : `experiments.${action}`)}
      busy={move.isPending}
      error={move.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="muted">{text(`experiments.${action}Body`)}</p>
      {action === "pause" && forgetting !== "" ? (
        <Alert type="warning" showIcon title={text("experiments.pauseForgets", { flags: forgetting })} />
      ) : null}
      {waits ? <NoteField environments={reviewed} /> : null}
    </FormModal>
  );
}

/** Says that what is asked for waits for somebody else, and takes the reason why it is asked for. */
export function NoteField({ environments }: { readonly environments: string }) {
  const text = useText();
  return (
    <>
      <Alert className="move-waits" type="info" showIcon title={text("experiments.waits", { environments })} />
      <Form.Item name="note" label={text("flags.note")}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  );
}
