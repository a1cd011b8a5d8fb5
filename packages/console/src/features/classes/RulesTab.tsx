import { getClass, getClassFlow, listClasses, putClass } from "@terrace/contract/api/classes";
import { listPeople } from "@terrace/contract/api/people";
import { getSegmentSizes } from "@terrace/contract/api/segment-history";
import { App } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { SaveFoot } from "../../ui/SaveFoot.tsx";
import { useDraft } from "../../ui/use-draft.ts";
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
  const save = useChange(putClass, [getClass, listClasses, getClassFlow, getSegmentSizes, listPeople]);
  const { draft, change, body, canSave } = useDraft(draftOf(whole), bodyOf, save);
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
      onChange={change}
      foot={<SaveFoot save={save} note={text("classes.changeNote")} canSave={canSave} onSave={submit} />}
    />
  );
}
