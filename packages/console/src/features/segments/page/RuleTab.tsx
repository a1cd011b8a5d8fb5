import { listPeople } from "@terrace/contract/api/people";
import { changeSegmentPeople, getSegment, listSegments, updateSegment } from "@terrace/contract/api/segments";
import { DEFAULT_SCHEDULE } from "@terrace/domain/segments/standing";
import { Alert, App, Button } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { SaveFoot } from "../../../ui/SaveFoot.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { useDraft } from "../../../ui/use-draft.ts";
import type { WholeSegment } from "../answers.ts";
import { CombinationEditor } from "../CombinationEditor.tsx";
import { EstimatePanel } from "../estimate/EstimatePanel.tsx";
import { readIds } from "../ids-list.ts";
import { ListEditor, type IdsDraft } from "../ListEditor.tsx";
import { isScheduled, newDraft, questionOf, scheduleOf, type SegmentDraft } from "../new/segment-draft.ts";
import { RuleEditor } from "../rule/RuleEditor.tsx";
import { ScheduleEditor } from "../ScheduleEditor.tsx";
import { UsedBy } from "../UsedBy.tsx";

/** Who shall be in a segment from now on: another rule, other segments, or people put on the list and taken off. */
export function RuleTab({ segment }: { readonly segment: WholeSegment }) {
  const text = useText();
  const may = useMay();
  if (!may("segments:write"))
    return (
      <Panel>
        <p className="muted">{text("segments.noRight")}</p>
      </Panel>
    );
  return segment.kind === "list" ? <ChangeList segment={segment} /> : <ChangeRule segment={segment} />;
}

function ChangeRule({ segment }: { readonly segment: WholeSegment }) {
  const text = useText();
  const { message } = App.useApp();
  const start: SegmentDraft = {
    ...newDraft(),
    kind: segment.kind === "combination" ? "combination" : "rule",
    rule: segment.rule ?? undefined,
    combination: segment.combination ?? newDraft().combination,
    schedule: segment.live?.scheduled?.schedule,
  };
  const save = useChange(updateSegment, [getSegment, listSegments, listPeople]);
  const { draft, change, body: question } = useDraft(start, questionOf, save);
  const held = JSON.stringify(segment.combination === null ? { rule: segment.rule } : { combination: segment.combination });
  const { schedule } = scheduleOf(draft);
  const isNewTime = schedule !== undefined && JSON.stringify(schedule) !== JSON.stringify(segment.live?.scheduled?.schedule);
  const isNewRule = question !== undefined && JSON.stringify(question) !== held;
  const changed = isNewRule || (question !== undefined && isNewTime);
  const params = { ...useWorkspaceParams(), segment: segment.id };
  const submit = () => {
    if (question !== undefined)
      save.mutate(
        { params, body: { ...(isNewRule ? question : {}), ...(isNewTime ? { schedule } : {}) } },
        { onSuccess: () => void message.success(text("segments.ruleSaved")) },
      );
  };
  return (
    <div className="segment-form">
      <Panel>
        <div className="stack">
          {segment.usedBy.length === 0 ? null : (
            <Alert
              type="warning"
              showIcon
              title={text("segments.usedWarning", { count: segment.usedBy.length })}
              description={<UsedBy uses={segment.usedBy} />}
            />
          )}
          {draft.kind === "combination" ? (
            <CombinationEditor
              own={segment.id}
              combination={draft.combination}
              onChange={(combination) => change({ ...draft, combination })}
            />
          ) : (
            <RuleEditor rule={draft.rule} onChange={(rule) => change({ ...draft, rule })} />
          )}
          {isScheduled(draft) ? (
            <ScheduleEditor schedule={draft.schedule ?? DEFAULT_SCHEDULE} onChange={(next) => change({ ...draft, schedule: next })} />
          ) : null}
          <SaveFoot
            save={save}
            note={text("segments.ruleChangeNote")}
            canSave={changed}
            onSave={submit}
            saveText={text("segments.saveRule")}
          />
        </div>
      </Panel>
      <EstimatePanel
        question={question}
        waiting={text(draft.kind === "rule" ? "segments.estimateWaits" : "segments.estimateWaitsCombination")}
      />
    </div>
  );
}

/** Puts people on a list, or takes them off. */
function ChangeList({ segment }: { readonly segment: WholeSegment }) {
  const text = useText();
  const format = useFormat();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [ids, setIds] = useState<IdsDraft>({ identity: "user_id", typed: "" });
  const change = useChange(changeSegmentPeople, [getSegment, listSegments, listPeople]);
  const params = { ...useWorkspaceParams(), segment: segment.id };
  const values = [...readIds(ids.typed)];
  const submit = (what: "add" | "remove") =>
    change.mutate(
      { params, body: { [what]: { identity: ids.identity, values } } },
      {
        onSuccess: ({ added, removed, unknown }) => {
          setIds({ ...ids, typed: "" });
          void message.success(
            text("segments.listChanged", { added: format.count(added), removed: format.count(removed), unknown: format.count(unknown) }),
          );
        },
        onError: showFault,
      },
    );
  return (
    <Panel>
      <ListEditor draft={ids} onChange={setIds} />
      <div className="row segment-list-acts">
        <Button type="primary" disabled={values.length === 0} loading={change.isPending} onClick={() => submit("add")}>
          {text("segments.addPeople")}
        </Button>
        <Button disabled={values.length === 0} loading={change.isPending} onClick={() => submit("remove")}>
          {text("segments.removePeople")}
        </Button>
      </div>
    </Panel>
  );
}
