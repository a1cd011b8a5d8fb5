import { putPyramid } from "@terrace/contract/api/pyramids";
import { App, Button } from "antd";
import { Link } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ToneBadge } from "../../ui/ToneBadge.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ConditionInLine } from "../conditions/ConditionText.tsx";
import type { PyramidTemplate } from "./answers.ts";
import { freeKey } from "./free-key.ts";
import { newPyramidPath } from "./pyramid-paths.ts";
import { RULE_TOUCHES } from "./touches.ts";
import { useTemplates } from "./use-templates.ts";
import "../classes/classes.css";

/** The usual pyramids: switched on as they are, or changed before. Each begins under a key that is free. */
export function PyramidTemplates({ taken }: { readonly taken: readonly string[] }) {
  const text = useText();
  const templates = useTemplates();
  return (
    <Panel title={text("pyramids.templates")}>
      <div className="stack">
        <p className="muted">{text("pyramids.templatesNote")}</p>
        <QueryView query={templates} skeleton={8}>
          {({ items }) => (
            <div className="class-templates">
              {items.map((template) => (
                <Template key={template.kind} template={template} taken={taken} />
              ))}
            </div>
          )}
        </QueryView>
      </div>
    </Panel>
  );
}

function Template({ template: { kind, key, body }, taken }: { readonly template: PyramidTemplate; readonly taken: readonly string[] }) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), pyramid: freeKey(key, taken) };
  const put = useChange(putPyramid, RULE_TOUCHES);
  const name = words(body.name);
  const switchOn = () =>
    put.mutate(
      { params, body: { ...body, basedOn: 0 } },
      { onSuccess: () => void message.success(text("classes.switchedOn", { name })), onError: showFault },
    );
  return (
    <section className="class-template" aria-label={name}>
      <h3>
        {name} <small className="muted">{text(`pyramids.kind.${kind}`)}</small>
      </h3>
      <ol>
        {body.layers.map((layer, at) => (
          <li key={layer.key}>
            <b>{words(layer.name)}</b> <ToneBadge badge={layer.badge} />
            <span className="small muted class-words">
              {layer.rule === null ? (
                text(at === body.layers.length - 1 ? "pyramids.everyoneElse" : "pyramids.byAppointment")
              ) : (
                <ConditionInLine condition={layer.rule} />
              )}
            </span>
          </li>
        ))}
      </ol>
      <div className="row-wrap">
        <Button type="primary" loading={put.isPending} aria-label={`${text("classes.switchOn")} ${name}`} onClick={switchOn}>
          {text("classes.switchOn")}
        </Button>
        <Link to={link(newPyramidPath(kind))}>
          <Button>{text("classes.changeFirst")}</Button>
        </Link>
      </div>
    </section>
  );
}
