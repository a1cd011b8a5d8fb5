import { listImports } from "@terrace/contract/api/imports";
import { Button } from "antd";
import { useMemo } from "react";
import { usePages } from "../../app/api/use-call.ts";
import type { CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useNavigate } from "react-router";
import { Code } from "../../ui/Code.tsx";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { IMPORT_COMMAND, IMPORT_MAPPING } from "./import-example.ts";
import { ImportState } from "./ImportState.tsx";
import "./imports.css";

type Import = CallAnswer<typeof listImports>["items"][number];
const rowKey = ({ id }: Import) => id;
/** Files that were imported, and how to import one. */
export function ImportsPage() {
  const text = useText();
  const format = useFormat();
  const imports = usePages(listImports, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => imports.data?.pages.flatMap(({ items }) => items) ?? [], [imports.data]);
  const link = useLink();
  const navigate = useNavigate();
  const may = useMay();
  const state = (one: Import) => <ImportState one={one} />;
  const columns: readonly DataColumn<Import>[] = [
    { key: "file", title: text("imports.file"), ellipsis: true, render: ({ fileName }) => <span className="strong">{fileName}</span> },
    { key: "kind", title: text("imports.kind"), width: 80, render: ({ kind }) => text(`imports.kind.${kind}`) },
    { key: "state", title: text("people.state"), width: 90, render: state },
    { key: "read", title: text("imports.read"), width: 110, figure: true, render: ({ rowsRead }) => format.count(rowsRead) },
    { key: "rejected", title: text("imports.rejected"), width: 130, figure: true, render: (one) => <Rejected one={one} /> },
    { key: "events", title: text("imports.events"), width: 110, figure: true, render: ({ eventsMade }) => format.count(eventsMade) },
    {
      key: "started",
      title: text("imports.started"),
      width: 150,
      figure: true,
      render: ({ startedAt }) => <TimeText at={startedAt} form="recent" />,
    },
    {
      key: "took",
      title: text("imports.took"),
      width: 110,
      figure: true,
      render: (one) => (one.finishedAt === null ? MISSING : format.duration(Date.parse(one.finishedAt) - Date.parse(one.startedAt))),
    },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.imports")}
        meta={<span>{text("imports.intro")}</span>}
        actions={
          <>
            <ExportButton what="imports" />
            {may("imports:write") ? (
              <Button type="primary" onClick={() => void navigate(link("data/imports/new"))}>
                {text("imports.new")}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="stack">
        <Panel flush>
          <QueryView query={imports} skeleton={5}>
            {() => (
              <>
                <DataTable<Import>
                  label={text("nav.imports")}
                  rows={rows}
                  rowKey={rowKey}
                  columns={columns}
                  onOpen={({ id }) => void navigate(link(`data/imports/${id}`))}
                  minWidth={920}
                  empty={<EmptyState text={text("imports.empty")} />}
                  phoneRow={(one) => ({
                    title: one.fileName,
                    state: state(one),
                    detail: <TimeText at={one.startedAt} form="recent" />,
                    figures: format.count(one.rowsRead),
                  })}
                />
                <LoadMore pages={imports} loaded={rows.length} />
              </>
            )}
          </QueryView>
        </Panel>
        <Panel title={text("imports.cli")}>
          <ol className="import-steps">
            <li>
              <p>{text("imports.step1")}</p>
              <Code text={IMPORT_MAPPING} label={text("imports.step1")} />
            </li>
            <li>
              <p>{text("imports.step2")}</p>
              <Code text={IMPORT_COMMAND} label={text("imports.step2")} />
            </li>
            <li>
              <p>{text("imports.step3")}</p>
            </li>
          </ol>
        </Panel>
      </div>
    </>
  );
}

function Rejected({ one }: { readonly one: Import }) {
  const format = useFormat();
  return one.rowsRejected === 0 ? <span className="muted">0</span> : <span>{format.count(one.rowsRejected)}</span>;
}
