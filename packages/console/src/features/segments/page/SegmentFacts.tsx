import { Progress } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { TimeText } from "../../../ui/TimeText.tsx";
import { ConditionText } from "../../conditions/ConditionText.tsx";
import type { WholeSegment } from "../answers.ts";
import { CombinationText } from "../CombinationText.tsx";
import { useScheduleWords } from "../use-schedule-words.ts";
import { MadeFrom } from "../MadeFrom.tsx";

/** How many are in it, by what, and how far it is. */
export function SegmentFacts({ segment }: { readonly segment: WholeSegment }) {
  const text = useText();
  const format = useFormat();
  const { kind, size, madeFrom, rule, combination, live, ready } = segment;
  return (
    <Panel>
      <dl className="segment-facts">
        <div>
          <dt>{text("segments.size")}</dt>
          <dd className="segment-size">{format.count(size)}</dd>
        </div>
        <div className="segment-who">
          <dt>{text(rule === null && combination === null ? "segments.madeFrom" : `segments.tab.rule.${kind}`)}</dt>
          <dd>
            {combination === null ? (
              rule === null ? (
                <MadeFrom figure={madeFrom} />
              ) : (
                <ConditionText condition={rule} />
              )
            ) : (
              <CombinationText combination={combination} />
            )}
          </dd>
        </div>
        {live === null ? null : (
          <div>
            <dt>{text("segments.changedAt")}</dt>
            <dd>
              {live.changedAt === null ? (
                <span className="muted">{text("segments.neverChanged")}</span>
              ) : (
                <TimeText at={live.changedAt} form="recent" />
              )}
            </dd>
            <dd className="small muted">{live.lag === null ? text("segments.noLag") : <Lag lag={live.lag} />}</dd>
          </div>
        )}
        {live?.scheduled == null ? null : <Scheduled scheduled={live.scheduled} />}
      </dl>
      {live === null ? null : <Stage stage={live.stage} />}
      <p className="small muted segment-note">
        {live === null
          ? text(kind === "list" ? "segments.listNote" : "segments.snapshotNote")
          : live.stage === "live" && live.scheduled !== null
            ? text("segments.scheduledNote")
            : text(`segments.stage.${live.stage}`)}
        {ready ? "" : ` ${text("segments.notReady")}`}
      </p>
    </Panel>
  );
}

/** When people were last compared with everyone, and when they will be. */
function Scheduled({ scheduled }: { readonly scheduled: NonNullable<NonNullable<WholeSegment["live"]>["scheduled"]> }) {
  const text = useText();
  const words = useScheduleWords();
  const { schedule, asOf, nextAt, lagMs, failedAt } = scheduled;
  return (
    <div>
      <dt>{text("segments.comparedAt")}</dt>
      <dd>{asOf === null ? <span className="muted">{text("segments.neverCompared")}</span> : <TimeText at={asOf} form="words" />}</dd>
      <dd className="small muted">
        {words(schedule)} · {text("segments.comparedNext")} <TimeText at={nextAt} form="words" />
      </dd>
      {lagMs === null ? null : (
        <dd className="small muted">
          <LateBy ms={lagMs} />
        </dd>
      )}
      {failedAt === null ? null : (
        <dd className="small" role="alert">
          {text("segments.compareFailed")} <TimeText at={failedAt} form="words" />
        </dd>
      )}
    </div>
  );
}

const STEPS = { building: 1, filling: 2, settling: 3, live: 4 } as const;

/** How far a segment is on its way to be live: its members are found, what it asks for is counted, everyone is looked at, and from then on it follows. */
function Stage({ stage }: { readonly stage: keyof typeof STEPS }) {
  const text = useText();
  if (stage === "live") return null;
  return (
    <div className="segment-stage" role="status">
      <Progress steps={4} percent={25 * STEPS[stage]} showInfo={false} size="small" />
      <span className="small">{text("segments.step", { step: STEPS[stage], name: text(`segments.stageName.${stage}`) })}</span>
    </div>
  );
}

function LateBy({ ms }: { readonly ms: number }) {
  const text = useText();
  const seconds = useSeconds();
  return text("segments.comparedLate", { time: seconds(ms) });
}

function useSeconds(): (ms: number) => string {
  const { language } = useFormat();
  return (ms) => new Intl.NumberFormat(language, { style: "unit", unit: "second", maximumFractionDigits: 1 }).format(ms / 1000);
}

/** How long changes took, as people say it. */
function Lag({ lag: { lastMs, p99Ms } }: { readonly lag: { readonly lastMs: number; readonly p99Ms: number } }) {
  const text = useText();
  const seconds = useSeconds();
  return text("segments.lag", { last: seconds(lastMs), most: seconds(p99Ms) });
}
