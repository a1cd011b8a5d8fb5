import { listMerges } from "@terrace/contract/api/merges";
import { Tag } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
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
import type { Merge } from "./TakeBackButton.tsx";
import { TakeBackButton } from "./TakeBackButton.tsx";

const rowKey = ({ id }: Merge) => id;

/** Every merge made by hand, with the way back. */
export function MergesPage() {
  const text = useText();
  const may = useMay();
  const merges = usePages(listMerges, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => merges.data?.pages.flatMap(({ items }) => items) ?? [], [merges.data]);
  const action = (merge: Merge) => (merge.takenBackAt === null && may("people:merge") ? <TakeBackButton merge={merge} /> : null);
  const columns: readonly DataColumn<Merge>[] = [
    { key: "people", title: text("merges.people"), render: (merge) => <MergePeople merge={merge} /> },
    {
      key: "reason",
      title: text("merges.reason"),
      ellipsis: true,
      render: ({ reason }) => (reason === "" ? <span className="muted">{MISSING}</span> : reason),
    },
    { key: "by", title: text("merges.by"), width: 180, ellipsis: true, render: ({ by }) => by },
    { key: "at", title: text("merges.at"), width: 150, figure: true, render: ({ createdAt }) => <TimeText at={createdAt} /> },
    { key: "state", title: text("merges.state"), width: 220, render: (merge) => <MergeState merge={merge} /> },
    { key: "action", title: "", width: 84, figure: true, render: action },
  ];
  return (
    <>
      <PageHeader title={text("nav.merges")} actions={<ExportButton what="merges" />} />
      <Panel flush>
        <QueryView query={merges} skeleton={8}>
          {() => (
            <>
              <DataTable<Merge>
                label={text("nav.merges")}
                rows={rows}
                rowKey={rowKey}
                columns={columns}
                minWidth={860}
                empty={<EmptyState text={text("merges.empty")} />}
                phoneRow={(merge) => ({
                  title: <MergePeople merge={merge} />,
                  detail: `${merge.by} ${merge.reason}`,
                  figures: <TimeText at={merge.createdAt} form="recent" />,
                  actions: (
                    <>
                      {<MergeState merge={merge} />}
                      {action(merge)}
                    </>
                  ),
                })}
              />
              <LoadMore pages={merges} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}

function MergePeople({ merge }: { readonly merge: Merge }) {
  const link = useLink();
  return <Link to={link(`people/${merge.survivor}`)}>{merge.displayNames.join(" + ")}</Link>;
}

function MergeState({ merge }: { readonly merge: Merge }) {
  const text = useText();
  if (merge.takenBackAt === null)
    return (
      <Tag className="badge-on" variant="filled">
        {text("merges.active")}
      </Tag>
    );
  return (
    <span className="row">
      <Tag variant="filled">{text("merges.takenBack")}</Tag>
      <small className="muted ellipsis">
        {merge.takenBackBy} <TimeText at={merge.takenBackAt} form="day" />
      </small>
    </span>
  );
}
