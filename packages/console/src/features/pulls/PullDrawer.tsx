import { listPullRuns, type PullView } from "@terrace/contract/api/pulls";
import { Drawer } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { usePages } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { PullActions } from "./PullActions.tsx";
import { RunTag } from "./PullState.tsx";
import { placeText, scheduleText } from "./pull-words.ts";
import "./pulls.css";

type Run = CallAnswer<typeof listPullRuns>["items"][number];

type PullDrawerProps = { readonly pull: PullView; readonly onClose: () => void; readonly onEdit: () => void };

const REFETCH_MS = 3_000;
const whileOpen = () => REFETCH_MS;

/** What a pull fetches, what can be done with it, and how its runs went. */
export function PullDrawer({ pull, onClose, onEdit }: PullDrawerProps) {
  const text = useText();
  const runs = usePages(
    listPullRuns,
    { params: { ...useWorkspaceParams(), pull: pull.id }, query: { limit: 20 } },
    { refetchMs: whileOpen },
  );
  const rows = useMemo(() => runs.data?.pages.flatMap(({ items }) => items) ?? [], [runs.data]);
  return (
    <Drawer open title={pull.name} onClose={onClose} size={520}>
      <div className="stack">
        <PullActions pull={pull} onEdit={onEdit} onDeleted={onClose} />
        <p className="pull-place muted">
          {scheduleText(pull.schedule, text)} · {pull.paused ? text("pulls.paused") : <NextRun at={pull.nextRunAt} />}
        </p>
        <p className="mono pull-place">{placeText(pull.place)}</p>
        {pull.place.kind !== "http" ? <Code text={pull.place.query} label={text("pulls.query")} /> : null}
        <h3>{text("pulls.runs")}</h3>
        <QueryView query={runs} skeleton={4}>
          {() =>
            rows.length === 0 ? (
              <EmptyState text={text("pulls.never")} />
            ) : (
              <>
                <ul className="pull-runs">
                  {rows.map((run) => (
                    <RunLine key={run.id} run={run} />
                  ))}
                </ul>
                <LoadMore pages={runs} loaded={rows.length} />
              </>
            )
          }
        </QueryView>
      </div>
    </Drawer>
  );
}

function NextRun({ at }: { readonly at: string }) {
  const text = useText();
  return (
    <>
      {text("pulls.nextRun")} <TimeText at={at} />
    </>
  );
}

function RunLine({ run }: { readonly run: Run }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  return (
    <li>
      <span className="row">
        <RunTag state={run.state} />
        <TimeText at={run.startedAt} form="recent" />
        <span className="muted">{run.askedBy === "" ? text("pulls.bySchedule") : run.askedBy}</span>
      </span>
      {run.failure === null ? (
        <span>
          {run.importId === null ? (
            <span className="muted">{text(run.state === "running" ? "pulls.underWay" : "pulls.nothingNew")}</span>
          ) : (
            <Link to={link(`data/imports/${run.importId}`)}>
              {run.rows === 0 ? text("pulls.seeImport") : text("pulls.rowsToImport", { count: run.rows, shown: format.count(run.rows) })}
            </Link>
          )}
        </span>
      ) : (
        <span>
          {textOr(`fault.${run.failure.code}`, run.failure.code)} <small className="muted">{run.failure.mend}</small>
        </span>
      )}
    </li>
  );
}
