import {
  getSavedAnalysis,
  listSavedAnalyses,
  listSavedAnalysisVersions,
  updateSavedAnalysis,
  type SavedAnalysisRow,
} from "@terrace/contract/api/insight-saved";
import { Button, Drawer } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { useChange, usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { KINDS, kindPath } from "../frame/kinds.ts";
import { writeQuery } from "../frame/query-text.ts";
import "./saved.css";

/** What a saved analysis was, version by version; an earlier one can be looked at and brought back. */
export function VersionsDrawer({ saved, onClose }: { readonly saved: SavedAnalysisRow; readonly onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), analysis: saved.id };
  const pages = usePages(listSavedAnalysisVersions, { params, query: { limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const change = useChange(updateSavedAnalysis, [listSavedAnalysisVersions, listSavedAnalyses, getSavedAnalysis]);
  const hasPage = KINDS.some(({ kind }) => kind === saved.kind);
  return (
    <Drawer open title={text("saved.versionsOf", { name: saved.name })} size={480} onClose={onClose}>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <ol className="version-list">
              {rows.map(({ version, name, kind, query, display, changedAt, changedBy }) => (
                <li key={version}>
                  <div className="grow">
                    <b>{text("saved.version", { version })}</b> {name === saved.name ? "" : name}
                    <div className="small muted">
                      {format.tableTime(changedAt)} · {changedBy}
                    </div>
                  </div>
                  {hasPage ? <Link to={link(`${kindPath(kind)}?q=${writeQuery(query)}`)}>{text("dashboards.open")}</Link> : null}
                  {saved.mayChange && version !== saved.version ? (
                    <Button
                      size="small"
                      loading={change.isPending}
                      onClick={() => change.mutate({ params, body: { kind, query, display } }, { onSuccess: onClose, onError: showFault })}
                    >
                      {text("saved.bringBack")}
                    </Button>
                  ) : null}
                </li>
              ))}
            </ol>
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Drawer>
  );
}
