import { Alert } from "antd";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink, useScope } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { OtherWorkspaces } from "./OtherWorkspaces.tsx";
import { SampleCard } from "./SampleCard.tsx";
import { SendGuide } from "./SendGuide.tsx";

/** The first page of a new workspace: what is in it, and how to send the first event of one's own. */
export function StartPage() {
  const text = useText();
  const link = useLink();
  const { session, workspace } = useScope();
  return (
    <>
      <PageHeader title={text("nav.start")} meta={<span>{text("start.intro")}</span>} />
      <div className="stack start-page">
        {session.operator.hasPassword ? null : (
          <Alert
            type="warning"
            showIcon
            title={text("start.noPassword")}
            action={<Link to={link("settings/account")}>{text("account.setPassword")}</Link>}
          />
        )}
        {workspace.label === "" ? null : <SampleCard />}
        <OtherWorkspaces />
        <SendGuide />
      </div>
    </>
  );
}
