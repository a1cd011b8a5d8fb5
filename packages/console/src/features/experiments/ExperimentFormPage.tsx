import { createExperiment, getExperiment, listExperiments, updateExperiment, type ExperimentView } from "@terrace/contract/api/experiments";
import { EXPERIMENT_KINDS } from "@terrace/domain/experiments/tell-results";
import { Alert, Button, Form, Input, Segmented } from "antd";
import { useNavigate, useParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { usePageDraft } from "../../ui/use-draft.ts";
import { AllocationEditor } from "./bandit/AllocationEditor.tsx";
import { bodyOf, draftOf, newExperiment, type ExperimentDraft, type PartProps } from "./experiment-draft.ts";
import "./experiments.css";
import { MetricsEditor } from "./MetricsEditor.tsx";
import { useNamingRules } from "./moves/use-naming-rules.ts";
import { PeopleEditor } from "./PeopleEditor.tsx";
import { ReadingEditor } from "./ReadingEditor.tsx";
import { VariantsEditor } from "./VariantsEditor.tsx";

/** Makes an experiment. */
export function NewExperimentPage() {
  const text = useText();
  return <Editing begun={newExperiment({ control: text("experiments.control"), treatment: text("experiments.treatment") })} />;
}

/** Changes one there is. */
export function EditExperimentPage() {
  const { experiment = "" } = useParams();
  const query = useCall(getExperiment, { params: { ...useWorkspaceParams(), experiment } });
  return (
    <QueryView query={query} skeleton={10}>
      {(shown) => <Editing key={shown.id} begun={draftOf(shown)} experiment={shown} />}
    </QueryView>
  );
}

type EditingProps = { readonly begun: ExperimentDraft; readonly experiment?: ExperimentView };

function Editing({ begun: first, experiment }: EditingProps) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const { begun, draft, setDraft, leave } = usePageDraft(first);
  const create = useChange(createExperiment, [listExperiments]);
  const update = useChange(updateExperiment, [listExperiments, getExperiment]);
  const edit = (change: Partial<ExperimentDraft>) => setDraft({ ...draft, ...change });
  const body = bodyOf(draft);
  const done = ({ id }: ExperimentView) => {
    leave();
    void navigate(link(`experiments/${id}`));
  };
  const save = () => {
    if (body === undefined) return;
    if (experiment === undefined) create.mutate({ params, body }, { onSuccess: done });
    else update.mutate({ params: { ...params, experiment: experiment.id }, body }, { onSuccess: done });
  };
  const isLocked = experiment !== undefined && experiment.state !== "draft";
  const error = create.error ?? update.error;
  return (
    <>
      <PageHeader
        title={experiment === undefined ? text("experiments.new") : text("experiments.change", { name: experiment.name })}
        actions={
          <Button type="primary" loading={create.isPending || update.isPending} disabled={body === undefined} onClick={save}>
            {text("common.save")}
          </Button>
        }
      />
      <div className="stack">
        {error === null ? null : <FaultAlert error={error} />}
        {isLocked ? <p className="muted experiment-note">{text("experiments.lockedNote")}</p> : null}
        <Basics draft={draft} edit={edit} isLocked={isLocked} />
        <AllocationEditor draft={draft} edit={edit} isLocked={isLocked} />
        <VariantsEditor draft={draft} edit={edit} isLocked={isLocked} />
        <PeopleEditor draft={draft} edit={edit} isLocked={isLocked} />
        <MetricsEditor draft={draft} edit={edit} isLocked={isLocked} locked={isLocked ? begun.metrics.length : 0} />
        <ReadingEditor draft={draft} edit={edit} isLocked={isLocked} />
        {body === undefined ? (
          <p className="small muted">{text(draft.allocation.kind === "bandit" ? "experiments.bandit.missing" : "experiments.missing")}</p>
        ) : null}
      </div>
    </>
  );
}

function Basics({ draft, edit, isLocked }: PartProps) {
  const text = useText();
  const { alone } = useNamingRules(draft.key);
  return (
    <Panel title={text("experiments.basics")}>
      <Form className="experiment-fields" layout="vertical" component="div">
        <Form.Item label={text("experiments.kind")} extra={text(`experiments.kindNote.${draft.kind}`)}>
          <Segmented
            aria-label={text("experiments.kind")}
            disabled={isLocked}
            value={draft.kind}
            onChange={(kind) => edit({ kind })}
            options={EXPERIMENT_KINDS.map((value) => ({ value, label: text(`experiments.kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item label={text("experiments.name")} required>
          <Input
            aria-label={text("experiments.name")}
            maxLength={80}
            value={draft.name}
            onChange={({ target }) => edit({ name: target.value })}
          />
        </Form.Item>
        <Form.Item label={text("experiments.key")} required extra={text("experiments.keyNote")}>
          <Input
            aria-label={text("experiments.key")}
            className="mono"
            maxLength={64}
            disabled={isLocked}
            value={draft.key}
            onChange={({ target }) => edit({ key: target.value })}
          />
        </Form.Item>
        {alone === "" ? null : (
          <Alert className="experiment-warning" type="warning" showIcon title={text("experiments.endsSplit", { flags: alone })} />
        )}
        <Form.Item label={text("experiments.hypothesis")} extra={text("experiments.hypothesisNote")}>
          <Input.TextArea
            aria-label={text("experiments.hypothesis")}
            rows={2}
            maxLength={2_000}
            disabled={isLocked}
            value={draft.hypothesis}
            onChange={({ target }) => edit({ hypothesis: target.value })}
          />
        </Form.Item>
      </Form>
    </Panel>
  );
}
