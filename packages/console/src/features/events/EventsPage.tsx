import { listEventDefinitions } from "@terrace/contract/api/events";
import { Button, Tag } from "antd";
import { useEffect, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { EventTags } from "./EventTags.tsx";
import { seenColumns } from "./seen-columns.tsx";
import { useEventNames } from "./use-event-names.ts";
import "./events.css";
import type { EventDefinition } from "./answers.ts";

const rowKey = ({ name }: EventDefinition) => name;

/** Every kind of event that came in, by volume. */
export function EventsPage() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const asked = search.get("q") ?? "";
  const [typed, setTyped] = useState(asked);
  const settled = useSettled(typed.trim(), 300);
  useEffect(() => setSearch(settled === "" ? {} : { q: settled }, { replace: true }), [settled, setSearch]);
  const events = usePages(
    listEventDefinitions,
    { params: useWorkspaceParams(), query: { limit: 100, ...(asked === "" ? {} : { search: asked }) } },
    { keepPrevious: true },
  );
  const rows = useMemo(() => events.data?.pages.flatMap(({ items }) => items) ?? [], [events.data]);
  return (
    <>
      <PageHeader
        title={text("nav.events")}
        meta={<span>{text("events.intro")}</span>}
        actions={<ExportButton what="event-definitions" filters={{ search: asked }} />}
      />
      <Panel flush>
        <div className="filter-row">
          <SearchInput label={text("events.search")} value={typed} onChange={setTyped} />
        </div>
        <QueryView query={events} skeleton={10}>
          {() => (
            <>
              <EventTable rows={rows} searched={asked !== ""} onClear={() => setTyped("")} />
              <LoadMore pages={events} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}

type EventTableProps = { readonly rows: readonly EventDefinition[]; readonly searched: boolean; readonly onClear: () => void };

function EventTable({ rows, searched, onClear }: EventTableProps) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const navigate = useNavigate();
  const { nameOf } = useEventNames();
  const path = (name: string) => link(`data/events/${encodeURIComponent(name)}`);
  const columns: readonly DataColumn<EventDefinition>[] = [
    {
      key: "name",
      title: text("events.name"),
      ellipsis: true,
      render: ({ name }) => (
        <span className="event-cell">
          <Link to={path(name)} className="strong">
            {nameOf(name)}
          </Link>
          {nameOf(name) === name ? null : <small className="muted mono ellipsis">{name}</small>}
        </span>
      ),
    },
    { key: "state", title: text("events.schema"), width: 220, render: (definition) => <EventTags definition={definition} /> },
    { key: "month", title: text("events.volume30"), width: 110, figure: true, render: ({ volume30Days }) => format.count(volume30Days) },
    { key: "volume", title: text("events.volume"), width: 110, figure: true, render: ({ volume }) => format.count(volume) },
    {
      key: "flagged",
      title: text("events.flagged"),
      width: 100,
      figure: true,
      render: ({ flagged }) => (flagged === 0 ? <span className="muted">0</span> : format.count(flagged)),
    },
    ...seenColumns(text),
  ];
  const empty = searched ? (
    <EmptyState text={text("events.noMatch")} action={<Button onClick={onClear}>{text("common.clearFilters")}</Button>} />
  ) : (
    <EmptyState
      text={text("events.empty")}
      action={
        <Link to={link("start")}>
          <Button type="primary">{text("home.sendFirst")}</Button>
        </Link>
      }
    />
  );
  return (
    <DataTable<EventDefinition>
      label={text("nav.events")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={880}
      empty={empty}
      onOpen={({ name }) => void navigate(path(name))}
      phoneRow={(definition) => ({
        title: nameOf(definition.name),
        state: definition.status === "hidden" ? <Tag variant="filled">{text("events.hidden")}</Tag> : null,
        detail: definition.name,
        figures: (
          <>
            {format.figure(definition.volume30Days)}
            <br />
            <span className="muted">{text("events.volume30")}</span>
          </>
        ),
      })}
    />
  );
}
