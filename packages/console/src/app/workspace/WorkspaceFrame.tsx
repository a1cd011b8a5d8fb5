import { useEffect, useMemo } from "react";
import { useParams } from "react-router";
import { SecondFactorMissing } from "../../features/session/SecondFactorMissing.tsx";
import { NotFoundPage } from "../NotFoundPage.tsx";
import { setPreferences } from "../preferences.ts";
import { useSession } from "../session/use-session.ts";
import { Shell } from "../shell/Shell.tsx";
import { WorkspaceContext } from "./workspace-context.ts";

/** Everything under `/w/<workspace>`: finds the workspace among those the operator may enter and draws the frame around its pages. */
export function WorkspaceFrame() {
  const { workspace: id } = useParams();
  const session = useSession().data;
  const workspace = session?.workspaces.find((one) => one.id === id);
  useEffect(() => {
    if (workspace !== undefined) setPreferences({ workspaceId: workspace.id });
  }, [workspace]);
  const scope = useMemo(
    () => (session === undefined || session === null || workspace === undefined ? undefined : { session, workspace }),
    [session, workspace],
  );
  if (scope === undefined) return <NotFoundPage />;
  if (scope.workspace.secondFactorMissing) return <SecondFactorMissing workspaceId={scope.workspace.id} />;
  return (
    <WorkspaceContext value={scope}>
      <Shell key={scope.workspace.id} />
    </WorkspaceContext>
  );
}
