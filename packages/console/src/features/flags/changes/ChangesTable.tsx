import { listFlagChanges, type FlagChangeView } from "@terrace/contract/api/flag-changes";
import { useMemo, useState } from "react";
import { usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { TimeText } from "../../../ui/TimeText.tsx";
import { ChangeDrawer } from "./ChangeDrawer.tsx";
import { titleOf } from "./change-title.ts";
import { ChangeState } from "../FlagState.tsx";
import { useEnvironments } from "../use-environments.ts";

const rowKey = ({ id }: FlagChangeView) => id;

/** Changes that wait for approval or did, of all flags or of one. */
export function ChangesTable({ flag }: { readonly flag?: string }) {
  const text = useText();
  const query = { limit: 50, ...(flag === undefined ? {} : { flag }) };
  const pages = usePages(listFlagChanges, { params: useWorkspaceParams(), query });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return (
    <Panel flush>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows rows={rows} empty={text("flags.noChanges")} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function Rows({ rows, empty }: { readonly rows: readonly FlagChangeView[]; readonly empty: string }) {
  const text = useText();
  const { nameOf } = useEnvironments();
  const [open, setOpen] = useState<string>();
  const shown = rows.find(({ id }) => id === open);
  const where = ({ environments }: FlagChangeView) => environments.map(nameOf).join(" · ");
  const columns: readonly DataColumn<FlagChangeView>[] = [
    {
      key: "change",
      title: text("flags.change"),
      ellipsis: true,
      render: (change) => (
        <button type="button" className="plain-button link-like" onClick={() => setOpen(change.id)}>
          {titleOf(change, text)}
        </button>
      ),
    },
    { key: "state", title: text("flags.state"), width: 110, render: ({ state }) => <ChangeState state={state} /> },
    { key: "where", title: text("flags.environment"), width: 160, ellipsis: true, render: where },
    { key: "note", title: text("flags.note"), ellipsis: true, render: ({ note }) => note },
    { key: "by", title: text("flags.askedBy"), width: 190, ellipsis: true, render: ({ askedBy }) => askedBy },
    { key: "at", title: text("flags.askedAt"), width: 150, figure: true, render: ({ askedAt }) => <TimeText at={askedAt} /> },
  ];
  return (
    <>
      <DataTable<FlagChangeView>
        label={text("flags.tab.changes")}
        rows={rows}
        rowKey={rowKey}
        columns={columns}
        minWidth={900}
        onOpen={({ id }) => setOpen(id)}
        empty={<EmptyState text={empty} />}
        phoneRow={(row) => ({
          title: titleOf(row, text),
          state: <ChangeState state={row.state} />,
          detail: row.note,
          figures: where(row),
        })}
      />
      {shown === undefined ? null : <ChangeDrawer key={shown.id} change={shown} onClose={() => setOpen(undefined)} />}
    </>
  );
}
