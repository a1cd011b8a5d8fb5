import { listMessages, type MessageView } from "@terrace/contract/api/messages";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportMessages } from "./ExportMessages.tsx";
import { filtersIn, MessageFilters, type Filters } from "./MessageFilters.tsx";
import { MessageDrawer } from "./MessageDrawer.tsx";
import { MessageState } from "./MessageState.tsx";
import { sourceWords, standingWords } from "./message-words.ts";
import { useTemplateNames } from "../templates/TemplateSelect.tsx";
import "./messages.css";

const rowKey = ({ id }: MessageView) => id;
const REFETCH_MS = 10_000;

/** Every message that was asked for, where it stands and why; the filters stand in the address. */
export function MessagesPage() {
  const text = useText();
  const [place, setPlace] = useSearchParams();
  const filters = filtersIn(place);
  const pages = usePages(
    listMessages,
    { params: useWorkspaceParams(), query: { limit: 50, ...filters } },
    { keepPrevious: true, refetchMs: () => REFETCH_MS },
  );
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const open = place.get("open");
  const set = (next: Filters, shown?: string) =>
    setPlace({ ...next, ...(shown === undefined ? {} : { open: shown }) }, { replace: shown === undefined });
  return (
    <>
      <PageHeader
        title={text("nav.messages")}
        meta={<span>{text("messages.intro")}</span>}
        actions={rows.length === 0 ? null : <ExportMessages filters={filters} />}
      />
      <Panel flush>
        <MessageFilters filters={filters} onChange={(next) => set(next)} />
        <QueryView query={pages} skeleton={6}>
          {() => (
            <>
              <Rows
                rows={rows}
                empty={text(Object.keys(filters).length > 0 ? "messages.none" : "messages.empty")}
                onOpen={({ id }) => set(filters, id)}
              />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {open === null ? null : <MessageDrawer id={open} onClose={() => set(filters)} />}
    </>
  );
}

type RowsProps = { readonly rows: readonly MessageView[]; readonly empty: string; readonly onOpen: (row: MessageView) => void };

function Rows({ rows, empty, onOpen }: RowsProps) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const personOf = ({ person }: MessageView) =>
    person === null ? (
      <span className="muted">{text("governor.nobody")}</span>
    ) : (
      <Link to={link(`people/${person.id}`)}>{person.displayName}</Link>
    );
  const names = useTemplateNames([...new Set(rows.map(({ template }) => template))]);
  const columns: readonly DataColumn<MessageView>[] = [
    { key: "at", title: text("messages.askedAt"), width: 150, render: ({ askedAt }) => <TimeText at={askedAt} /> },
    { key: "person", title: text("governor.person"), width: 150, ellipsis: true, render: personOf },
    { key: "channel", title: text("governor.channel"), width: 100, render: ({ channel }) => text(`templates.channelOf.${channel}`) },
    {
      key: "state",
      title: text("messages.state"),
      width: 130,
      render: (row) => (
        <button type="button" className="plain-button" onClick={() => onOpen(row)}>
          <MessageState state={row.state} />
        </button>
      ),
    },
    { key: "why", title: text("governor.why"), ellipsis: true, render: (row) => standingWords(row, format) || "—" },
    {
      key: "template",
      title: text("governor.template"),
      width: 110,
      ellipsis: true,
      render: ({ template }) => (
        <Link to={link(`touch/templates/${template}`)}>{names.get(template) ?? text("messages.templateOf", { id: template })}</Link>
      ),
    },
    { key: "source", title: text("messages.source"), width: 110, render: (row) => sourceWords(row, text) },
  ];
  return (
    <DataTable<MessageView>
      label={text("nav.messages")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={onOpen}
      minWidth={900}
      empty={<EmptyState text={empty} />}
      phoneRow={(row) => ({
        title: personOf(row),
        state: <MessageState state={row.state} />,
        detail: `${text(`templates.channelOf.${row.channel}`)} · ${standingWords(row, format)}`,
        figures: <TimeText at={row.askedAt} />,
      })}
    />
  );
}
