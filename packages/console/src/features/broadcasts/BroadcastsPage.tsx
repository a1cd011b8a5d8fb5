import { listBroadcasts, type BroadcastRow } from "@terrace/contract/api/broadcasts";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { broadcastPath } from "./broadcast-path.ts";
import { BroadcastModal } from "./BroadcastModal.tsx";
import { BroadcastState } from "./BroadcastState.tsx";

const rowKey = ({ id }: BroadcastRow) => id;

/** The broadcasts of the workspace. */
export function BroadcastsPage() {
  const text = useText();
  const may = useMay()("touch:write");
  const [making, setMaking] = useState(false);
  const pages = usePages(listBroadcasts, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const begin = may ? (
    <Button type="primary" onClick={() => setMaking(true)}>
      {text("broadcasts.new")}
    </Button>
  ) : null;
  return (
    <>
      <PageHeader title={text("nav.broadcasts")} meta={<span>{text("broadcasts.intro")}</span>} actions={begin} />
      <Panel flush>
        <QueryView query={pages} skeleton={5}>
          {() => (
            <>
              <Rows rows={rows} />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {making ? <BroadcastModal onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly BroadcastRow[] }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const asked = ({ asked: count, audience }: BroadcastRow) =>
    audience === null ? MISSING : text("broadcasts.askedOf", { asked: format.count(count), audience: format.count(audience) });
  const columns: readonly DataColumn<BroadcastRow>[] = [
    {
      key: "name",
      title: text("broadcasts.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(broadcastPath(id))}>{name}</Link>,
    },
    { key: "state", title: text("broadcasts.stateOf"), width: 120, render: ({ state }) => <BroadcastState state={state} /> },
    { key: "begins", title: text("broadcasts.begins"), width: 160, render: (row) => <Begins row={row} /> },
    { key: "asked", title: text("broadcasts.progress"), width: 170, figure: true, render: asked },
    { key: "by", title: text("broadcasts.createdBy"), width: 160, ellipsis: true, render: ({ createdBy }) => createdBy },
  ];
  return (
    <DataTable<BroadcastRow>
      label={text("nav.broadcasts")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={780}
      onOpen={({ id }) => void navigate(link(broadcastPath(id)))}
      empty={<EmptyState text={text("broadcasts.empty")} />}
      phoneRow={(row) => ({
        title: row.name,
        state: <BroadcastState state={row.state} />,
        detail: row.beganAt === null && row.beginsAt === null ? row.createdBy : format.tableTime(row.beganAt ?? row.beginsAt ?? ""),
        figures: asked(row),
      })}
    />
  );
}

function Begins({ row: { beganAt, beginsAt } }: { readonly row: BroadcastRow }) {
  const at = beganAt ?? beginsAt;
  return at === null ? MISSING : <TimeText at={at} />;
}
