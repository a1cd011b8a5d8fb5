import { textOr, useText } from "../../app/i18n.ts";
import type { DataColumn, Selection } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { TimeText } from "../../ui/TimeText.tsx";
import { detailText } from "./detail-text.ts";
import type { Quarantined } from "./answers.ts";

type QuarantineTableProps = {
  readonly rows: readonly Quarantined[];
  readonly state: Quarantined["state"];
  readonly narrowed: boolean;
  readonly onOpen: (id: string) => void;
  readonly onName: (name: string) => void;
  readonly selection?: Selection;
};

const rowKey = ({ id }: Quarantined) => id;

/** The refused events, one row each. */
export function QuarantineTable({ rows, state, narrowed, onOpen, onName, selection }: QuarantineTableProps) {
  const text = useText();
  const reason = (row: Quarantined) => textOr(`reason.${row.code}`, row.code);
  const columns: readonly DataColumn<Quarantined>[] = [
    {
      key: "reason",
      title: text("quarantine.reason"),
      width: 210,
      ellipsis: true,
      render: (row) => (
        <button type="button" className="plain-button link-like strong" onClick={() => onOpen(row.id)}>
          {reason(row)}
        </button>
      ),
    },
    {
      key: "name",
      title: text("home.event"),
      width: 200,
      ellipsis: true,
      render: ({ name }) =>
        name === "" ? (
          <span className="muted">{MISSING}</span>
        ) : (
          <button type="button" className="plain-button" title={text("quarantine.onlyThis")} onClick={() => onName(name)}>
            {name}
          </button>
        ),
    },
    {
      key: "field",
      title: text("quarantine.field"),
      width: 160,
      ellipsis: true,
      render: ({ field }) => (field === "" ? <span className="muted">{MISSING}</span> : <code className="mono">{field}</code>),
    },
    {
      key: "detail",
      title: text("quarantine.detail"),
      ellipsis: true,
      render: (row) => (
        <span className="muted" title={detailText({ text, textOr }, row)}>
          {detailText({ text, textOr }, row)}
        </span>
      ),
    },
    { key: "source", title: text("event.source"), width: 120, ellipsis: true, render: ({ source }) => textOr(`source.${source}`, source) },
    {
      key: "at",
      title: text("event.receivedAt"),
      width: 150,
      figure: true,
      render: ({ receivedAt }) => <TimeText at={receivedAt} form="recent" />,
    },
  ];
  return (
    <DataTable<Quarantined>
      label={text("nav.quarantine")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={900}
      onOpen={({ id }) => onOpen(id)}
      empty={<EmptyState text={text(narrowed ? "quarantine.noMatch" : `quarantine.empty.${state}`)} />}
      phoneRow={(row) => ({
        title: reason(row),
        detail: [row.name, row.field].filter(Boolean).join(" · "),
        figures: <TimeText at={row.receivedAt} form="recent" />,
      })}
      {...(selection === undefined ? {} : { selection })}
    />
  );
}
