import { DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { deleteConditionTemplate, listConditionTemplates, type ConditionTemplate } from "@terrace/contract/api/condition-templates";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { App, Button } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { ChangeTemplate } from "./ChangeTemplate.tsx";
import { TemplateRow, type Begin } from "./TemplateRow.tsx";

type Props = {
  /** The rule that stands in the builder, once it can be saved. */
  readonly own: PersonCondition | undefined;
  readonly onPick: (begin: Begin) => void;
};

/** Rules that somebody of the workspace saved as templates. */
export function OwnTemplates({ own, onPick }: Props) {
  const text = useText();
  const templates = useCall(listConditionTemplates, { params: useWorkspaceParams() });
  return (
    <section className="stack">
      <h3 className="template-head">{text("segments.ownTemplates")}</h3>
      <QueryView query={templates} skeleton={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="small muted">{text("segments.noOwnTemplates")}</p>
          ) : (
            <ul className="template-list">
              {items.map((template) => (
                <OwnTemplate key={template.id} template={template} own={own} onPick={onPick} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </section>
  );
}

function OwnTemplate({ template, own, onPick }: Props & { readonly template: ConditionTemplate }) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), template: template.id };
  const remove = useChange(deleteConditionTemplate, [listConditionTemplates]);
  const { name, note, rule, missingSegments, mayChange, createdBy } = template;
  const [changing, setChanging] = useState(false);
  const confirm = () =>
    void modal.confirm({
      title: text("segments.templateDelete", { name }),
      content: text("segments.templateDeleteBody"),
      okText: text("segments.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <TemplateRow
      name={name}
      rule={rule}
      onPick={onPick}
      note={
        <>
          {note === "" ? null : <p className="small">{note}</p>}
          <p className="small muted">{createdBy}</p>
          {missingSegments.length === 0 ? null : (
            <p className="small template-gone" role="note">
              {text("segments.templateGone", { segments: missingSegments.join(", ") })}
            </p>
          )}
        </>
      }
    >
      <CopyButton value={JSON.stringify(rule, null, 2)} label={text("segments.templateCopy", { name })} />
      {mayChange ? (
        <>
          <Button
            type="text"
            size="small"
            aria-label={text("segments.templateChange", { name })}
            icon={<EditOutlined />}
            onClick={() => setChanging(true)}
          />
          <Button
            type="text"
            size="small"
            aria-label={text("segments.templateDelete", { name })}
            icon={<DeleteOutlined />}
            onClick={confirm}
          />
        </>
      ) : null}
      {changing ? <ChangeTemplate template={template} own={own} onClose={() => setChanging(false)} /> : null}
    </TemplateRow>
  );
}
