import { saveJourney, type JourneyDetail } from "@terrace/contract/api/journeys";
import { Alert } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { JOURNEY_TOUCHES } from "./journey-touches.ts";
import { fieldsOf, withFields, type SettingsFields } from "./settings-fields.ts";
import { SettingsItems } from "./SettingsItems.tsx";

/** Changes the settings of a journey: its draft, or a new draft beside the version that is live. */
export function SettingsModal({ journey, onClose }: { readonly journey: JourneyDetail; readonly onClose: () => void }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), journey: journey.id };
  const save = useChange(saveJourney, JOURNEY_TOUCHES);
  const submit = (fields: SettingsFields) => {
    const definition = withFields(journey.definition, fields);
    save.mutate({ params, body: { name: fields.name, definition, baseVersion: journey.version } }, { onSuccess: onClose });
  };
  return (
    <FormModal<SettingsFields>
      title={text("journeys.changeSettings")}
      okText={text("common.save")}
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
      width={560}
      initialValues={fieldsOf(journey)}
    >
      {journey.next === null ? <Alert className="journey-notice" type="info" showIcon title={text("journeys.newDraft")} /> : null}
      <SettingsItems />
    </FormModal>
  );
}
