import { listSegments } from "@terrace/contract/api/segments";
import { Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ConditionInLine } from "../conditions/ConditionText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { MadeFrom } from "./MadeFrom.tsx";

export type Segment = CallAnswer<typeof listSegments>["items"][number];
const rowKey = ({ id }: Segment) => id;
const SEARCH_WAIT_MS = 300;

/** All segments: groups of people with a name. */
export function SegmentsPage() {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const [typed, setTyped] = useState("");
  const [archived, setArchived] = useState<"true" | "false">("false");
  const search = useSettled(typed, SEARCH_WAIT_MS).trim();
  const query = { archived, ...(search === "" ? {} : { search }) };
  const pages = usePages(listSegments, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const emptyKey = search !== "" ? "segments.noMatch" : archived === "true" ? "segments.noneArchived" : "segments.empty";
  return (
    <>
      <PageHeader
        title={text("nav.segments")}
        meta={<span>{text("segments.intro")}</span>}
        actions={
          <>
            <Link to={link("segments/overlap")}>
              <Button>{text("segments.overlap")}</Button>
            </Link>
            <ExportButton what="segments" filters={query} />
            {may("segments:write") ? (
              <Link to={link("segments/new")}>
                <Button type="primary">{text("segments.new")}</Button>
              </Link>
            ) : null}
          </>
        }
      />
      <Panel flush>
        <div className="filter-row">
          <Segmented
            value={archived}
            onChange={setArchived}
            options={[
              { value: "false" as const, label: text("segments.inUse") },
              { value: "true" as const, label: text("segments.archived") },
            ]}
          />
          <SearchInput label={text("segments.search")} value={typed} onChange={setTyped} />
        </div>
        <QueryView query={pages} skeleton={6}>
          {() => (
            <>
              <SegmentTable rows={rows} empty={text(emptyKey)} />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}

function SegmentTable({ rows, empty }: { readonly rows: readonly Segment[]; readonly empty: string }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const columns: readonly DataColumn<Segment>[] = [
    {
      key: "name",
      title: text("segments.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(`segments/${id}`)}>{name}</Link>,
    },
    { key: "kind", title: text("segments.kind"), width: 150, render: (segment) => <KindText segment={segment} /> },
    { key: "size", title: text("segments.size"), width: 120, figure: true, render: ({ size }) => format.count(size) },
    { key: "from", title: text("segments.madeFrom"), width: 200, ellipsis: true, render: (segment) => <OfWhom segment={segment} /> },
    { key: "by", title: text("segments.by"), width: 200, ellipsis: true, render: ({ createdBy }) => createdBy },
    { key: "at", title: text("segments.at"), width: 160, render: ({ createdAt }) => <TimeText at={createdAt} /> },
  ];
  return (
    <DataTable<Segment>
      label={text("nav.segments")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={({ id }) => void navigate(link(`segments/${id}`))}
      minWidth={1000}
      empty={<EmptyState text={empty} />}
      phoneRow={(segment) => ({
        title: segment.name,
        detail: (
          <>
            <KindText segment={segment} /> · <TimeText at={segment.createdAt} form="recent" />
          </>
        ),
        figures: format.count(segment.size),
      })}
    />
  );
}

/** The kind, and how far one is that is not live yet. */
function KindText({ segment: { kind, live } }: { readonly segment: Segment }) {
  const text = useText();
  if (live === null) return text(`segments.kind.${kind}`);
  const more = [
    ...(live.scheduled === null ? [] : [text("segments.scheduled")]),
    ...(live.stage === "live" ? [] : [text(`segments.stageName.${live.stage}`)]),
  ];
  return (
    <>
      {text(`segments.kind.${kind}`)} {more.length === 0 ? null : <span className="muted small">{more.join(" · ")}</span>}
    </>
  );
}

/** By what people are in it: in words, cut to a line. */
function OfWhom({ segment: { rule, combination, madeFrom } }: { readonly segment: Segment }) {
  const text = useText();
  if (combination !== null) return text(`segments.combineNote.${combination.op}`);
  return rule === null ? <MadeFrom figure={madeFrom} /> : <ConditionInLine condition={rule} />;
}
