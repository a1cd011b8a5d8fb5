import { createConditionTemplate, listConditionTemplates } from "@terrace/contract/api/condition-templates";
import type { Condition, PersonCondition } from "@terrace/domain/conditions/condition";
import { App, Button } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { readDraft } from "./rule-draft.ts";
import { TemplateFields, type TemplateWords } from "./ChangeTemplate.tsx";
import { TemplateDrawer } from "./TemplateDrawer.tsx";
import type { Begin } from "./TemplateRow.tsx";

type Props = { readonly rule: Condition | undefined; readonly onPick: (begin: Begin) => void };

/** Begins a rule with a template, and saves the rule that was put together as one. */
export function RuleTemplates({ rule, onPick }: Props) {
  const text = useText();
  const may = useMay();
  const [open, setOpen] = useState<"drawer" | "save">();
  const draft = readDraft(rule);
  const close = () => setOpen(undefined);
  return (
    <>
      <Button onClick={() => setOpen("drawer")}>{text("segments.templates")}</Button>
      {may("segments:write") ? (
        <Button disabled={draft.state !== "ready"} onClick={() => setOpen("save")}>
          {text("segments.saveTemplate")}
        </Button>
      ) : null}
      {open === "drawer" ? (
        <TemplateDrawer
          own={draft.state === "ready" ? draft.rule : undefined}
          onClose={close}
          onPick={(begin) => {
            onPick(begin);
            close();
          }}
        />
      ) : null}
      {open === "save" && draft.state === "ready" ? <SaveTemplate rule={draft.rule} onClose={close} /> : null}
    </>
  );
}

function SaveTemplate({ rule, onClose }: { readonly rule: PersonCondition; readonly onClose: () => void }) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const save = useChange(createConditionTemplate, [listConditionTemplates]);
  return (
    <FormModal<TemplateWords>
      title={text("segments.saveTemplate")}
      okText={text("common.save")}
      busy={save.isPending}
      onClose={onClose}
      onSubmit={({ name, note = "" }) =>
        save.mutate(
          { params, body: { name, note, rule } },
          {
            onSuccess: () => {
              void message.success(text("segments.templateSaved", { name }));
              onClose();
            },
            onError: showFault,
          },
        )
      }
    >
      <TemplateFields />
    </FormModal>
  );
}
