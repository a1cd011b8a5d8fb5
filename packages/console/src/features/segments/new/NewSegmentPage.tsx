import { createSegment, getSegment, listSegments } from "@terrace/contract/api/segments";
import { DEFAULT_SCHEDULE } from "@terrace/domain/segments/standing";
import { Alert, App, Button, Form, Input, Segmented } from "antd";
import { useNavigate, useSearchParams } from "react-router";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { usePageDraft } from "../../../ui/use-draft.ts";
import { CombinationEditor } from "../CombinationEditor.tsx";
import { EstimatePanel } from "../estimate/EstimatePanel.tsx";
import { ScheduleEditor } from "../ScheduleEditor.tsx";
import { ListEditor } from "../ListEditor.tsx";
import { RuleEditor } from "../rule/RuleEditor.tsx";
import { bodyOf, isScheduled, KINDS, newDraft, questionOf, type SegmentDraft } from "./segment-draft.ts";
import "../segments.css";

/** Makes a segment: by a rule, from ids, or put together from others; `from` in the address names one to begin with. */
export function NewSegmentPage() {
  const [search] = useSearchParams();
  const from = search.get("from") ?? "";
  const given = useCall(getSegment, { params: { ...useWorkspaceParams(), segment: from } }, { enabled: from !== "" });
  const text = useText();
  if (from === "") return <NewSegment start={newDraft()} />;
  return (
    <QueryView query={given} skeleton={8}>
      {({ name, rule, combination, live }) => (
        <NewSegment
          start={{
            ...newDraft(),
            name: text("segments.copyOf", { name }),
            ...(rule === null ? {} : { rule }),
            schedule: live?.scheduled?.schedule,
            ...(combination === null ? {} : { kind: "combination", combination }),
          }}
        />
      )}
    </QueryView>
  );
}

function NewSegment({ start }: { readonly start: SegmentDraft }) {
  const text = useText();
  const { draft, setDraft, leave } = usePageDraft(start);
  const edit = (change: Partial<SegmentDraft>) => setDraft((now) => ({ ...now, ...change }));
  return (
    <>
      <PageHeader title={text("segments.new")} actions={<SaveButton draft={draft} onSaved={leave} />} />
      <div className={draft.kind === "list" ? "stack" : "segment-form"}>
        <Panel>
          <Form layout="vertical" component="div">
            <Form.Item label={text("segments.kind")} extra={text(`segments.kindNote.${draft.kind}`)}>
              <Segmented
                value={draft.kind}
                onChange={(kind) => edit({ kind })}
                options={KINDS.map((kind) => ({ value: kind, label: text(`segments.kind.${kind}`) }))}
              />
            </Form.Item>
            <Form.Item label={text("segments.name")} required>
              <Input
                aria-label={text("segments.name")}
                maxLength={80}
                value={draft.name}
                onChange={({ target }) => edit({ name: target.value })}
              />
            </Form.Item>
          </Form>
          <People draft={draft} edit={edit} />
        </Panel>
        {draft.kind === "list" ? null : (
          <EstimatePanel
            question={questionOf(draft)}
            waiting={text(draft.kind === "rule" ? "segments.estimateWaits" : "segments.estimateWaitsCombination")}
          />
        )}
      </div>
    </>
  );
}

/** Who shall be in it. */
function People({ draft, edit }: { readonly draft: SegmentDraft; readonly edit: (change: Partial<SegmentDraft>) => void }) {
  const text = useText();
  if (draft.kind === "list") return <ListEditor draft={draft.ids} onChange={(ids) => edit({ ids })} />;
  if (draft.kind === "combination")
    return <CombinationEditor combination={draft.combination} onChange={(combination) => edit({ combination })} />;
  return (
    <>
      {draft.rule === undefined ? <Alert className="segment-hint" type="info" title={text("segments.beginHint")} /> : null}
      <RuleEditor
        rule={draft.rule}
        onChange={(rule) => edit({ rule })}
        onBegun={({ name, rule }) => edit({ rule, ...(draft.name.trim() === "" ? { name } : {}) })}
      />
      {isScheduled(draft) ? (
        <ScheduleEditor schedule={draft.schedule ?? DEFAULT_SCHEDULE} onChange={(schedule) => edit({ schedule })} />
      ) : null}
    </>
  );
}

function SaveButton({ draft, onSaved }: { readonly draft: SegmentDraft; readonly onSaved: () => void }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const create = useChange(createSegment, [listSegments]);
  const body = bodyOf(draft);
  const save = () => {
    if (body === undefined) return;
    create.mutate(
      { params, body },
      {
        onSuccess: ({ id, unknown }) => {
          onSaved();
          if (unknown > 0) void message.info(text("segments.idsUnknown", { count: unknown, shown: format.count(unknown) }));
          void navigate(link(`segments/${id}`));
        },
        onError: showFault,
      },
    );
  };
  return (
    <Button type="primary" loading={create.isPending} disabled={body === undefined} onClick={save}>
      {text("common.save")}
    </Button>
  );
}
