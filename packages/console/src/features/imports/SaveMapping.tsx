import type { saveMapping } from "@terrace/contract/api/import-mappings";
import type { ImportPlan } from "@terrace/domain/imports/import-plan";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Fields = { readonly name: string };

/** Keeps the mapping on screen under a name, for the next file of the same shape. */
export function SaveMapping({ contract, plan }: { readonly contract: typeof saveMapping; readonly plan: ImportPlan }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [open, setOpen] = useState(false);
  const save = useChange(contract);
  const submit = ({ name }: Fields) => {
    const columns = plan.columns.map(({ column }) => column);
    save.mutateAsync({ params, body: { name, columns, plan: { ...plan, columns: [...plan.columns] } } }).then(() => {
      setOpen(false);
      void message.success(text("imports.savedDone", { name }));
    }, showFault);
  };
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {text("imports.save")}
      </Button>
      {open ? (
        <FormModal<Fields>
          title={text("imports.save")}
          okText={text("common.save")}
          busy={save.isPending}
          onSubmit={submit}
          onClose={() => setOpen(false)}
        >
          <Form.Item name="name" label={text("imports.saveName")} rules={[{ required: true, whitespace: true }]}>
            <Input maxLength={80} />
          </Form.Item>
        </FormModal>
      ) : null}
    </>
  );
}
