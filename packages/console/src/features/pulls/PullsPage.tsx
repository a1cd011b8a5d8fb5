import { CloudDownloadOutlined } from "@ant-design/icons";
import { listPulls, type PullView } from "@terrace/contract/api/pulls";
import { Button } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { PullDrawer } from "./PullDrawer.tsx";
import { PullForm } from "./PullForm.tsx";
import { PullState } from "./PullState.tsx";
import { placeText, scheduleText } from "./pull-words.ts";

const rowKey = ({ id }: PullView) => id;
const REFETCH_MS = 5_000;

/** Files and query results that are fetched by schedule and imported. */
export function PullsPage() {
  const text = useText();
  const [open, setOpen] = useState<string>();
  const [edited, setEdited] = useState<PullView | "new">();
  const pulls = useCall(listPulls, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  const make = (
    <Button type="primary" icon={<CloudDownloadOutlined />} onClick={() => setEdited("new")}>
      {text("pulls.new")}
    </Button>
  );
  const columns: readonly DataColumn<PullView>[] = [
    {
      key: "name",
      title: text("pulls.name"),
      width: 200,
      ellipsis: true,
      render: ({ id, name }) => (
        <button type="button" className="plain-button ellipsis strong" title={name} onClick={() => setOpen(id)}>
          {name}
        </button>
      ),
    },
    { key: "place", title: text("pulls.place"), ellipsis: true, render: ({ place }) => <code className="mono">{placeText(place)}</code> },
    { key: "schedule", title: text("pulls.schedule"), width: 170, render: ({ schedule }) => scheduleText(schedule, text) },
    { key: "state", title: text("pulls.lastRun"), width: 150, render: (pull) => <PullState pull={pull} /> },
    {
      key: "next",
      title: text("pulls.nextRun"),
      width: 150,
      figure: true,
      render: ({ paused, nextRunAt }) => (paused ? <span className="muted">{text("pulls.paused")}</span> : <TimeText at={nextRunAt} />),
    },
  ];
  const shown = pulls.data?.items.find(({ id }) => id === open);
  return (
    <>
      <PageHeader title={text("nav.pulls")} meta={<span>{text("pulls.intro")}</span>} actions={make} />
      <Panel flush>
        <QueryView query={pulls} skeleton={4}>
          {({ items }) => (
            <DataTable<PullView>
              label={text("nav.pulls")}
              rows={items}
              rowKey={rowKey}
              columns={columns}
              onOpen={({ id }) => setOpen(id)}
              minWidth={900}
              empty={<EmptyState text={text("pulls.empty")} action={make} />}
              phoneRow={(pull) => ({
                title: pull.name,
                state: <PullState pull={pull} />,
                detail: pull.paused ? text("pulls.paused") : scheduleText(pull.schedule, text),
              })}
            />
          )}
        </QueryView>
      </Panel>
      {shown === undefined ? null : <PullDrawer pull={shown} onClose={() => setOpen(undefined)} onEdit={() => setEdited(shown)} />}
      {edited === undefined ? null : <PullForm {...(edited === "new" ? {} : { pull: edited })} onClose={() => setEdited(undefined)} />}
    </>
  );
}
