import { listHoldouts, type HoldoutView } from "@terrace/contract/api/holdouts";
import { Button, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { holdoutPath, rotationWords, scopeWords } from "./holdout-words.ts";
import { NewHoldoutModal } from "./HoldoutModals.tsx";

const rowKey = ({ key }: HoldoutView) => key;

/** The holdouts of the workspace. */
export function HoldoutsPage() {
  const text = useText();
  const write = useMay()("experiments:write");
  const [adding, setAdding] = useState(false);
  const pages = usePages(listHoldouts, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return (
    <>
      <PageHeader
        title={text("nav.holdouts")}
        meta={<span>{text("holdouts.intro")}</span>}
        actions={
          write ? (
            <Button type="primary" onClick={() => setAdding(true)}>
              {text("holdouts.new")}
            </Button>
          ) : null
        }
      />
      <Panel flush>
        <QueryView query={pages} skeleton={4}>
          {() => (
            <>
              <HoldoutTable rows={rows} empty={text(write ? "holdouts.empty" : "holdouts.emptyNoRight")} />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {adding ? <NewHoldoutModal onClose={() => setAdding(false)} /> : null}
    </>
  );
}

/** Whether a holdout keeps anybody from anything now. */
export function HoldoutState({ ended }: { readonly ended: boolean }) {
  const text = useText();
  return <Tag className={ended ? "" : "badge-on"}>{text(ended ? "holdouts.ended" : "holdouts.running")}</Tag>;
}

function HoldoutTable({ rows, empty }: { readonly rows: readonly HoldoutView[]; readonly empty: string }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const columns: readonly DataColumn<HoldoutView>[] = [
    {
      key: "name",
      title: text("holdouts.name"),
      ellipsis: true,
      render: ({ key, name }) => <Link to={link(holdoutPath(key))}>{name}</Link>,
    },
    { key: "state", title: text("holdouts.state"), width: 110, render: ({ endedAt }) => <HoldoutState ended={endedAt !== null} /> },
    { key: "scope", title: text("holdouts.scope"), ellipsis: true, render: ({ scope }) => scopeWords(scope, text) },
    {
      key: "share",
      title: text("holdouts.share"),
      width: 90,
      figure: true,
      render: ({ generation }) => formatShare(generation.share / 10_000),
    },
    { key: "rotation", title: text("holdouts.rotation"), width: 130, render: ({ rotation }) => rotationWords(rotation, text) },
    { key: "turn", title: text("holdouts.turn"), width: 80, figure: true, render: ({ generation }) => format.count(generation.number) },
    { key: "held", title: text("holdouts.held"), width: 100, figure: true, render: ({ generation }) => format.count(generation.held) },
    { key: "open", title: text("holdouts.open"), width: 100, figure: true, render: ({ generation }) => format.count(generation.open) },
  ];
  return (
    <DataTable<HoldoutView>
      label={text("nav.holdouts")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={({ key }) => void navigate(link(holdoutPath(key)))}
      minWidth={860}
      empty={<EmptyState text={empty} />}
      phoneRow={({ name, endedAt, scope, generation }) => ({
        title: name,
        state: <HoldoutState ended={endedAt !== null} />,
        detail: scopeWords(scope, text),
        figures: formatShare(generation.share / 10_000),
      })}
    />
  );
}
