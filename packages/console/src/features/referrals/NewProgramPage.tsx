import { createProgram, listPrograms } from "@terrace/contract/api/referrals";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { usePageDraft } from "../../ui/use-draft.ts";
import { bodyOf, newProgram } from "./program-draft.ts";
import { ProgramEditor } from "./ProgramEditor.tsx";
import { programPath } from "./referral-paths.ts";

/** Begins a referral program. */
export function NewProgramPage() {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { draft, setDraft, leave } = usePageDraft(newProgram);
  const create = useChange(createProgram, [listPrograms]);
  const body = bodyOf(draft);
  const save = () => {
    if (body === undefined) return;
    create.mutate(
      { params, body },
      {
        onSuccess: ({ id }) => {
          leave();
          void navigate(link(programPath(id)));
        },
      },
    );
  };
  return (
    <>
      <PageHeader
        title={text("referrals.new")}
        actions={
          <Button type="primary" loading={create.isPending} disabled={body === undefined} onClick={save}>
            {text("common.save")}
          </Button>
        }
      />
      <ProgramEditor draft={draft} onChange={setDraft} foot={create.error === null ? null : <FaultAlert error={create.error} />} />
    </>
  );
}
