import { Drawer } from "antd";
import { Link } from "react-router";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import type { Person, TimelineEvent } from "./answers.ts";
import { isItems } from "./item-list.ts";
import { ItemTable } from "./ItemTable.tsx";
import { traitText } from "./trait-text.ts";
import "./event-drawer.css";

/** One event whole: its times, its id's owner, properties and context. */
export function EventDrawer({
  event,
  person,
  onClose,
}: {
  readonly event: TimelineEvent;
  readonly person: Person;
  readonly onClose: () => void;
}) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const origin = person.identities.find(({ originId }) => originId === event.originId);
  const facts: readonly (readonly [string, string])[] = [
    [text("event.time"), format.tableTime(event.time)],
    [text("event.receivedAt"), format.tableTime(event.receivedAt)],
    [text("event.source"), textOr(`source.${event.source}`, event.source)],
    ...(origin === undefined ? [] : [[text("event.via"), `${text(`identity.${origin.kind}`)} ${origin.value}`] as const]),
  ];
  const rows = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== "" && !isItems(value))
      .map(([name, value]) => [name, traitText(value, format)] as const);
  const lists = Object.entries(event.properties).flatMap(([name, value]) => (isItems(value) ? [{ name, items: value }] : []));
  return (
    <Drawer
      open
      size={480}
      onClose={onClose}
      title={nameOf(event.virtual[0] ?? event.name)}
      extra={<Link to={link(`data/events/${encodeURIComponent(event.virtual[0] ?? event.name)}`)}>{text("event.definition")}</Link>}
    >
      <FactTable title="" rows={facts} />
      <FactTable title={text("event.properties")} rows={rows(event.properties)} />
      {lists.map(({ name, items }) => (
        <section key={name} className="fact-table">
          <h3>
            {name} {items.length}
          </h3>
          <ItemTable items={items} />
        </section>
      ))}
      <FactTable title={text("event.context")} rows={rows(event.context)} />
    </Drawer>
  );
}

function FactTable({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [string, string])[] }) {
  if (rows.length === 0) return null;
  return (
    <section className="fact-table">
      {title === "" ? null : <h3>{title}</h3>}
      <FactRows rows={rows} />
    </section>
  );
}
