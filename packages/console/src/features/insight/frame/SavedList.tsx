import { listSavedAnalyses, type SavedAnalysisRow } from "@terrace/contract/api/insight-saved";
import { Segmented } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useSettled } from "../../../app/shell/use-palette.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { SearchInput } from "../../../ui/SearchInput.tsx";
import { TimeText } from "../../../ui/TimeText.tsx";
import { SavedActions } from "../saved/SavedActions.tsx";
import { KINDS, kindPath } from "./kinds.ts";

const SEARCH_WAIT_MS = 300;
const rowKey = ({ id }: SavedAnalysisRow) => id;

/** The analyses that were saved, the last changed first. One whose kind has no page is not listed. */
export function SavedList() {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const [which, setWhich] = useState<"all" | "mine" | "archived">("all");
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = {
    mine: which === "mine" ? ("true" as const) : ("false" as const),
    archived: which === "archived" ? ("true" as const) : ("false" as const),
    ...(search === "" ? {} : { search }),
  };
  const pages = usePages(listSavedAnalyses, { params, query }, { keepPrevious: true });
  const rows = (pages.data?.pages.flatMap(({ items }) => items) ?? []).filter(({ kind }) => KINDS.some((one) => one.kind === kind));
  const kindName = ({ kind }: SavedAnalysisRow) => text(KINDS.find((one) => one.kind === kind)?.label ?? "insight.analyses");
  const pathOf = ({ id, kind }: SavedAnalysisRow) => `${link(kindPath(kind))}?saved=${id}`;
  return (
    <Panel title={text("insight.savedAnalyses")} flush>
      <div className="filter-row">
        <Segmented
          value={which}
          onChange={setWhich}
          options={[
            { value: "all" as const, label: text("common.all") },
            { value: "mine" as const, label: text("insight.mine") },
            { value: "archived" as const, label: text("segments.archived") },
          ]}
        />
        <SearchInput label={text("insight.searchSaved")} value={typed} onChange={setTyped} />
      </div>
      <QueryView query={pages}>
        {() => (
          <>
            <DataTable<SavedAnalysisRow>
              label={text("insight.savedAnalyses")}
              rows={rows}
              rowKey={rowKey}
              onOpen={(row) => void navigate(pathOf(row))}
              empty={<EmptyState text={text(search === "" && which === "all" ? "insight.noSaved" : "insight.noSavedMatch")} />}
              phoneRow={(row) => ({
                title: <b className="ellipsis">{row.name}</b>,
                detail: `${kindName(row)} · ${row.owner}`,
                figures: <TimeText at={row.changedAt} form="recent" />,
              })}
              columns={[
                {
                  key: "name",
                  title: text("insight.analysisName"),
                  render: (row) => <Link to={pathOf(row)}>{row.name}</Link>,
                  ellipsis: true,
                },
                { key: "kind", title: text("insight.kindTitle"), render: kindName, width: 140 },
                { key: "owner", title: text("insight.owner"), render: ({ owner }) => owner, width: 220, ellipsis: true },
                { key: "changed", title: text("insight.changedAt"), render: ({ changedAt }) => <TimeText at={changedAt} />, width: 160 },
                { key: "acts", title: "", render: (row) => <SavedActions saved={row} />, width: 56 },
              ]}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
