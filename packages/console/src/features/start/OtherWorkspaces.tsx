import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useScope, workspaceLink } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";

/** Points a newcomer to the labelled workspaces they are not in: the real sample and the simulated business. */
export function OtherWorkspaces() {
  const text = useText();
  const { session, workspace } = useScope();
  const others = session.workspaces.filter(({ id, label }) => id !== workspace.id && label !== "");
  if (others.length === 0) return null;
  return (
    <Panel title={text("start.others")}>
      <ul className="other-workspaces">
        {others.map(({ id, name, label }) => (
          <li key={id}>
            <Link to={workspaceLink(id, "")}>{text(label === "simulated" ? "start.other.simulated" : "start.other.sample", { name })}</Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
