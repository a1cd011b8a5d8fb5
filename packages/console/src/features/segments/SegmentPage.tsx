import { listPeople } from "@terrace/contract/api/people";
import { getSegment } from "@terrace/contract/api/segments";
import { Tag } from "antd";
import { useMemo } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import { peopleQuery, readPeopleView, writePeopleView } from "../people/people-query.ts";
import { PeopleTable } from "../people/PeopleTable.tsx";
import { UsedBy } from "./UsedBy.tsx";
import { MadeFrom } from "./MadeFrom.tsx";
import { SegmentActions } from "./SegmentActions.tsx";
import "./segments.css";

type Whole = CallAnswer<typeof getSegment>;

/** One segment: what it was made from, what uses it, and who is in it. */
export function SegmentPage() {
  const { segment = "" } = useParams();
  const query = useCall(getSegment, { params: { ...useWorkspaceParams(), segment } });
  return (
    <QueryView query={query} skeleton={8}>
      {(whole) => <SegmentShown segment={whole} />}
    </QueryView>
  );
}

function SegmentShown({ segment }: { readonly segment: Whole }) {
  const text = useText();
  const format = useFormat();
  const { id, name, kind, size, madeFrom, rule, live, createdAt, createdBy, archivedAt, usedBy } = segment;
  return (
    <>
      <PageHeader
        title={name}
        tags={
          <>
            <Tag>{text(`segments.kind.${kind}`)}</Tag>
            {archivedAt === null ? null : <Tag>{text("segments.archived")}</Tag>}
          </>
        }
        meta={<span>{text("segments.madeBy", { by: createdBy, time: format.tableTime(createdAt) })}</span>}
        actions={
          <>
            <ExportButton what="people" filters={{ segment: id }} />
            <SegmentActions segment={segment} />
          </>
        }
      />
      <div className="stack">
        <Panel>
          <dl className="segment-facts">
            <div>
              <dt>{text("segments.size")}</dt>
              <dd className="segment-size">{format.count(size)}</dd>
            </div>
            <div>
              <dt>{text(rule === null ? "segments.madeFrom" : "segments.rule")}</dt>
              <dd>{rule === null ? <MadeFrom figure={madeFrom} /> : <ConditionText condition={rule} />}</dd>
            </div>
            <div>
              <dt>{text("segments.at")}</dt>
              <dd>
                <TimeText at={createdAt} />
              </dd>
            </div>
            <div>
              <dt>{text("segments.usedBy")}</dt>
              <dd>{usedBy.length === 0 ? <span className="muted">{text("segments.unused")}</span> : <UsedBy uses={usedBy} />}</dd>
            </div>
          </dl>
          <p className="small muted segment-note">{text(live === null ? "segments.snapshotNote" : `segments.stage.${live.stage}`)}</p>
        </Panel>
        <Members segmentId={id} />
      </div>
    </>
  );
}

/** Who is in it now: members, and whoever they were joined with. */
function Members({ segmentId }: { readonly segmentId: string }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const view = useMemo(() => readPeopleView(search), [search]);
  const query = { ...peopleQuery(view, Date.now()), segment: segmentId };
  const pages = usePages(listPeople, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const first = pages.data?.pages[0];
  return (
    <Panel
      flush
      title={text("segments.members")}
      count={first === undefined ? "" : `${format.count(first.total)}${first.totalIsExact ? "" : "+"}`}
    >
      <QueryView query={pages} skeleton={8}>
        {() => (
          <>
            <PeopleTable
              rows={rows}
              view={view}
              narrowed
              onChange={(next) => setSearch(writePeopleView({ ...view, ...next }))}
              onOpen={({ id }) => void navigate(link(`people/${id}`))}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
