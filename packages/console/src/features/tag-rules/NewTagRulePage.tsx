import { listTags } from "@terrace/contract/api/person-remarks";
import { createTagRule, listTagRules } from "@terrace/contract/api/tag-rules";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { usePageDraft } from "../../ui/use-draft.ts";
import { bodyOf, newTagRule } from "./tag-rule-draft.ts";
import { tagRulePath } from "./tag-rule-paths.ts";
import { TagRuleEditor } from "./TagRuleEditor.tsx";

/** Makes a rule that puts a tag on people. */
export function NewTagRulePage() {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { draft, setDraft, leave } = usePageDraft(newTagRule);
  const create = useChange(createTagRule, [listTagRules, listTags]);
  const body = bodyOf(draft);
  const save = () => {
    if (body === undefined) return;
    create.mutate(
      { params, body },
      {
        onSuccess: ({ id }) => {
          leave();
          void navigate(link(tagRulePath(id)));
        },
      },
    );
  };
  return (
    <>
      <PageHeader
        title={text("tagRules.new")}
        actions={
          <Button type="primary" loading={create.isPending} disabled={body === undefined} onClick={save}>
            {text("common.save")}
          </Button>
        }
      />
      <TagRuleEditor draft={draft} onChange={setDraft} foot={create.error === null ? null : <FaultAlert error={create.error} />} />
    </>
  );
}
