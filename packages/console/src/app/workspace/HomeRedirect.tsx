import { Button } from "antd";
import { useState } from "react";
import { Navigate, useLocation } from "react-router";
import { Notice } from "../../ui/Notice.tsx";
import { useText } from "../i18n.ts";
import { getPreferences } from "../preferences.ts";
import { useSession, useSignOut } from "../session/use-session.ts";
import { NewWorkspace } from "../shell/NewWorkspace.tsx";
import { workspaceLink } from "./workspace-context.ts";

/** Leads from `/` (or `/start`) into the workspace used last, else the first one. */
export function HomeRedirect() {
  const { pathname, search } = useLocation();
  const workspaces = useSession().data?.workspaces ?? [];
  const last = workspaces.find(({ id }) => id === getPreferences().workspaceId) ?? workspaces[0];
  return last === undefined ? <NoWorkspace /> : <Navigate to={workspaceLink(last.id, pathname.slice(1)) + search} replace />;
}

function NoWorkspace() {
  const text = useText();
  const signOut = useSignOut();
  const [making, setMaking] = useState(false);
  return (
    <>
      <Notice
        title={text("workspace.none")}
        body={text("workspace.noneBody")}
        action={
          <div className="row">
            <Button type="primary" onClick={() => setMaking(true)}>
              {text("workspace.new")}
            </Button>
            <Button onClick={() => signOut.mutate()}>{text("top.signOut")}</Button>
          </div>
        }
      />
      {making ? <NewWorkspace onClose={() => setMaking(false)} /> : null}
    </>
  );
}
