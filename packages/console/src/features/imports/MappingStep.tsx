import { listImports, startImport } from "@terrace/contract/api/imports";
import { previewUpload } from "@terrace/contract/api/import-uploads";
import { saveMapping } from "@terrace/contract/api/import-mappings";
import { startTrial } from "@terrace/contract/api/import-trials";
import { mappingOfPlan } from "@terrace/domain/imports/import-plan";
import type { ImportPlan } from "@terrace/domain/imports/import-plan";
import { planGaps } from "@terrace/domain/imports/plan-gaps";
import type { JsonObject } from "@terrace/domain/json";
import { Button, Tag } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ColumnTable } from "./ColumnTable.tsx";
import { PlanGaps } from "./PlanGaps.tsx";
import { PreviewFault } from "./PreviewFault.tsx";
import { PreviewTable } from "./PreviewTable.tsx";
import { ReadingForm } from "./ReadingForm.tsx";
import { SaveMapping } from "./SaveMapping.tsx";
import { TrialView } from "./TrialView.tsx";
import type { Ask, Preview } from "./answers.ts";

/** What the columns of an uploaded file stand for, tried out and then imported. */
export function MappingStep({ uploadId, onAgain }: { readonly uploadId: string; readonly onAgain: () => void }) {
  const [ask, setAsk] = useState<Ask>({});
  const params = { ...useWorkspaceParams(), upload: uploadId };
  const preview = useCall(previewUpload, { params, body: ask }, { keepPrevious: true, staleMs: Infinity });
  if (preview.isError && !preview.isFetching) return <PreviewFault error={preview.error} onAgain={onAgain} />;
  return (
    <QueryView query={preview} skeleton={8}>
      {(seen) => (
        <Mapping key={JSON.stringify(seen.plan)} preview={seen} uploadId={uploadId} onAsk={(next) => setAsk({ ...ask, ...next })} />
      )}
    </QueryView>
  );
}

type MappingProps = { readonly preview: Preview; readonly uploadId: string; readonly onAsk: (ask: Ask) => void };

function Mapping({ preview, uploadId, onAsk }: MappingProps) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [plan, setPlan] = useState<ImportPlan>(preview.plan);
  const [trialId, setTrialId] = useState("");
  const trial = useChange(startTrial);
  const run = useChange(startImport, [listImports]);
  // A file rule is an object of texts and numbers; the contract says any JSON.
  const body = { upload: uploadId, mapping: mappingOfPlan(plan, preview.file as JsonObject) };
  const isLacking = preview.rows.length === 0 || planGaps(plan).length > 0;
  const change = (next: ImportPlan) => {
    setTrialId("");
    setPlan(next);
  };
  const tryOut = () => trial.mutateAsync({ params, body: body as never }).then(({ id }) => setTrialId(id), showFault);
  const start = () => run.mutateAsync({ params, body: body as never }).then(({ id }) => navigate(link(`data/imports/${id}`)), showFault);
  return (
    <div className="stack">
      <Panel title={text("imports.howRead")} extra={<Detected preview={preview} />}>
        <ReadingForm preview={preview} plan={plan} onAsk={onAsk} onChange={change} />
      </Panel>
      <Panel title={text("imports.columns")} extra={<SaveMapping contract={saveMapping} plan={plan} />} flush>
        <ColumnTable preview={preview} plan={plan} onChange={change} />
      </Panel>
      <Panel title={text("imports.preview")} flush>
        <PreviewTable preview={preview} />
      </Panel>
      {trialId === "" ? null : <TrialView key={trialId} trialId={trialId} />}
      <PlanGaps plan={plan} preview={preview} />
      <div className="row-wrap import-actions">
        <Button disabled={isLacking} loading={trial.isPending} onClick={() => void tryOut()}>
          {text("imports.try")}
        </Button>
        <Button type="primary" disabled={isLacking} loading={run.isPending} onClick={() => void start()}>
          {text("imports.run")}
        </Button>
        <span className="muted">{text("imports.runHint")}</span>
      </div>
    </div>
  );
}

function Detected({ preview }: { readonly preview: Preview }) {
  const encoding = preview.format === "csv" || preview.format === "jsonl" ? ` · ${preview.encoding.toUpperCase()}` : "";
  return <Tag variant="filled">{`${preview.format.toUpperCase()}${encoding}`}</Tag>;
}
