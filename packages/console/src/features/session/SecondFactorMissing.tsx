import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { SESSION_KEY } from "../../app/api/query-client.ts";
import { useText } from "../../app/i18n.ts";
import { useSession, useSignOut } from "../../app/session/use-session.ts";
import { workspaceLink } from "../../app/workspace/workspace-context.ts";
import { SecondFactorPanel } from "../settings/SecondFactorPanel.tsx";
import { SignInCard } from "./SignInCard.tsx";

/** Stands in for a workspace that asks for a second factor until its member has one: sets it up here and leads on. */
export function SecondFactorMissing({ workspaceId }: { readonly workspaceId: string }) {
  const text = useText();
  const client = useQueryClient();
  const session = useSession().data;
  const signOut = useSignOut();
  if (session === null || session === undefined) return null;
  const name = session.workspaces.find(({ id }) => id === workspaceId)?.name ?? "";
  const others = session.workspaces.filter(({ secondFactorMissing }) => !secondFactorMissing);
  return (
    <SignInCard title={text("factor.required", { workspace: name })}>
      <p className="muted">{text("factor.requiredBody")}</p>
      <SecondFactorPanel
        hasPassword={session.operator.hasPassword}
        onSetUp={() => void client.invalidateQueries({ queryKey: SESSION_KEY })}
      />
      <div className="row">
        {others.map((one) => (
          <Link key={one.id} to={workspaceLink(one.id, "")}>
            {one.name}
          </Link>
        ))}
        <Button type="text" onClick={() => signOut.mutate()}>
          {text("top.signOut")}
        </Button>
      </div>
    </SignInCard>
  );
}
