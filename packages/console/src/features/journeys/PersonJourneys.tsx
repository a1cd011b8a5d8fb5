import { listPersonJourneys, type PersonEnrolment } from "@terrace/contract/api/journeys-people";
import { Link } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { EnrolmentState } from "./EnrolmentState.tsx";
import { journeyPath, wayPath } from "./journey-paths.ts";
import { useEndWords } from "./use-way-words.ts";

const REFETCH_MS = 5_000;

/** The journeys a person is or was in; nothing for whoever never came into one. */
export function JourneysCard({ person }: { readonly person: string }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), person };
  const pages = usePages(listPersonJourneys, { params, query: { limit: 20 } }, { refetchMs: () => REFETCH_MS });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  if (rows.length === 0) return null;
  return (
    <Panel flush title={text("nav.journeys")}>
      <QueryView query={pages} skeleton={2}>
        {() => (
          <>
            <ul className="changes">
              {rows.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
            {pages.hasNextPage ? <LoadMore pages={pages} loaded={rows.length} /> : null}
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function Row({ row }: { readonly row: PersonEnrolment }) {
  const text = useText();
  const link = useLink();
  const endWords = useEndWords();
  const mayOpen = useMay()("events:read");
  const { journey, state, node, nodeName, endReason, enteredAt } = row;
  return (
    <li>
      <EnrolmentState enrolment={row} />
      <div>
        {mayOpen ? <Link to={link(journeyPath(journey.id))}>{journey.name}</Link> : journey.name}
        <div className="muted small">
          {state === "in" ? text("journeys.now.at", { node: nodeName === "" ? node : nodeName }) : endWords(endReason)}
        </div>
        <div className="muted small">
          <TimeText at={enteredAt} form="recent" />{" "}
          {mayOpen ? <Link to={link(wayPath(journey.id, row.id))}>{text("journeys.way")}</Link> : null}
        </div>
      </div>
    </li>
  );
}
