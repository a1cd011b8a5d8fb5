import { EllipsisOutlined } from "@ant-design/icons";
import {
  getTemplate,
  listTemplates,
  listTemplateVersions,
  publishTemplate,
  updateTemplate,
  type TemplateDetail,
} from "@terrace/contract/api/templates";
import { useIsMutating } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { CopyTemplateModal, RenameTemplateModal } from "./TemplateModals.tsx";
import { useTemplateQuestions } from "./use-template-questions.ts";

const TOUCHES = [listTemplates, getTemplate, listTemplateVersions];

/** Publishing the saved draft, and what else is done with a template: renamed, copied, put away, or deleted while it never was published. */
export function TemplateActions({ template }: { readonly template: TemplateDetail }) {
  const text = useText();
  const may = useMay()("touch:write");
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), template: template.id };
  const publish = useChange(publishTemplate, TOUCHES);
  const update = useChange(updateTemplate, TOUCHES);
  // What is published is the edition that is shown, so it waits for what is being saved.
  const isSaving = useIsMutating() > 0;
  if (!may) return null;
  return (
    <>
      {template.archivedAt === null ? (
        <Button
          type="primary"
          loading={publish.isPending}
          disabled={!template.changedSince || isSaving}
          onClick={() => publish.mutate({ params, body: { basedOn: template.edition } }, { onError: showFault })}
        >
          {text("templates.publish")}
        </Button>
      ) : (
        <Button loading={update.isPending} onClick={() => update.mutate({ params, body: { archived: false } }, { onError: showFault })}>
          {text("templates.bringBack")}
        </Button>
      )}
      <MoreActions template={template} />
    </>
  );
}

function MoreActions({ template }: { readonly template: TemplateDetail }) {
  const text = useText();
  const [dialogue, setDialogue] = useState<"rename" | "copy">();
  const { askToArchive, askToDelete } = useTemplateQuestions(template);
  const close = () => setDialogue(undefined);
  const acts = {
    rename: () => setDialogue("rename"),
    copy: () => setDialogue("copy"),
    ...(template.archivedAt === null ? { archive: askToArchive } : {}),
    ...(template.publishedVersion === null ? { delete: askToDelete } : {}),
  };
  const words = {
    rename: text("templates.rename"),
    copy: text("templates.copy"),
    archive: text("templates.archive"),
    delete: text("common.delete"),
  };
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: (["rename", "copy", "archive", "delete"] as const).flatMap((key) => {
            const act = acts[key];
            return act === undefined ? [] : [{ key, label: words[key], danger: key === "archive" || key === "delete", onClick: act }];
          }),
        }}
      >
        <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
      </Dropdown>
      {dialogue === "rename" ? <RenameTemplateModal template={template} onClose={close} /> : null}
      {dialogue === "copy" ? <CopyTemplateModal template={template} onClose={close} /> : null}
    </>
  );
}
