import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { useEventNames } from "../../events/use-event-names.ts";
import { useTraitNames } from "../../computed/use-trait-names.ts";
import type { WholeSegment } from "../answers.ts";
import { UsedBy } from "../UsedBy.tsx";

/** What uses it, and what it asks about itself. */
export function UsesTab({ segment: { usedBy, uses } }: { readonly segment: WholeSegment }) {
  const text = useText();
  const link = useLink();
  const { nameOf } = useEventNames();
  const traitName = useTraitNames();
  const nothing = uses.segments.length + uses.events.length + uses.traits.length + uses.tags.length === 0;
  const rows = [
    { key: "segments", items: uses.segments.map(({ id, name }) => ({ id, name, to: link(`segments/${id}`) })) },
    {
      key: "events",
      items: uses.events.map((name) =>
        name === null
          ? { id: "*", name: text("insight.anyEvent"), to: undefined }
          : { id: name, name: nameOf(name), to: link(`data/events/${encodeURIComponent(name)}`) },
      ),
    },
    { key: "traits", items: uses.traits.map((name) => ({ id: name, name: traitName(name), to: undefined })) },
    { key: "tags", items: uses.tags.map((name) => ({ id: name, name, to: link(`people?tag=${encodeURIComponent(name)}`) })) },
  ] as const;
  return (
    <div className="segment-two">
      <Panel title={text("segments.usedBy")} count={usedBy.length}>
        {usedBy.length === 0 ? <p className="muted">{text("segments.unusedSafe")}</p> : <UsedBy uses={usedBy} />}
      </Panel>
      <Panel title={text("segments.asksAbout")}>
        {nothing ? <p className="muted">{text("segments.asksNothing")}</p> : null}
        <dl className="segment-asks">
          {rows
            .filter(({ items }) => items.length > 0)
            .map(({ key, items }) => (
              <div key={key}>
                <dt className="small muted">{text(`segments.asks.${key}`)}</dt>
                <dd className="row-wrap">
                  {items.map(({ id, name, to }) =>
                    to === undefined ? (
                      <span key={id}>{name}</span>
                    ) : (
                      <Link key={id} to={to}>
                        {name}
                      </Link>
                    ),
                  )}
                </dd>
              </div>
            ))}
        </dl>
      </Panel>
    </div>
  );
}
