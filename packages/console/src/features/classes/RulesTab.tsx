import { getClass, getClassFlow, listClasses, putClass } from "@terrace/contract/api/classes";
import { listPeople } from "@terrace/contract/api/people";
import { getSegmentSizes } from "@terrace/contract/api/segment-history";
import { App, Button } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { useUnsavedGuard } from "../../ui/use-unsaved-guard.ts";
import type { ClassView } from "./answers.ts";
import { bodyOf, draftOf } from "./class-draft.ts";
import { ClassEditor } from "./ClassEditor.tsx";

/** The values and rules of a class from now on. */
export function RulesTab({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const may = useMay();
  if (!may("segments:write"))
    return (
      <Panel>
        <p className="muted">{text("segments.noRight")}</p>
      </Panel>
    );
  return <ChangeRules whole={whole} />;
}

function ChangeRules({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const format = useFormat();
  const { message, modal } = App.useApp();
  const [draft, setDraft] = useState(() => draftOf(whole));
  const body = bodyOf(draft);
  const edited = JSON.stringify(draft) !== JSON.stringify(draftOf(whole));
  const changed = body !== undefined && JSON.stringify(body) !== JSON.stringify(bodyOf(draftOf(whole)));
  const save = useChange(putClass, [getClass, listClasses, getClassFlow, getSegmentSizes, listPeople]);
  useUnsavedGuard(() => edited && !save.isSuccess);
  const params = { ...useWorkspaceParams(), class: whole.key };
  const send = () => {
    if (body !== undefined) save.mutate({ params, body }, { onSuccess: () => void message.success(text("classes.saved")) });
  };
  const gone = whole.values.filter(({ value }) => body?.values.every((one) => one.value !== value));
  const submit = () => {
    if (gone.length === 0) return send();
    const people = gone.reduce((sum, each) => sum + each.people, 0);
    void modal.confirm({
      title: text("classes.goneTitle", { names: gone.map(({ name }) => name).join(", ") }),
      content: text("classes.goneBody", { count: people, shown: format.count(people) }),
      okText: text("common.save"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: send,
    });
  };
  return (
    <ClassEditor
      draft={draft}
      onChange={(next) => {
        save.reset();
        setDraft(next);
      }}
      foot={
        <>
          {save.error === null ? null : <FaultAlert error={save.error} />}
          <div className="row row-end">
            <span className="small muted grow">{text("classes.changeNote")}</span>
            <Button type="primary" disabled={!changed} loading={save.isPending} onClick={submit}>
              {text("common.save")}
            </Button>
          </div>
        </>
      }
    />
  );
}
