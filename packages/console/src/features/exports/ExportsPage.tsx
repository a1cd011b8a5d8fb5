import { listExports, type ExportView } from "@terrace/contract/api/exports";
import { Tag } from "antd";
import { useMemo } from "react";
import { usePages } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "./ExportButton.tsx";
import "./exports.css";

const rowKey = ({ id }: ExportView) => id;
const COLOURS = { waiting: "default", running: "processing", done: "success", aborted: "warning", failed: "error" } as const;
const MEGABYTE = 1_048_576;

/** What was taken out: by whom, how much, masked or in clear, and whether it arrived. */
export function ExportsPage() {
  const text = useText();
  const exports = usePages(listExports, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => exports.data?.pages.flatMap(({ items }) => items) ?? [], [exports.data]);
  const columns = useColumns();
  return (
    <>
      <PageHeader title={text("nav.exports")} meta={<span>{text("exports.intro")}</span>} actions={<ExportButton what="exports" />} />
      <Panel flush>
        <QueryView query={exports} skeleton={6}>
          {() => (
            <>
              <DataTable<ExportView>
                label={text("nav.exports")}
                rows={rows}
                rowKey={rowKey}
                columns={columns}
                minWidth={1040}
                empty={<EmptyState text={text("exports.empty")} />}
                phoneRow={(one) => ({
                  title: `${whatText(one)} · ${one.format.toUpperCase()}`,
                  state: <StateTag one={one} />,
                  detail: (
                    <>
                      <ValuesTag one={one} /> {one.actor}
                    </>
                  ),
                  figures: <TimeText at={one.createdAt} form="recent" />,
                })}
              />
              <LoadMore pages={exports} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}

function useColumns(): readonly DataColumn<ExportView>[] {
  const text = useText();
  const format = useFormat();
  return [
    { key: "what", title: text("exports.what"), width: 110, render: (one) => <span className="strong">{whatText(one)}</span> },
    { key: "filters", title: text("exports.filters"), ellipsis: true, render: (one) => <Filters one={one} /> },
    { key: "format", title: text("exports.format"), width: 80, render: ({ format: form }) => form.toUpperCase() },
    { key: "values", title: text("exports.personal"), width: 100, render: (one) => <ValuesTag one={one} /> },
    { key: "state", title: text("people.state"), width: 96, render: (one) => <StateTag one={one} /> },
    { key: "rows", title: text("exports.rows"), width: 100, figure: true, render: ({ rows }) => format.count(rows) },
    {
      key: "size",
      title: text("exports.size"),
      width: 90,
      figure: true,
      render: ({ bytes }) => sizeText(bytes, format.count),
    },
    { key: "actor", title: text("audit.actor"), width: 150, ellipsis: true, render: ({ actor }) => actor },
    { key: "at", title: text("merges.at"), width: 110, figure: true, render: ({ createdAt }) => <TimeText at={createdAt} form="recent" /> },
  ];
}

function sizeText(bytes: number, count: (value: number) => string): string {
  if (bytes === 0) return MISSING;
  return bytes < MEGABYTE ? `${count(Math.ceil(bytes / 1_024))} KB` : `${count(Math.round(bytes / MEGABYTE))} MB`;
}

function whatText({ what }: ExportView): string {
  return textOr(`exports.what.${what}`, what);
}

function Filters({ one: { filters, columns, reason } }: { readonly one: ExportView }) {
  const parts = [
    ...Object.entries(filters).map(([name, value]) => `${name} = ${value}`),
    ...(columns.length === 0 ? [] : [columns.join(", ")]),
    ...(reason === "" ? [] : [`“${reason}”`]),
  ];
  const line = parts.join(" · ");
  return line === "" ? <span className="muted">{MISSING}</span> : <span title={line}>{line}</span>;
}

function ValuesTag({ one: { clear } }: { readonly one: ExportView }) {
  const text = useText();
  return (
    <Tag variant="filled" {...(clear ? { color: "warning" } : {})}>
      {text(clear ? "exports.inClear" : "exports.isMasked")}
    </Tag>
  );
}

function StateTag({ one: { state } }: { readonly one: ExportView }) {
  const text = useText();
  return (
    <Tag variant="filled" color={COLOURS[state]}>
      {text(`exports.state.${state}`)}
    </Tag>
  );
}
