import { Tag } from "antd";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { daysAgo } from "../../ui/format/dates.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { eventColour } from "../live/event-colour.ts";
import { propertyLine } from "../live/event-summary.ts";
import type { TimelineEvent } from "./answers.ts";

type TimelineDayProps = { readonly day: string; readonly events: readonly TimelineEvent[]; readonly onOpen: (eventId: string) => void };

/** One day of the timeline under its date. */
export function TimelineDay({ day, events, onOpen }: TimelineDayProps) {
  const text = useText();
  const format = useFormat();
  const ago = daysAgo(events[0]?.time, { language: format.language, timeZone: format.timeZone, nowMs: Date.now() });
  const word = ago === 0 ? text("person.today") : ago === 1 ? text("person.yesterday") : "";
  return (
    <section aria-label={day}>
      <h3>
        {word} {format.calendarDay(day)}
      </h3>
      <ul>
        {events.map((event) => (
          <TimelineLine key={event.eventId} event={event} onOpen={() => onOpen(event.eventId)} />
        ))}
      </ul>
    </section>
  );
}

function TimelineLine({ event, onOpen }: { readonly event: TimelineEvent; readonly onOpen: () => void }) {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const where = [event.context["page_path"], event.context["channel"], event.context["device_type"]].filter(
    (part) => part !== undefined && part !== "",
  );
  const properties = propertyLine(event.properties, format.language, (names) => text("event.traitsUpdated", { names }));
  const detail = [properties, ...where].filter((part) => part !== "").join(" · ");
  return (
    <li>
      <button type="button" className="plain-button timeline-line" onClick={onOpen}>
        <time dateTime={event.time}>{format.clock(event.time)}</time>
        <span className="timeline-mark" style={{ color: eventColour(event.name) }} aria-hidden="true" />
        <span className="grow">
          <span className="timeline-name">{nameOf(event.virtual[0] ?? event.name)}</span>
          <span className="timeline-detail ellipsis">{detail}</span>
        </span>
        <Tag variant="filled">{textOr(`source.${event.source}`, event.source)}</Tag>
      </button>
    </li>
  );
}
