import { getClass, listClasses, putClass } from "@terrace/contract/api/classes";
import { listClassification } from "@terrace/contract/api/privacy";
import { CLASS_TEMPLATE_KINDS, type ClassTemplateKind } from "@terrace/domain/classes/class-templates";
import { App, Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ConditionInLine } from "../conditions/ConditionText.tsx";
import type { ClassTemplate } from "./answers.ts";
import { newClassPath } from "./class-paths.ts";
import { useTemplates } from "./use-templates.ts";
import "./classes.css";

/** The usual classes that are not there yet, with their rules: switched on as they are, or changed before. */
export function ClassTemplates({ taken }: { readonly taken: readonly string[] }) {
  const text = useText();
  const [kind, setKind] = useState<ClassTemplateKind>("shop");
  const templates = useTemplates(kind);
  if (templates.data?.items.every(({ key }) => taken.includes(key)) === true) return null;
  return (
    <Panel
      title={text("classes.templates")}
      extra={
        <Segmented<ClassTemplateKind>
          size="small"
          aria-label={text("classes.kind")}
          value={kind}
          onChange={setKind}
          options={CLASS_TEMPLATE_KINDS.map((one) => ({ value: one, label: text(`classes.kind.${one}`) }))}
        />
      }
    >
      <div className="stack">
        <p className="muted">{text("classes.cost")}</p>
        <QueryView query={templates} skeleton={8}>
          {({ items }) => (
            <div className="class-templates">
              {items
                .filter(({ key }) => !taken.includes(key))
                .map((template) => (
                  <Template key={template.key} template={template} kind={kind} />
                ))}
            </div>
          )}
        </QueryView>
      </div>
    </Panel>
  );
}

function Template({ template, kind }: { readonly template: ClassTemplate; readonly kind: ClassTemplateKind }) {
  const text = useText();
  const link = useLink();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), class: template.key };
  const put = useChange(putClass, [listClasses, getClass, listClassification]);
  const { key, name, values } = template;
  const switchOn = () =>
    put.mutate(
      { params, body: { name, values } },
      { onSuccess: () => void message.success(text("classes.switchedOn", { name })), onError: showFault },
    );
  return (
    <section className="class-template" aria-label={name}>
      <h3>{name}</h3>
      <ol>
        {values.map(({ value, name: called, rule }) => (
          <li key={value}>
            <b>{called}</b>
            <span className="small muted class-words">{rule === null ? text("classes.rest") : <ConditionInLine condition={rule} />}</span>
          </li>
        ))}
      </ol>
      <div className="row-wrap">
        <Button type="primary" loading={put.isPending} aria-label={`${text("classes.switchOn")} ${name}`} onClick={switchOn}>
          {text("classes.switchOn")}
        </Button>
        <Link to={link(newClassPath({ template: key, kind }))}>
          <Button>{text("classes.changeFirst")}</Button>
        </Link>
      </div>
    </section>
  );
}
