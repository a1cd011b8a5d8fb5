import { listPeople } from "@terrace/contract/api/people";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { peopleQuery, readPeopleView, writePeopleView } from "../../people/people-query.ts";
import { PeopleTable } from "../../people/PeopleTable.tsx";
import { useAskedAnew } from "./use-asked-anew.ts";

/** Who is in it now: members, and whoever they were joined with. While the page is open, people are seen to come and go. */
export function MembersTab({ segmentId, stamp }: { readonly segmentId: string; readonly stamp: string }) {
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
  useAskedAnew(listPeople, stamp);
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
