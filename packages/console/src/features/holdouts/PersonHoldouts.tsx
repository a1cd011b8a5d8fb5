import { listPersonHoldouts } from "@terrace/contract/api/holdouts";
import { Tag } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { holdoutPath } from "./holdout-words.ts";

/** In which group of each holdout a person is now; nothing where there is none. */
export function HoldoutsCard({ person }: { readonly person: string }) {
  const text = useText();
  const link = useLink();
  const groups = useCall(listPersonHoldouts, { params: { ...useWorkspaceParams(), person } });
  if (groups.data === undefined || groups.data.items.length === 0) return null;
  return (
    <Panel title={text("nav.holdouts")}>
      <table className="plain-table">
        <tbody>
          {groups.data.items.map(({ holdout, name, group, askedAt }) => (
            <tr key={holdout}>
              <td>
                <Link to={link(holdoutPath(holdout))}>{name}</Link>
              </td>
              <td>
                <Tag>{text(`holdouts.${group}`)}</Tag>
              </td>
              <td className="muted small">{askedAt === null ? text("holdouts.notAsked") : <TimeText at={askedAt} form="day" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
