import { getMergeRules, saveMergeRules } from "@terrace/contract/api/duplicates";
import { DUPLICATE_SIGNS, SIGN_CONFIDENCE, type MergeRules } from "@terrace/domain/identity/duplicate-rules";
import { App, Form, Radio } from "antd";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** What is done about two people with the same sign. */
export function MergeRulesModal({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const rules = useCall(getMergeRules, { params });
  const save = useChange(saveMergeRules, [getMergeRules]);
  if (rules.data === undefined) return null;
  const submit = (body: MergeRules) =>
    save.mutate(
      { params, body },
      {
        onSuccess: () => {
          void message.success(text("common.saved"));
          onClose();
        },
        onError: showFault,
      },
    );
  return (
    <FormModal<MergeRules>
      title={text("duplicates.rules")}
      okText={text("common.save")}
      busy={save.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={rules.data}
      width={520}
    >
      <p className="muted">{text("duplicates.rulesIntro")}</p>
      {DUPLICATE_SIGNS.map((sign) => (
        <Form.Item
          key={sign}
          name={sign}
          label={`${text(`duplicates.sign.${sign}`)} · ${text(`duplicates.confidence.${SIGN_CONFIDENCE[sign]}`)}`}
        >
          <Radio.Group
            options={[
              { value: "ask", label: text("duplicates.action.ask") },
              { value: "merge", label: text("duplicates.action.merge") },
            ]}
          />
        </Form.Item>
      ))}
    </FormModal>
  );
}
