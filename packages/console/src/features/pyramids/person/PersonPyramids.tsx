import { getPersonPyramids } from "@terrace/contract/api/pyramid-people";
import { Link } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText, useWords } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { ToneBadge } from "../../../ui/ToneBadge.tsx";
import type { PersonPyramid } from "../answers.ts";
import { layerPath } from "../pyramid-paths.ts";
import "./person-pyramids.css";

function usePyramidsOf(person: string) {
  return useCall(getPersonPyramids, { params: { ...useWorkspaceParams(), person } });
}

/** The badges of the layers that a person is in. */
export function LayerBadges({ person }: { readonly person: string }) {
  const pyramids = usePyramidsOf(person);
  return pyramids.data?.items.flatMap(({ pyramid, now }) => (now === null ? [] : [<ToneBadge key={pyramid} badge={now.badge} />]));
}

/** The layer of a person in each pyramid, and how they came there; nothing where there are no pyramids. */
export function PyramidsCard({ person }: { readonly person: string }) {
  const text = useText();
  const pyramids = usePyramidsOf(person);
  if (pyramids.data === undefined || pyramids.data.items.length === 0) return null;
  return (
    <Panel title={text("nav.pyramids")}>
      <div className="stack">
        {pyramids.data.items.map((one) => (
          <Place key={one.pyramid} place={one} />
        ))}
      </div>
    </Panel>
  );
}

/** Changes that are shown; the rest is long ago. */
const CHANGES_MAX = 5;

function Place({ place: { pyramid, name, now, since, appointment, careOwner, leavesAt, history } }: { readonly place: PersonPyramid }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const lines = [
    ...(since === null ? [] : [text("pyramids.sinceDay", { day: format.day(since) })]),
    ...(appointment === null ? [] : [text("pyramids.appointedByWhom", { by: appointment.appointedBy })]),
    ...(careOwner === null ? [] : [text("pyramids.caredForBy", { name: careOwner.name })]),
    ...(leavesAt === null ? [] : [text("pyramids.leaves", { time: format.tableTime(leavesAt) })]),
  ];
  return (
    <section aria-label={words(name)}>
      <span className="row-wrap">
        <small className="muted">{words(name)}</small>
        {now === null ? text("classes.noValue") : <Link to={link(layerPath(pyramid, now.layer))}>{words(now.name)}</Link>}
      </span>
      <p className="small muted person-layer">{lines.join(" · ")}</p>
      <ul className="person-layer-history">
        {history.slice(0, CHANGES_MAX).map(({ at, from, to, why }) => (
          <li key={`${at} ${from ?? ""} ${to ?? ""}`} className="small muted">
            {format.day(at)} {from ?? text("classes.noValue")} → {to ?? text("classes.noValue")} · {text(`pyramids.why.${why}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}
