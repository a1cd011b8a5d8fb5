import { PauseOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspace } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { Sparkline } from "../../ui/Sparkline.tsx";
import { useEventNames } from "../events/use-event-names.ts";
import { eventColour } from "./event-colour.ts";
import { summaryText } from "./event-summary.ts";
import type { LiveEvent } from "./live-merge.ts";
import type { LiveState } from "./use-live.ts";
import { useLive } from "./use-live.ts";
import "./live.css";

/** Events as they come in, with the rate; can be paused. */
export function LiveCard() {
  const text = useText();
  const format = useFormat();
  const [paused, setPaused] = useState(false);
  const live = useLive(useWorkspace().id, paused);
  const word = text(paused ? "live.resume" : "live.pause");
  return (
    <Panel
      flush
      className="live-card"
      title={text("live.title")}
      extra={
        <>
          {live.snapshot === undefined ? null : (
            <span className={`live-rate ${paused ? "paused" : ""}`}>
              {text("live.rate", { rate: format.rate(live.snapshot.perSecond) })}
            </span>
          )}
          <Tooltip title={word}>
            <Button
              type="text"
              size="small"
              aria-label={word}
              aria-pressed={paused}
              icon={paused ? <PlayCircleOutlined /> : <PauseOutlined />}
              onClick={() => setPaused(!paused)}
            />
          </Tooltip>
        </>
      }
    >
      <LiveBody live={live} paused={paused} />
    </Panel>
  );
}

function LiveBody({ live, paused }: { readonly live: LiveState; readonly paused: boolean }) {
  const text = useText();
  const format = useFormat();
  const { snapshot, rates, lost } = live;
  if (snapshot === undefined) return lost ? <EmptyState text={text("live.lost")} /> : <DelayedSkeleton shape={8} />;
  return (
    <>
      <div className="live-figures">
        <Sparkline values={rates} />
        <span>{text("live.today", { count: format.figure(snapshot.today) })}</span>
        <span className="live-lag">
          {lost
            ? text("live.lost")
            : paused
              ? text("live.paused")
              : snapshot.lagMs === null
                ? ""
                : text("live.lag", { duration: format.duration(snapshot.lagMs) })}
        </span>
      </div>
      {snapshot.events.length === 0 ? (
        <EmptyState text={text("live.empty")} />
      ) : (
        <ol className="live-list" aria-live="off" aria-label={text("live.title")} tabIndex={0}>
          {snapshot.events.map((event) => (
            <LiveLine key={event.eventId} event={event} />
          ))}
        </ol>
      )}
    </>
  );
}

function LiveLine({ event }: { readonly event: LiveEvent }) {
  const link = useLink();
  const format = useFormat();
  const { nameOf } = useEventNames();
  // A name that somebody gave to this click says more than that it was a click.
  const name = event.virtual[0] ?? event.name;
  return (
    <li>
      <time dateTime={event.time} title={format.tableTime(event.time)}>
        {format.clock(event.receivedAt, true)}
      </time>
      <i className="event-dot" style={{ background: eventColour(name) }} aria-hidden="true" />
      <span className="live-name ellipsis" title={name}>
        {nameOf(name)}
      </span>
      <Link className="live-person ellipsis" to={link(`people/${event.personId}`)}>
        {event.displayName}
      </Link>
      <span className="live-summary ellipsis">{summaryText(event.summary, format.language)}</span>
    </li>
  );
}
