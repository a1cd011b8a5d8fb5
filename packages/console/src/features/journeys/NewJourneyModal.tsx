import { createJourney, getJourney, type JourneyView } from "@terrace/contract/api/journeys";
import { Form, Input } from "antd";
import { useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { BLANK_JOURNEY } from "./blank-journey.ts";
import { draftPath, journeyPath } from "./journey-paths.ts";
import { JOURNEY_TOUCHES } from "./journey-touches.ts";

type Fields = { name: string };

/** Begins a journey, blank or as another one is drawn, and goes to the canvas, or to the copy. */
export function NewJourneyModal({ copyOf, onClose }: { readonly copyOf?: Pick<JourneyView, "id" | "name">; readonly onClose: () => void }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const original = useCall(getJourney, { params: { ...params, journey: copyOf?.id ?? "" } }, { enabled: copyOf !== undefined });
  const create = useChange(createJourney, JOURNEY_TOUCHES);
  const begin = ({ name }: Fields) => {
    const definition = copyOf === undefined ? BLANK_JOURNEY : original.data?.definition;
    if (definition === undefined) return;
    create.mutate(
      { params, body: { name, definition } },
      { onSuccess: ({ id }) => void navigate(link(copyOf === undefined ? draftPath(id) : journeyPath(id))) },
    );
  };
  return (
    <FormModal<Fields>
      title={copyOf === undefined ? text("journeys.new") : text("journeys.duplicateTitle", { name: copyOf.name })}
      okText={text("journeys.begin")}
      busy={create.isPending || original.isLoading}
      error={create.error ?? original.error}
      onClose={onClose}
      onSubmit={begin}
      initialValues={{ name: copyOf === undefined ? "" : text("journeys.copyName", { name: copyOf.name }).slice(0, NAME_MAX) }}
    >
      <Form.Item
        name="name"
        label={text("journeys.name")}
        rules={[{ required: true, whitespace: true, message: text("journeys.nameNeeded") }]}
      >
        <Input maxLength={NAME_MAX} autoFocus />
      </Form.Item>
    </FormModal>
  );
}

const NAME_MAX = 80;
