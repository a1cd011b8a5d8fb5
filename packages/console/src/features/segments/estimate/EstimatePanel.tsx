import { Progress, Tag } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useQueryClient } from "@tanstack/react-query";
import { estimateSegment } from "@terrace/contract/api/segment-figures";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { DelayedSkeleton } from "../../../ui/QueryView.tsx";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { ConditionText } from "../../conditions/ConditionText.tsx";
import { useEventNames } from "../../events/use-event-names.ts";
import { Freshness, Running } from "../../insight/frame/Freshness.tsx";
import { useEstimate, type Estimate, type EstimateQuestion } from "./use-estimate.ts";
import "./estimate.css";

/** Whom the rule on screen would hold now, while it is put together: how many, who for example, how fresh it stays and what that costs. */
export function EstimatePanel({ question, waiting }: { readonly question: EstimateQuestion | undefined; readonly waiting: string }) {
  const text = useText();
  const client = useQueryClient();
  const { answer, waits, runningId } = useEstimate(question);
  const running = answer.isFetching;
  const since = useSince(running);
  const { data } = answer;
  return (
    <Panel title={text("segments.estimate")} className="estimate">
      <div aria-live="polite">
        {question === undefined ? <p className="muted">{waiting}</p> : null}
        {question !== undefined && running ? (
          <Running since={since} runningId={runningId} onCancel={() => void client.cancelQueries({ queryKey: [estimateSegment.id] })} />
        ) : null}
        {question !== undefined && answer.error !== null && !running && !waits ? (
          <FaultAlert error={answer.error} onRetry={() => void answer.refetch()} />
        ) : null}
        {question === undefined || (answer.error !== null && !waits) ? null : data === undefined ? (
          <DelayedSkeleton shape={6} />
        ) : (
          <div className={waits || answer.isPlaceholderData ? "refetching" : "settled"}>
            <EstimateShown estimate={data} updatedAtMs={answer.dataUpdatedAt} />
          </div>
        )}
      </div>
    </Panel>
  );
}

/** When what runs began. */
function useSince(running: boolean): number {
  const [since, setSince] = useState(0);
  useEffect(() => {
    if (running) setSince(Date.now());
  }, [running]);
  return since;
}

function EstimateShown({ estimate, updatedAtMs }: { readonly estimate: Estimate; readonly updatedAtMs: number }) {
  const text = useText();
  const format = useFormat();
  const { people, everyone, share, sample, meta } = estimate;
  return (
    <div className="stack">
      <div>
        <p className="estimate-figure">
          <b>{format.count(people)}</b> {text("insight.people", { count: people })}
        </p>
        <Progress percent={share * 100} showInfo={false} size="small" aria-label={text("segments.share")} />
        <p className="small muted">
          {text("segments.shareOf", { share: format.measure("share").exact(share), everyone: format.count(everyone) })}
        </p>
      </div>
      <Sample people={sample} count={people} />
      <Upkeep estimate={estimate} />
      <Freshness body={{ meta }} updatedAtMs={updatedAtMs} />
    </div>
  );
}

function Sample({ people, count }: { readonly people: Estimate["sample"]; readonly count: number }) {
  const text = useText();
  const link = useLink();
  if (people.length === 0) return <p className="muted">{text("segments.nobodyNow")}</p>;
  return (
    <section>
      <h3>{text(people.length < count ? "segments.sample" : "segments.sampleAll")}</h3>
      <ul className="estimate-sample">
        {people.map(({ personId, displayName }) => (
          <li key={personId}>
            <Link to={link(`people/${personId}`)} className="ellipsis" target="_blank">
              {displayName}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How fresh it stays, and what that takes. */
function Upkeep({ estimate: { class: kind, changesWithTime, cost } }: { readonly estimate: Estimate }) {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const perDay = cost.events.reduce((sum, each) => sum + each.perDay, 0);
  return (
    <section>
      <h3>
        {text("segments.upkeep")} <Tag>{text(`segments.class.${kind.kind}`)}</Tag>
      </h3>
      <p className="small">{text(`segments.classNote.${kind.kind}`)}</p>
      {kind.because === null ? null : (
        <div className="small muted">
          {text("segments.because")}
          <ConditionText condition={kind.because} />
        </div>
      )}
      {changesWithTime ? <p className="small">{text("segments.changesWithTime")}</p> : null}
      <p className="small">
        {cost.counters === 0
          ? text("segments.costNothing", { shared: cost.shared })
          : text("segments.cost", { count: cost.counters, shared: cost.shared, events: format.figure(Math.round(perDay)) })}
      </p>
      {cost.events.length === 0 ? null : (
        <ul className="small muted estimate-costs">
          {cost.events.map(({ event, perDay: daily }) => (
            <li key={event ?? "*"}>
              {text("segments.perDay", {
                event: event === null ? text("insight.anyEvent") : nameOf(event),
                count: format.figure(Math.round(daily)),
              })}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
