import { previewComputedTrait } from "@terrace/contract/api/computed-traits";
import type { TraitDefinition } from "@terrace/domain/computed/definition";
import type { TraitUnit } from "@terrace/domain/computed/trait-unit";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { Freshness, Running } from "../insight/frame/Freshness.tsx";
import type { TraitPreview } from "./answers.ts";
import { SpreadShown } from "./SpreadShown.tsx";
import { usePreview } from "./use-preview.ts";
import { valueText } from "./value-text.ts";
import "../segments/estimate/estimate.css";
import "./computed.css";

type Props = { readonly definition: TraitDefinition | undefined; readonly unit: TraitUnit };

/** Who would have which value now, while a trait is put together, and what keeping it costs. */
export function PreviewPanel({ definition, unit }: Props) {
  const text = useText();
  const client = useQueryClient();
  const { answer, waits, runningId } = usePreview(definition);
  const { data, error, isFetching: running } = answer;
  const [since, setSince] = useState(0);
  useEffect(() => {
    if (running) setSince(Date.now());
  }, [running]);
  const hasFailed = error !== null && !waits;
  return (
    <Panel title={text("computed.preview")} className="estimate">
      <div aria-live="polite">
        {definition === undefined ? <p className="muted">{text("computed.previewWaits")}</p> : null}
        {definition !== undefined && running ? (
          <Running
            since={since}
            runningId={runningId}
            onCancel={() => void client.cancelQueries({ queryKey: [previewComputedTrait.id] })}
          />
        ) : null}
        {definition !== undefined && hasFailed && !running ? <FaultAlert error={error} onRetry={() => void answer.refetch()} /> : null}
        {definition === undefined || hasFailed ? null : data === undefined ? (
          <DelayedSkeleton shape={6} />
        ) : (
          <div className={waits || answer.isPlaceholderData ? "refetching" : "settled"}>
            <PreviewShown preview={data} unit={unit} updatedAtMs={answer.dataUpdatedAt} />
          </div>
        )}
      </div>
    </Panel>
  );
}

type Shown = { readonly preview: TraitPreview; readonly unit: TraitUnit; readonly updatedAtMs: number };

function PreviewShown({ preview, unit, updatedAtMs }: Shown) {
  const text = useText();
  const format = useFormat();
  const { people, everyone, exact, spread, cost, meta } = preview;
  return (
    <div className="stack">
      <div>
        <p className="estimate-figure">
          <b>
            {exact ? "" : "≈ "}
            {format.count(people)}
          </b>{" "}
          {text("computed.withValue")}
        </p>
        <p className="small muted">{text("computed.ofEveryone", { everyone: format.count(everyone) })}</p>
      </div>
      <SpreadShown spread={spread} unit={unit} />
      <Sample preview={preview} unit={unit} />
      <section>
        <h3>{text("computed.cost")}</h3>
        <p className="small">
          {text("computed.costSays", {
            events: format.figure(cost.events),
            kilobytes: format.figure(Math.ceil(cost.bytes / 1024)),
            updates: format.figure(cost.updatesPerDay),
          })}
        </p>
      </section>
      <Freshness body={{ meta }} updatedAtMs={updatedAtMs} />
    </div>
  );
}

function Sample({ preview: { sample }, unit }: Pick<Shown, "preview" | "unit">) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  if (sample.length === 0) return null;
  return (
    <section>
      <h3>{text("segments.sample")}</h3>
      <ul className="estimate-sample">
        {sample.map(({ personId, displayName, value }) => (
          <li key={personId}>
            <Link to={link(`people/${personId}`)} className="ellipsis grow" target="_blank">
              {displayName}
            </Link>
            <span className="computed-sample ellipsis">{valueText(value, unit, format)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
