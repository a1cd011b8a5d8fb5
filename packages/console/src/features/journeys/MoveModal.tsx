import {
  approveJourney,
  archiveJourney,
  closeJourney,
  pauseJourney,
  rejectJourney,
  reopenJourney,
  resumeJourney,
  startJourney,
  submitJourney,
  type JourneyView,
} from "@terrace/contract/api/journeys";
import { Form, Input, Radio } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { JOURNEY_TOUCHES } from "./journey-touches.ts";

const ROUTES = {
  submit: submitJourney,
  approve: approveJourney,
  reject: rejectJourney,
  start: startJourney,
  pause: pauseJourney,
  resume: resumeJourney,
  close: closeJourney,
  reopen: reopenJourney,
  archive: archiveJourney,
} as const;
export type Move = keyof typeof ROUTES;

type Props = {
  readonly journey: Pick<JourneyView, "id" | "name" | "live">;
  readonly move: Move;
  /** People who are in it now. */
  readonly inside: number;
  readonly onClose: () => void;
};
type Fields = { note?: string; inFlight?: "finish" | "migrate" };

/** Asks before a journey moves, says what that does to people, and takes the reason. */
export function MoveModal({ journey, move, inside, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const params = { ...useWorkspaceParams(), journey: journey.id };
  const change = useChange(ROUTES[move], JOURNEY_TOUCHES);
  const isChoice = move === "start" && inside > 0;
  const submit = ({ note = "", inFlight }: Fields) =>
    change.mutate({ params, body: { note, ...(isChoice && inFlight !== undefined ? { inFlight } : {}) } }, { onSuccess: onClose });
  return (
    <FormModal<Fields>
      title={text(`journeys.move.${move}.title`, { name: journey.name })}
      okText={text(`journeys.move.${move}`)}
      busy={change.isPending}
      error={change.error}
      danger={move === "archive"}
      onSubmit={submit}
      onClose={onClose}
      width={480}
      initialValues={{ inFlight: "finish" }}
    >
      <p className="muted">{text(`journeys.move.${move}.body`, { people: format.count(inside) })}</p>
      {isChoice ? (
        <Form.Item name="inFlight" label={text("journeys.inFlight", { people: format.count(inside) })}>
          <Radio.Group
            className="journey-choices"
            options={(["finish", "migrate"] as const).map((value) => ({ value, label: text(`journeys.inFlight.${value}`) }))}
          />
        </Form.Item>
      ) : null}
      <Form.Item name="note" label={text("journeys.note")}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
