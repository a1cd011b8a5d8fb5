import { listConflicts } from "@terrace/contract/api/merges";
import { Button, Segmented, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn, Selection } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { IdentityList } from "../people/IdentityList.tsx";
import { ConflictBulkBar } from "./ConflictBulkBar.tsx";
import { ConflictDrawer } from "./ConflictDrawer.tsx";
import type { Conflict } from "./answers.ts";

const STATES = ["open", "merged", "kept_apart"] as const;
const rowKey = ({ id }: Conflict) => id;

/** Joins that were refused because both people are identified; an operator decides. */
export function ConflictsPage() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((one) => one === search.get("state")) ?? "open";
  const conflicts = usePages(listConflicts, { params: useWorkspaceParams(), query: { state, limit: 50 } }, { keepPrevious: true });
  const rows = useMemo(() => conflicts.data?.pages.flatMap(({ items }) => items) ?? [], [conflicts.data]);
  const open = rows.find(({ id }) => id === search.get("open"));
  const may = useMay();
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const acting = state === "open" && may("people:merge");
  const show = (id: string) => setSearch({ ...(state === "open" ? {} : { state }), ...(id === "" ? {} : { open: id }) });
  return (
    <>
      <PageHeader
        title={text("nav.conflicts")}
        meta={<span>{text("conflicts.intro")}</span>}
        actions={<ExportButton what="conflicts" filters={{ state }} />}
      />
      <Panel flush>
        {acting && ticked.length > 0 ? (
          <ConflictBulkBar ticked={ticked} onClear={() => setTicked([])} />
        ) : (
          <div className="filter-row">
            <Segmented
              value={state}
              onChange={(next) => setSearch(next === "open" ? {} : { state: next })}
              options={STATES.map((one) => ({ value: one, label: text(`conflicts.state.${one}`) }))}
            />
          </div>
        )}
        <QueryView query={conflicts} skeleton={6}>
          {() => (
            <>
              <ConflictTable
                rows={rows}
                state={state}
                onOpen={show}
                {...(acting ? { selection: { keys: ticked, onChange: setTicked } } : {})}
              />
              <LoadMore pages={conflicts} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {open === undefined ? null : <ConflictDrawer conflict={open} onClose={() => show("")} />}
    </>
  );
}

type ConflictTableProps = {
  readonly rows: readonly Conflict[];
  readonly state: Conflict["state"];
  readonly onOpen: (id: string) => void;
  readonly selection?: Selection;
};

function ConflictTable({ rows, state, onOpen, selection }: ConflictTableProps) {
  const text = useText();
  const format = useFormat();
  const columns: readonly DataColumn<Conflict>[] = [
    { key: "people", title: text("conflicts.people"), render: (conflict) => <ConflictPeople conflict={conflict} /> },
    {
      key: "link",
      title: text("conflicts.link"),
      ellipsis: true,
      render: (conflict) => <IdentityList identities={conflict.link} more={0} />,
    },
    {
      key: "reason",
      title: text("conflicts.reason"),
      width: 180,
      render: ({ reason }) => (
        <Tag variant="filled" color="warning">
          {text(`conflicts.reason.${reason}`)}
        </Tag>
      ),
    },
    { key: "seen", title: text("conflicts.seen"), width: 76, figure: true, render: ({ seen }) => format.count(seen) },
    {
      key: "last",
      title: text("conflicts.lastSeen"),
      width: 150,
      figure: true,
      render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} form="recent" />,
    },
    state === "open"
      ? {
          key: "action",
          title: "",
          width: 104,
          figure: true,
          render: ({ id }) => (
            <Button size="small" onClick={() => onOpen(id)}>
              {text("conflicts.compare")}
            </Button>
          ),
        }
      : { key: "by", title: text("conflicts.decidedBy"), width: 180, ellipsis: true, render: ({ decidedBy }) => decidedBy },
  ];
  return (
    <DataTable<Conflict>
      label={text("nav.conflicts")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={910}
      {...(selection === undefined ? {} : { selection })}
      onOpen={({ id }) => onOpen(id)}
      empty={<EmptyState text={text(`conflicts.empty.${state}`)} />}
      phoneRow={(conflict) => ({
        title: conflict.people.map(({ displayName }) => displayName).join(" / "),
        detail: <IdentityList identities={conflict.link} more={0} />,
        figures: <TimeText at={conflict.lastSeenAt} form="recent" />,
      })}
    />
  );
}

function ConflictPeople({ conflict }: { readonly conflict: Conflict }) {
  const link = useLink();
  return (
    <>
      {conflict.people.map(({ person, displayName }, i) => (
        <span key={person}>
          {i === 0 ? "" : " / "}
          <Link to={link(`people/${person}`)}>{displayName}</Link>
        </span>
      ))}
    </>
  );
}
