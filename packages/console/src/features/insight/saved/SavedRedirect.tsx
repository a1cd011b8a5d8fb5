import { getSavedAnalysis } from "@terrace/contract/api/insight-saved";
import { Navigate, useParams } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { KINDS, kindPath } from "../frame/kinds.ts";

/** The address of a saved analysis: its question on the page of its kind. */
export function SavedRedirect() {
  const text = useText();
  const link = useLink();
  const { analysis = "" } = useParams();
  const query = useCall(getSavedAnalysis, { params: { ...useWorkspaceParams(), analysis } });
  return (
    <QueryView query={query} skeleton={8}>
      {({ id, name, kind }) => {
        if (KINDS.some((one) => one.kind === kind)) return <Navigate replace to={`${link(kindPath(kind))}?saved=${id}`} />;
        return (
          <>
            <PageHeader title={name} />
            <Panel>
              <EmptyState text={text("dashboards.notDrawn")} />
            </Panel>
          </>
        );
      }}
    </QueryView>
  );
}
