import { getOverview, listImports } from "@terrace/contract/api/data";
import { Button } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";

/** What data stands in a labelled workspace: where it is from, its span and size. */
export function SampleCard() {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const { label, name } = useWorkspace();
  const overview = useCall(getOverview, { params: useWorkspaceParams(), query: { days: 365 } }, { staleMs: 60_000 });
  const first = useCall(listImports, { params: useWorkspaceParams(), query: { limit: 200 } }, { staleMs: 60_000 }).data?.items.at(-1);
  const kind = label === "simulated" ? "simulated" : "sample";
  return (
    <Panel title={text(`start.${kind}Title`, { name })}>
      <QueryView query={overview} skeleton={2}>
        {(data) => (
          <div className="sample">
            <p>{text(`start.${kind}Body`)}</p>
            <dl className="sample-facts">
              <div>
                <dt>{text("nav.users")}</dt>
                <dd>{format.count(data.people)}</dd>
              </div>
              <div>
                <dt>{text("start.days")}</dt>
                <dd>
                  {data.dataFrom === null || data.dataTo === null
                    ? "—"
                    : format.rangeOfDays(format.day(data.dataFrom), format.day(data.dataTo))}
                </dd>
              </div>
              {first === undefined ? null : (
                <>
                  <div>
                    <dt>{text("imports.read")}</dt>
                    <dd>{format.count(first.rowsRead)}</dd>
                  </div>
                  <div>
                    <dt>{text("imports.events")}</dt>
                    <dd>{format.count(first.eventsMade)}</dd>
                  </div>
                </>
              )}
            </dl>
            <div className="row-wrap">
              <Link to={link("")}>
                <Button type="primary">{text("start.lookHome")}</Button>
              </Link>
              <Link to={link("people")}>
                <Button>{text("start.lookPeople")}</Button>
              </Link>
            </div>
          </div>
        )}
      </QueryView>
    </Panel>
  );
}
