import { listSegmentHistory, listSegmentPeople, STAY_WHYS } from "@terrace/contract/api/segment-history";
import { Input, Segmented, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { endOfDay } from "../end-of-day.ts";
import { StayList } from "./StayList.tsx";
import { useAskedAnew } from "./use-asked-anew.ts";

const VIEWS = ["entered", "left", "at"] as const;
const ANY = "";
type Why = (typeof STAY_WHYS)[number];

/** Who came and who left, when and why; or who was in it at the end of a day. */
export function HistoryTab({ segmentId, stamp }: { readonly segmentId: string; readonly stamp: string }) {
  const text = useText();
  const { timeZone, day } = useFormat();
  const [view, setView] = useState<(typeof VIEWS)[number]>("entered");
  const [why, setWhy] = useState<Why | typeof ANY>(ANY);
  const [date, setDate] = useState(() => day(Date.now()));
  const params = { ...useWorkspaceParams(), segment: segmentId };
  useAskedAnew(listSegmentHistory, stamp);
  return (
    <Panel flush>
      <div className="filter-row">
        <Segmented
          value={view}
          onChange={setView}
          options={VIEWS.map((one) => ({ value: one, label: text(`segments.historyView.${one}`) }))}
        />
        {view === "at" ? (
          <Input
            type="date"
            className="segment-date"
            aria-label={text("segments.onDay")}
            max={day(Date.now())}
            value={date}
            onChange={({ target }) => setDate(target.value)}
          />
        ) : (
          <Select<Why | typeof ANY>
            className="segment-why"
            aria-label={text("segments.whyLabel")}
            value={why}
            onChange={setWhy}
            options={[
              { value: ANY, label: text("segments.anyWhy") },
              ...STAY_WHYS.map((one) => ({ value: one, label: text(`segments.why.${one}`) })),
            ]}
          />
        )}
      </div>
      {view === "at" ? (
        date === "" ? null : (
          <MembersAt segmentId={segmentId} at={endOfDay(date, timeZone, Date.now())} />
        )
      ) : (
        <StayList input={{ params, query: { what: view, ...(why === ANY ? {} : { why }) } }} />
      )}
    </Panel>
  );
}

function MembersAt({ segmentId, at }: { readonly segmentId: string; readonly at: string | undefined }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const params = { ...useWorkspaceParams(), segment: segmentId };
  const pages = usePages(listSegmentPeople, { params, query: at === undefined ? {} : { at } }, { keepPrevious: true });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  return (
    <QueryView query={pages} skeleton={6}>
      {() => (
        <>
          <p className="segment-total">
            {at === undefined ? text("segments.inNow") : text("segments.inAt", { time: format.tableTime(at) })} <b>{format.count(total)}</b>{" "}
            {text("insight.people", { count: total })}
          </p>
          {rows.length === 0 ? <EmptyState text={text("segments.nobodyThen")} /> : null}
          <ul className="stays">
            {rows.map(({ personId, displayName }) => (
              <li key={personId}>
                <Link to={link(`people/${personId}`)} className="ellipsis">
                  {displayName}
                </Link>
              </li>
            ))}
          </ul>
          <LoadMore pages={pages} loaded={rows.length} />
        </>
      )}
    </QueryView>
  );
}
