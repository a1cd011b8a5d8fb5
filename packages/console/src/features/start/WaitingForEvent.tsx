import { CheckCircleFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspace } from "../../app/workspace/workspace-context.ts";
import { useEventNames } from "../events/use-event-names.ts";
import type { LiveEvent } from "../live/live-merge.ts";
import { useLive } from "../live/use-live.ts";
import { summaryText } from "../live/event-summary.ts";

/** Clocks of browser and server may differ by this much. */
const CLOCK_SLACK_MS = 2000;

/** Waits for the first event that comes in while the page is open, and shows it. */
export function WaitingForEvent() {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const { snapshot } = useLive(useWorkspace().id);
  const [known, setKnown] = useState<ReadonlySet<string>>();
  const [openedMs] = useState(() => Date.now());
  useEffect(() => {
    if (known === undefined && snapshot !== undefined)
      setKnown(
        new Set(
          snapshot.events.filter(({ receivedAt }) => Date.parse(receivedAt) < openedMs - CLOCK_SLACK_MS).map(({ eventId }) => eventId),
        ),
      );
  }, [known, snapshot, openedMs]);
  const arrived = known === undefined ? [] : (snapshot?.events ?? []).filter(({ eventId }) => !known.has(eventId));
  const newest: LiveEvent | undefined = arrived[0];
  const earlier = snapshot?.events[0];
  if (newest === undefined)
    return (
      <div className="waiting" role="status">
        <i className="waiting-dot" aria-hidden="true" />
        {earlier === undefined ? text("start.waiting") : text("start.waitingNext")}
        {earlier === undefined ? null : (
          <span className="muted small">
            {text("start.lastEvent", { name: nameOf(earlier.name), time: format.recent(earlier.receivedAt) })}
          </span>
        )}
      </div>
    );
  return (
    <div className="waiting arrived" role="status">
      <CheckCircleFilled />
      <div className="grow">
        <div>
          <b>{text("start.arrived", { name: nameOf(newest.name) })}</b>{" "}
          <span className="muted">
            {format.clock(newest.receivedAt, true)} · {summaryText(newest.summary, format.language)}
          </span>
        </div>
        <div className="muted small">{text("start.arrivedCount", { count: arrived.length })}</div>
      </div>
      <Link to={link(`people/${newest.personId}`)}>
        <Button>{text("start.seePerson")}</Button>
      </Link>
      <Link to={link("")}>
        <Button type="primary">{text("start.goHome")}</Button>
      </Link>
    </div>
  );
}
