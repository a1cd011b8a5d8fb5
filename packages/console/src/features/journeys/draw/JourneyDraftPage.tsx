import { RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { getJourney, type JourneyDetail } from "@terrace/contract/api/journeys";
import { Alert, Button, Segmented } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { isFault } from "../../../app/api/api-fault.ts";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useLink, useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { journeyPath } from "../journey-paths.ts";
import { JourneyState } from "../JourneyState.tsx";
import { MoveModal } from "../MoveModal.tsx";
import { DraftSettingsModal } from "./DraftSettingsModal.tsx";
import { ENTRY } from "./draft-edits.ts";
import { EntryPanel } from "./EntryPanel.tsx";
import { FaultList } from "./FaultList.tsx";
import { FlowDrawing } from "./FlowDrawing.tsx";
import { NodePanel } from "./NodePanel.tsx";
import type { Trial } from "./trial.ts";
import { TryPanel } from "./TryPanel.tsx";
import { useDraftFaults, type DraftFaults } from "./use-draft-faults.ts";
import { useDrawing } from "./use-drawing.ts";
import { useJourneyDraft, type JourneyDraft } from "./use-journey-draft.ts";
import "../journeys.css";

/** The canvas: a journey's draft is drawn, checked, saved and handed in. */
export function JourneyDraftPage() {
  const { journey: id = "" } = useParams();
  const text = useText();
  const journey = useCall(getJourney, { params: { ...useWorkspaceParams(), journey: id } });
  if (isFault(journey.error, "journey.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.journeys")} />
        <Panel>
          <EmptyState text={text("journeys.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={journey} skeleton={10}>
      {(data) => <Canvas key={data.id} journey={data} />}
    </QueryView>
  );
}

const SIDES = ["panel", "try"] as const;

/** Where somebody who is tried was and is. */
function passedIn({ simulation: { passages, enrolment } }: Trial): ReadonlySet<string> {
  return new Set([...passages.map(({ node }) => node), enrolment.place.node]);
}

function Canvas({ journey }: { readonly journey: JourneyDetail }) {
  const text = useText();
  const phone = usePhone();
  const may = useMay()("touch:write") && journey.state !== "archived";
  const draft = useJourneyDraft(journey);
  const { definition } = draft.draft;
  const faults = useDraftFaults(definition, may);
  const drawing = useDrawing(draft, may && !phone);
  const { selected, select } = drawing;
  const [trial, setTrial] = useState<Trial>();
  const [side, setSide] = useState<(typeof SIDES)[number]>("panel");
  return (
    <>
      <Head journey={journey} draft={draft} faults={faults} isOn={may && !phone} />
      {phone && may ? <Alert className="journey-notice" type="info" showIcon title={text("journeys.draw.phone")} /> : null}
      {draft.error === null ? null : <FaultAlert error={draft.error} />}
      <div className="draw">
        <FlowDrawing
          definition={definition}
          label={text("journeys.draw.canvas")}
          selected={selected}
          onSelect={select}
          faulty={new Set(faults.faults.map(({ node }) => node))}
          drawing={drawing.drawing}
          {...(trial === undefined || side === "panel" ? {} : { passed: passedIn(trial) })}
        />
        {may && !phone ? (
          <div className="draw-side stack">
            <Segmented
              block
              aria-label={text("journeys.draw.side")}
              value={side}
              onChange={setSide}
              options={SIDES.map((value) => ({ value, label: text(value === "try" ? "journeys.try" : "journeys.draw.panel") }))}
            />
            {side === "try" ? (
              <TryPanel journey={journey.id} definition={definition} trial={trial} onTrial={setTrial} />
            ) : (
              <>
                <Side drawing={drawing} draft={draft} />
                <FaultList definition={definition} faults={faults.faults} onSelect={select} />
              </>
            )}
          </div>
        ) : null}
      </div>
    </>
  );
}

/** What is chosen, to be changed. */
function Side({ drawing, draft }: { readonly drawing: ReturnType<typeof useDrawing>; readonly draft: JourneyDraft }) {
  const text = useText();
  const { definition } = draft.draft;
  const { node, selected } = drawing;
  if (selected === ENTRY) return <EntryPanel definition={definition} onChange={drawing.put} />;
  if (node === undefined)
    return (
      <Panel title={text("journeys.draw.panel")}>
        <p className="muted small">{text("journeys.draw.chooseHint")}</p>
      </Panel>
    );
  return (
    <NodePanel
      definition={definition}
      node={node}
      copied={drawing.copied}
      onChange={drawing.changeNode}
      onLead={drawing.lead}
      onAdd={drawing.add}
      onCopy={drawing.copy}
      onRemove={drawing.remove}
    />
  );
}

type HeadProps = {
  readonly journey: JourneyDetail;
  readonly draft: JourneyDraft;
  readonly faults: DraftFaults;
  readonly isOn: boolean;
};

function Head({ journey, draft, faults, isOn }: HeadProps) {
  const text = useText();
  const link = useLink();
  const [asks, setAsks] = useState<"settings" | "submit">();
  const close = () => setAsks(undefined);
  const { undo, redo, isEdited, isSaving } = draft;
  const isDraft = journey.next?.state === "draft" && !isEdited;
  return (
    <>
      <PageHeader
        title={draft.draft.name}
        tags={<JourneyState journey={journey} />}
        meta={
          <>
            <Link to={link(journeyPath(journey.id))}>{text("journeys.draw.back")}</Link>
            <span>{text(isEdited ? "journeys.draw.unsaved" : "journeys.draw.saved")}</span>
          </>
        }
        actions={
          isOn ? (
            <>
              <Button icon={<UndoOutlined />} aria-label={text("journeys.draw.undo")} disabled={undo === undefined} onClick={undo} />
              <Button icon={<RedoOutlined />} aria-label={text("journeys.draw.redo")} disabled={redo === undefined} onClick={redo} />
              <Button onClick={() => setAsks("settings")}>{text("journeys.tab.settings")}</Button>
              {isDraft ? (
                <Button type="primary" disabled={faults.faults.length > 0} onClick={() => setAsks("submit")}>
                  {text("journeys.move.submit")}
                </Button>
              ) : (
                <Button type="primary" disabled={!isEdited || faults.hasGaps} loading={isSaving} onClick={draft.save}>
                  {text("common.save")}
                </Button>
              )}
            </>
          ) : null
        }
      />
      {asks === "settings" ? <DraftSettingsModal draft={draft.draft} onSave={draft.change} onClose={close} /> : null}
      {asks === "submit" ? <MoveModal journey={journey} move="submit" inside={0} onClose={close} /> : null}
    </>
  );
}
