import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { PlainHead } from "../../ui/PlainHead.tsx";
import type { Loadable } from "../../ui/QueryView.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useEventNames } from "../events/use-event-names.ts";
import type { Overview } from "./answers.ts";

const SHOWN = 8;

/** The most frequent events of the period with the number of people behind them. */
export function TopEvents({ overview }: { readonly overview: Loadable<Overview> }) {
  const text = useText();
  const link = useLink();
  return (
    <Panel flush title={text("home.topEvents")} extra={<Link to={link("data/events")}>{text("common.all")}</Link>}>
      <QueryView query={overview} skeleton={8}>
        {({ topEvents }) =>
          topEvents.length === 0 ? (
            <EmptyState text={text("home.topEventsEmpty")} />
          ) : (
            <table className="plain-table top-events">
              <PlainHead
                columns={[
                  { title: text("home.event") },
                  { title: text("home.times"), figure: true },
                  { title: text("home.byPeople"), figure: true },
                ]}
              />
              <tbody>
                {topEvents.slice(0, SHOWN).map((event) => (
                  <TopEvent key={event.name} event={event} most={topEvents[0]?.events ?? 1} />
                ))}
              </tbody>
            </table>
          )
        }
      </QueryView>
    </Panel>
  );
}

function TopEvent({ event, most }: { readonly event: Overview["topEvents"][number]; readonly most: number }) {
  const link = useLink();
  const format = useFormat();
  const { nameOf } = useEventNames();
  return (
    <tr>
      <th scope="row">
        <Link to={link(`data/events/${encodeURIComponent(event.name)}`)} title={event.name} className="top-event-name">
          {nameOf(event.name)}
        </Link>
        <span className="top-event-bar" style={{ width: `${Math.max(1, (event.events / most) * 100)}%` }} aria-hidden="true" />
      </th>
      <td className="figure" title={format.count(event.events)}>
        {format.figure(event.events)}
      </td>
      <td className="figure" title={format.count(event.people)}>
        {format.figure(event.people)}
      </td>
    </tr>
  );
}
