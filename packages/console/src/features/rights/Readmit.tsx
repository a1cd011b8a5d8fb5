import { listErasures, readmitIds } from "@terrace/contract/api/rights";
import { App, Form, Input } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { IdListField } from "./IdListField.tsx";
import { readIdList } from "./id-list.ts";

type Fields = { readonly list: string; readonly reason: string };

/** Lets erased ids in again, because their person came back. */
export function Readmit({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const readmit = useChange(readmitIds, [listErasures]);
  const submit = ({ list, reason }: Fields) => {
    const read = readIdList(list);
    if (!("ids" in read)) return;
    readmit.mutate(
      { params, body: { identities: [...read.ids], reason } },
      {
        onSuccess: ({ admitted }) => {
          void message.success(text("erasures.readmitted", { count: admitted }));
          onClose();
        },
        onError: showFault,
      },
    );
  };
  return (
    <FormModal<Fields>
      title={text("erasures.readmitTitle")}
      okText={text("erasures.readmit")}
      busy={readmit.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="muted">{text("erasures.readmitHint")}</p>
      <IdListField hint="erasures.readmitList" rows={4} />
      <Form.Item
        name="reason"
        label={text("rights.reason")}
        rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("rights.reasonRule") }]}
      >
        <Input.TextArea rows={2} maxLength={300} />
      </Form.Item>
    </FormModal>
  );
}
