import { createMerge, listConflicts, listMerges, previewMerge } from "@terrace/contract/api/merges";
import { getPerson, getTimeline, listPeople } from "@terrace/contract/api/people";
import { App, Button, Checkbox, Form, Input } from "antd";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { MergePreviewView } from "./MergePreviewView.tsx";
import { PersonPicker } from "./PersonPicker.tsx";
import type { MergePreview } from "./answers.ts";

/** Joins a person with another one: choose, see what it gives, confirm. */
export function MergePage() {
  const text = useText();
  const params = useWorkspaceParams();
  const { person = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const other = search.get("with") ?? "";
  const first = useCall(getPerson, { params: { ...params, person } });
  const preview = useCall(previewMerge, { params, body: { people: [person, other] } }, { enabled: other !== "" && other !== person });
  return (
    <>
      <PageHeader
        title={first.data === undefined ? text("merges.pageTitle") : `${text("merges.pageTitle")} ${first.data.displayName}`}
        meta={<span>{text("merges.reversible")}</span>}
      />
      <div className="stack">
        <Panel title={text("merges.pick")}>
          <PersonPicker except={person} value={other} onPick={(id) => setSearch({ with: id }, { replace: true })} />
        </Panel>
        {other === "" ? (
          <Panel>
            <EmptyState text={text("merges.choose")} />
          </Panel>
        ) : (
          <QueryView query={preview} skeleton={10}>
            {(data) => (
              <div className="stack">
                <MergePreviewView preview={data} />
                <ConfirmMerge key={other} preview={data} people={[person, other]} />
              </div>
            )}
          </QueryView>
        )}
      </div>
    </>
  );
}

function ConfirmMerge({ preview, people }: { readonly preview: MergePreview; readonly people: [string, string] }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [confirmed, setConfirmed] = useState(false);
  const merge = useChange(createMerge, [getPerson, getTimeline, listPeople, listMerges, listConflicts]);
  const conflicted = preview.conflicts.length > 0;
  const possible = preview.allowed || (conflicted && preview.reason === "person.merge_conflict");
  if (!possible) return null;
  const submit = ({ reason }: { reason: string }) =>
    merge.mutate(
      { params, body: { people, reason: reason.trim(), confirmConflicts: confirmed } },
      {
        onSuccess: ({ survivor }) => {
          void message.success(text("merges.done"));
          void navigate(link(`people/${survivor}`));
        },
        onError: showFault,
      },
    );
  return (
    <Panel>
      <Form layout="vertical" initialValues={{ reason: "" }} onFinish={submit} className="merge-form">
        <Form.Item name="reason" label={text("merges.reason")}>
          <Input maxLength={300} placeholder={text("merges.reasonExample")} />
        </Form.Item>
        {conflicted ? (
          <Form.Item>
            <Checkbox checked={confirmed} onChange={(event) => setConfirmed(event.target.checked)}>
              {text("merges.conflictConfirm")}
            </Checkbox>
          </Form.Item>
        ) : null}
        <Button type="primary" htmlType="submit" loading={merge.isPending} disabled={conflicted && !confirmed}>
          {text("merges.submit")}
        </Button>
      </Form>
    </Panel>
  );
}
