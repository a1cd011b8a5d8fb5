import { putPyramid } from "@terrace/contract/api/pyramids";
import { App, Button } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText, useWords } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { SaveFoot } from "../../../ui/SaveFoot.tsx";
import { useDraft } from "../../../ui/use-draft.ts";
import type { PyramidView } from "../answers.ts";
import { RULE_TOUCHES } from "../touches.ts";
import { bodyOf, bodyOfView, draftOf } from "./pyramid-draft.ts";
import { PyramidEditor } from "./PyramidEditor.tsx";

/** A draft as it begins, with the version of the pyramid that it changes. */
function beginningOf(pyramid: PyramidView) {
  return { version: pyramid.version, draft: draftOf(bodyOfView(pyramid)) };
}

/** The layers and rules of a pyramid from now on. */
export function RulesTab({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const may = useMay();
  if (!may("segments:write"))
    return (
      <Panel>
        <p className="muted">{text("segments.noRight")}</p>
      </Panel>
    );
  return <ChangeRules pyramid={pyramid} />;
}

function ChangeRules({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const { message, modal } = App.useApp();
  const [begun, setBegun] = useState(() => beginningOf(pyramid));
  const save = useChange(putPyramid, RULE_TOUCHES);
  const { draft, change, begin, body, isEdited } = useDraft(begun.draft, bodyOf, save);
  const beginFrom = (from: PyramidView) => {
    const next = beginningOf(from);
    setBegun(next);
    begin(next.draft);
  };
  // What somebody else changed is shown while nothing here would be lost by it.
  if (!isEdited && pyramid.version > begun.version) beginFrom(pyramid);
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key };
  const send = () => {
    if (body === undefined) return;
    const done = (saved: PyramidView) => {
      beginFrom(saved);
      void message.success(text("classes.saved"));
    };
    save.mutate({ params, body: { ...body, basedOn: begun.version } }, { onSuccess: done });
  };
  const loadNewest = () => {
    save.reset();
    beginFrom(pyramid);
  };
  const isStale = isEdited && pyramid.version > begun.version;
  const gone = pyramid.layers.filter(({ key }) => body?.layers.every((one) => one.key !== key));
  const submit = () => {
    if (gone.length === 0) return send();
    const people = gone.reduce((sum, each) => sum + each.people, 0);
    void modal.confirm({
      title: text("classes.goneTitle", { names: gone.map(({ name }) => words(name)).join(text("verification.and")) }),
      content: text("classes.goneBody", { count: people, shown: format.count(people) }),
      okText: text("common.save"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: send,
    });
  };
  return (
    <PyramidEditor
      draft={draft}
      onChange={change}
      foot={
        <SaveFoot save={save} note={text("pyramids.changeNote")} canSave={isEdited && body !== undefined} onSave={submit}>
          {isStale ? <Button onClick={loadNewest}>{text("pyramids.loadNewest")}</Button> : null}
        </SaveFoot>
      }
    />
  );
}
