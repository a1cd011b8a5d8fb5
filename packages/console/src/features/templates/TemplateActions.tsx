import {
  getTemplate,
  listTemplates,
  listTemplateVersions,
  publishTemplate,
  updateTemplate,
  type TemplateDetail,
} from "@terrace/contract/api/templates";
import { App, Button } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

const TOUCHES = [listTemplates, getTemplate, listTemplateVersions];

/** Publishing the saved draft, and putting the template away. */
export function TemplateActions({ template }: { readonly template: TemplateDetail }) {
  const text = useText();
  const may = useMay()("touch:write");
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), template: template.id };
  const publish = useChange(publishTemplate, TOUCHES);
  const update = useChange(updateTemplate, TOUCHES);
  if (!may) return null;
  if (template.archivedAt !== null)
    return (
      <Button loading={update.isPending} onClick={() => update.mutate({ params, body: { archived: false } }, { onError: showFault })}>
        {text("templates.bringBack")}
      </Button>
    );
  return (
    <>
      <Button
        onClick={() =>
          void modal.confirm({
            title: text("templates.archiveTitle", { name: template.name }),
            content: text("templates.archiveBody", { count: template.usedBy.length }),
            okText: text("templates.archive"),
            okButtonProps: { danger: true },
            cancelText: text("common.cancel"),
            onOk: () => update.mutateAsync({ params, body: { archived: true } }).then(() => undefined, showFault),
          })
        }
      >
        {text("templates.archive")}
      </Button>
      <Button
        type="primary"
        loading={publish.isPending}
        disabled={!template.changedSince}
        onClick={() => publish.mutate({ params, body: { basedOn: template.edition } }, { onError: showFault })}
      >
        {text("templates.publish")}
      </Button>
    </>
  );
}
