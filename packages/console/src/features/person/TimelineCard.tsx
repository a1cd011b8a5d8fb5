import { getTimeline } from "@terrace/contract/api/people";
import { Select } from "antd";
import { useMemo } from "react";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useEventNames } from "../events/use-event-names.ts";
import { EventDrawer } from "./EventDrawer.tsx";
import type { Person } from "./answers.ts";
import { groupByDay } from "./timeline-groups.ts";
import { TimelineDay } from "./TimelineDay.tsx";
import { TimelineEnd } from "./TimelineEnd.tsx";

const PAGE_ROWS = 50;

/** Everything a person did, newest first, by day; can be narrowed to some events. The filter and the open event stand in the address. */
export function TimelineCard({ person }: { readonly person: Person }) {
  const text = useText();
  const format = useFormat();
  const params = { ...useWorkspaceParams(), person: person.id };
  const address = useAddress();
  const events = address.search.get("events") ?? "";
  const all = usePages(getTimeline, { params, query: { limit: PAGE_ROWS } });
  const narrowed = usePages(getTimeline, { params, query: { limit: PAGE_ROWS, events } }, { enabled: events !== "", keepPrevious: true });
  const shown = events === "" ? all : narrowed;
  const names = all.data?.pages[0]?.names ?? [];
  const items = useMemo(() => shown.data?.pages.flatMap((page) => page.items) ?? [], [shown.data]);
  const days = useMemo(() => groupByDay(items, format.day), [items, format]);
  // Back leads from an event to the list, not through every choice of names.
  const set = (name: string, value: string) => address.set(name, value, { replace: name === "events" });
  const open = items.find(({ eventId }) => eventId === address.search.get("event"));
  return (
    <Panel
      flush
      className="timeline-card"
      title={text("person.timeline")}
      count={format.figure(person.eventCount)}
      extra={<EventFilter names={names} chosen={events} onChoose={(next) => set("events", next)} />}
    >
      <QueryView query={shown} skeleton={10}>
        {() =>
          items.length === 0 ? (
            <EmptyState text={text(events === "" ? "person.noEvents" : "person.noSuchEvents")} />
          ) : (
            <div className="timeline">
              {days.map(({ day, events: ofDay }) => (
                <TimelineDay key={day} day={day} events={ofDay} onOpen={(eventId) => set("event", eventId)} />
              ))}
              <TimelineEnd pages={shown} loaded={items.length} />
            </div>
          )
        }
      </QueryView>
      {open === undefined ? null : <EventDrawer event={open} person={person} onClose={() => set("event", "")} />}
    </Panel>
  );
}

type EventFilterProps = {
  readonly names: readonly { readonly name: string; readonly count: number }[];
  readonly chosen: string;
  readonly onChoose: (events: string) => void;
};

function EventFilter({ names, chosen, onChoose }: EventFilterProps) {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  return (
    <Select<string[]>
      mode="multiple"
      size="small"
      className="event-filter"
      maxTagCount={1}
      allowClear
      placeholder={text("person.allEvents")}
      aria-label={text("person.filterEvents")}
      value={chosen === "" ? [] : chosen.split(",")}
      onChange={(next) => onChoose(next.join(","))}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={240}
      options={names.map(({ name, count }) => ({ value: name, label: `${nameOf(name)} ${format.count(count)}` }))}
    />
  );
}
