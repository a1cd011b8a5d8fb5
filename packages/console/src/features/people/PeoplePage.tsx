import { listPeople } from "@terrace/contract/api/people";
import { useCallback, useMemo, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { PeopleBulkBar } from "./PeopleBulkBar.tsx";
import { PeopleFilters } from "./PeopleFilters.tsx";
import type { PeopleView } from "./people-query.ts";
import { isNarrowed, peopleQuery, readPeopleView, writePeopleView } from "./people-query.ts";
import { PeopleTable } from "./PeopleTable.tsx";
import { PeopleTools } from "./PeopleTools.tsx";
import "./people.css";

const PAGE_ROWS = 50;

/** All people of the workspace: search, filters, order, columns, export and tagging of many at once. */
export function PeoplePage() {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const [search, setSearch] = useSearchParams();
  const view = useMemo(() => readPeopleView(search), [search]);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const change = useCallback(
    (next: Partial<PeopleView>) => {
      setTicked([]);
      setSearch(writePeopleView({ ...view, ...next }), { replace: next.search !== undefined });
    },
    [view, setSearch],
  );
  const query = peopleQuery(view, Date.now());
  const people = usePages(listPeople, { params, query: { ...query, limit: PAGE_ROWS } }, { keepPrevious: true });
  const rows = useMemo(() => people.data?.pages.flatMap(({ items }) => items) ?? [], [people.data]);
  const first = people.data?.pages[0];
  return (
    <>
      <PageHeader
        title={text("nav.people")}
        meta={
          <span>
            {first === undefined
              ? "\u00A0"
              : text(first.totalIsExact ? "people.total" : "people.totalMore", { count: first.total, shown: format.count(first.total) })}
          </span>
        }
        actions={<PeopleTools rows={rows} query={query} />}
      />
      <Panel flush>
        {ticked.length > 0 ? (
          <PeopleBulkBar ticked={ticked} onClear={() => setTicked([])} />
        ) : (
          <PeopleFilters view={view} onChange={change} />
        )}
        <QueryView query={people} skeleton={10}>
          {() => (
            <>
              <PeopleTable
                rows={rows}
                view={view}
                narrowed={isNarrowed(view)}
                onChange={change}
                onOpen={({ id }) => void navigate(link(`people/${id}`))}
                {...(may("people:write") ? { selection: { keys: ticked, onChange: setTicked } } : {})}
              />
              <LoadMore pages={people} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}
