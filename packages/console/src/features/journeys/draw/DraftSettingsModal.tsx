import { useText } from "../../../app/i18n.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { fieldsOf, withFields, type SettingsFields } from "../settings-fields.ts";
import { SettingsItems } from "../SettingsItems.tsx";
import type { Draft } from "./use-journey-draft.ts";

type Props = { readonly draft: Draft; readonly onSave: (draft: Draft) => void; readonly onClose: () => void };

/** Changes the settings of the draft that is being drawn; saved with it. */
export function DraftSettingsModal({ draft, onSave, onClose }: Props) {
  const text = useText();
  return (
    <FormModal<SettingsFields>
      title={text("journeys.changeSettings")}
      okText={text("common.confirm")}
      busy={false}
      onSubmit={(fields) => {
        onSave({ name: fields.name, definition: withFields(draft.definition, fields) });
        onClose();
      }}
      onClose={onClose}
      width={560}
      initialValues={fieldsOf(draft)}
    >
      <SettingsItems />
    </FormModal>
  );
}
