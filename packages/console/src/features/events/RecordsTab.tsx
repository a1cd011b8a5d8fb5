import { listRecentEvents } from "@terrace/contract/api/events";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { textOr, useLanguage, useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { propertyLine } from "../live/event-summary.ts";
import { ExportButton } from "../exports/ExportButton.tsx";
import { RecordDrawer } from "./RecordDrawer.tsx";
import type { EventRecord } from "./answers.ts";

const rowKey = ({ eventId }: EventRecord) => eventId;

/** The latest events of one kind as they were stored. */
export function RecordsTab({ name }: { readonly name: string }) {
  const text = useText();
  const link = useLink();
  const language = useLanguage();
  const [open, setOpen] = useState<EventRecord>();
  const records = usePages(listRecentEvents, { params: useWorkspaceParams(), query: { name, limit: 50 } });
  const line = ({ properties }: EventRecord) => propertyLine(properties, language, (names) => text("event.traitsUpdated", { names }));
  const rows = useMemo(() => records.data?.pages.flatMap(({ items }) => items) ?? [], [records.data]);
  const columns: readonly DataColumn<EventRecord>[] = [
    {
      key: "time",
      title: text("event.time"),
      width: 150,
      render: (record) => (
        <button type="button" className="plain-button link-like" onClick={() => setOpen(record)}>
          <TimeText at={record.time} />
        </button>
      ),
    },
    {
      key: "person",
      title: text("people.name"),
      width: 170,
      ellipsis: true,
      render: ({ personId, displayName }) =>
        personId === "0" ? "" : <Link to={link(`people/${personId}`)}>{displayName === "" ? text("events.seePerson") : displayName}</Link>,
    },
    {
      key: "properties",
      title: text("event.properties"),
      ellipsis: true,
      render: (record) => <span title={line(record)}>{line(record)}</span>,
    },
    { key: "source", title: text("event.source"), width: 130, render: ({ source }) => textOr(`source.${source}`, source) },
  ];
  return (
    <Panel title={text("events.tab.records")} extra={<ExportButton what="events" filters={{ name }} />} flush>
      <QueryView query={records} skeleton={8}>
        {() => (
          <>
            <DataTable<EventRecord>
              label={text("events.tab.records")}
              rows={rows}
              rowKey={rowKey}
              columns={columns}
              onOpen={setOpen}
              minWidth={700}
              empty={<EmptyState text={text("events.noRecords")} />}
              phoneRow={(record) => ({ title: <TimeText at={record.time} />, detail: line(record) })}
            />
            <LoadMore pages={records} loaded={rows.length} />
          </>
        )}
      </QueryView>
      {open === undefined ? null : <RecordDrawer record={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}
