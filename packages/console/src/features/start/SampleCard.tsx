import { getOverview } from "@terrace/contract/api/live";
import { listImports } from "@terrace/contract/api/imports";
import { Button } from "antd";
import { Link } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";

type Import = CallAnswer<typeof listImports>["items"][number];

/** What data stands in a labelled workspace: where it is from, its span and size. */
export function SampleCard() {
  const text = useText();
  const link = useLink();
  const { label, name } = useWorkspace();
  const imports = useCall(listImports, { params: useWorkspaceParams(), query: { limit: 200 } }, { staleMs: 60_000 });
  const kind = label === "simulated" ? "simulated" : "sample";
  return (
    <Panel title={text(`start.${kind}Title`, { name })}>
      <div className="sample">
        <p>{text(`start.${kind}Body`)}</p>
        <QueryView query={imports} skeleton={1}>
          {({ items }) => <SampleSize first={items.at(-1)} />}
        </QueryView>
        <div className="row-wrap">
          <Link to={link("")}>
            <Button type="primary">{text("start.lookHome")}</Button>
          </Link>
          <Link to={link("people")}>
            <Button>{text("start.lookPeople")}</Button>
          </Link>
        </div>
      </div>
    </Panel>
  );
}

/** A sample came in with the first import, whose figures stay its own when other events follow; made-up data is all there is. */
function SampleSize({ first }: { readonly first: Import | undefined }) {
  const text = useText();
  const format = useFormat();
  if (first === undefined) return <WholeSize />;
  return (
    <Facts
      rows={[
        [text("imports.read"), format.count(first.rowsRead)],
        [text("imports.events"), format.count(first.eventsMade)],
      ]}
    />
  );
}

function WholeSize() {
  const text = useText();
  const format = useFormat();
  const overview = useCall(getOverview, { params: useWorkspaceParams(), query: { days: 365 } }, { staleMs: 60_000 });
  return (
    <QueryView query={overview} skeleton={1}>
      {({ people, dataFrom, dataTo }) => (
        <Facts
          rows={[
            [text("nav.users"), format.count(people)],
            [text("start.days"), dataFrom === null || dataTo === null ? "—" : format.rangeOfDays(format.day(dataFrom), format.day(dataTo))],
          ]}
        />
      )}
    </QueryView>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <dl className="sample-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
