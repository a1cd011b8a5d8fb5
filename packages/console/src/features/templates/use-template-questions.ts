import { deleteTemplate, getTemplate, listTemplates, updateTemplate, type TemplateDetail } from "@terrace/contract/api/templates";
import { App } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { TEMPLATES_PATH } from "./template-words.ts";

/** Puts a template away, or deletes it, after asking whether that is meant. */
export function useTemplateQuestions({ id, name, usedBy }: TemplateDetail) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), template: id };
  const update = useChange(updateTemplate, [listTemplates, getTemplate]);
  const remove = useChange(deleteTemplate, [listTemplates]);
  const ask = (title: string, content: string, okText: string, onOk: () => Promise<void>) =>
    void modal.confirm({ title, content, okText, okButtonProps: { danger: true }, cancelText: text("common.cancel"), onOk });
  return {
    askToArchive: () =>
      ask(
        text("templates.archiveTitle", { name }),
        text("templates.archiveBody", { count: usedBy.length }),
        text("templates.archive"),
        () => update.mutateAsync({ params, body: { archived: true } }).then(() => undefined, showFault),
      ),
    askToDelete: () =>
      ask(text("templates.deleteTitle", { name }), text("templates.deleteBody", { count: usedBy.length }), text("common.delete"), () =>
        remove.mutateAsync({ params }).then(() => navigate(link(TEMPLATES_PATH)), showFault),
      ),
  };
}
