import { createErasure, listErasures, previewErasure } from "@terrace/contract/api/rights";
import { Alert, App } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { EraseFields } from "./ErasePerson.tsx";
import { IdListField } from "./IdListField.tsx";
import { readIdList, type ListedId } from "./id-list.ts";

type Fields = { readonly list: string; readonly reason: string; readonly confirm: boolean };
type Checked = { readonly ids: readonly ListedId[]; readonly found: CallAnswer<typeof previewErasure> };

/** Erases the people of a list: first the list is checked, then it asks as for one person. */
export function EraseList({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [checked, setChecked] = useState<Checked>();
  const preview = useChange(previewErasure);
  const erase = useChange(createErasure, [listErasures]);
  const check = (list: string) => {
    const read = readIdList(list);
    if (!("ids" in read)) return;
    preview.mutate(
      { params, body: { identities: [...read.ids] } },
      { onSuccess: (found) => setChecked({ ids: read.ids, found }), onError: showFault },
    );
  };
  const submit = (fields: Fields) => {
    if (checked === undefined) {
      check(fields.list);
      return;
    }
    erase.mutate(
      { params, body: { identities: [...checked.ids], reason: fields.reason, confirm: "erase" } },
      {
        onSuccess: () => {
          void message.success(text("rights.eraseStarted"));
          onClose();
        },
        onError: showFault,
      },
    );
  };
  return (
    <FormModal<Fields>
      title={text("rights.eraseListTitle")}
      okText={text(checked === undefined ? "rights.check" : "rights.erase")}
      danger={checked !== undefined}
      busy={preview.isPending || erase.isPending}
      onSubmit={submit}
      onClose={onClose}
      width={480}
    >
      {checked === undefined ? <IdListField hint="rights.listHint" rows={8} /> : <Found found={checked.found} />}
    </FormModal>
  );
}

function Found({ found }: { readonly found: Checked["found"] }) {
  const text = useText();
  const format = useFormat();
  return (
    <>
      <p>{text("rights.eraseBody", { people: format.count(found.people), ids: format.count(found.ids) })}</p>
      {found.notFound > 0 ? (
        <Alert type="warning" showIcon title={text("rights.eraseNotFound", { count: found.notFound })} className="erase-alert" />
      ) : null}
      <EraseFields />
    </>
  );
}
