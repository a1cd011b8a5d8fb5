import { listHoldouts, listPersonHoldouts } from "@terrace/contract/api/holdouts";
import { Input, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { endOfDay } from "../segments/end-of-day.ts";
import { holdoutPath } from "./holdout-words.ts";

/** In which group of each holdout a person is, or was at the end of a day; nothing where the workspace has no holdout. */
export function HoldoutsCard({ person }: { readonly person: string }) {
  const text = useText();
  const { day } = useFormat();
  const [date, setDate] = useState(() => day(Date.now()));
  const holdouts = useCall(listHoldouts, { params: useWorkspaceParams(), query: { limit: 1 } });
  if (holdouts.data === undefined || holdouts.data.items.length === 0) return null;
  return (
    <Panel
      title={text("nav.holdouts")}
      extra={
        <Input
          size="small"
          type="date"
          aria-label={text("holdouts.atDay")}
          max={day(Date.now())}
          value={date}
          onChange={({ target }) => setDate(target.value)}
        />
      }
    >
      <GroupsAt person={person} date={date} />
    </Panel>
  );
}

/** The groups of a person at the end of a local day, or now; of one holdout where it is named. */
export function GroupsAt({ person, date, holdout: only }: { readonly person: string; readonly date: string; readonly holdout?: string }) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const at = endOfDay(date, format.timeZone, Date.now());
  const query = useCall(listPersonHoldouts, { params: { ...useWorkspaceParams(), person }, query: at === undefined ? {} : { at } });
  return (
    <QueryView query={query} skeleton={2}>
      {({ items }) => {
        const shown = items.filter(({ holdout }) => only === undefined || holdout === only);
        if (shown.length === 0) return <p className="muted">{text(only === undefined ? "holdouts.none" : "holdouts.notIn")}</p>;
        return (
          <table className="plain-table">
            <tbody>
              {shown.map(({ holdout, name, generation, group, askedAt }) => (
                <tr key={holdout}>
                  <td>
                    <Link to={link(holdoutPath(holdout))}>{name}</Link>
                  </td>
                  <td>
                    <Tag>{text(`holdouts.${group}`)}</Tag>
                  </td>
                  <td className="muted small">
                    {text("holdouts.turnOf", { number: generation })} ·{" "}
                    {askedAt === null ? text("holdouts.notAsked") : format.dayWords(askedAt)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      }}
    </QueryView>
  );
}
