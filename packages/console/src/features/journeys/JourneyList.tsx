import { listJourneys } from "@terrace/contract/api/journeys";
import { Button, Segmented } from "antd";
import { useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { JourneyTable } from "./JourneyTable.tsx";

const CURRENT = "current";
const STATES = [CURRENT, "live", "paused", "draft", "archived"] as const;

/** Journeys by state and name. */
export function JourneyList() {
  const text = useText();
  const may = useMay()("touch:write");
  const [place, setPlace] = useSearchParams();
  const state = STATES.find((one) => one === place.get("state")) ?? CURRENT;
  const search = place.get("search") ?? "";
  const query = { limit: 50, ...(state === CURRENT ? {} : { state }), ...(search === "" ? {} : { search }) };
  const pages = usePages(listJourneys, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const change = (next: { readonly state?: string; readonly search?: string }) => {
    const wanted = { state, search, ...next };
    setPlace(
      { ...(wanted.state === CURRENT ? {} : { state: wanted.state }), ...(wanted.search === "" ? {} : { search: wanted.search }) },
      { replace: true },
    );
  };
  const isPlain = state === CURRENT && search === "";
  const first =
    may && isPlain ? (
      <Button type="primary" onClick={() => setPlace({ tab: "gallery" })}>
        {text("journeys.fromGallery")}
      </Button>
    ) : undefined;
  return (
    <Panel flush>
      <div className="filter-row">
        <Segmented
          aria-label={text("journeys.stateOf")}
          value={state}
          onChange={(next) => change({ state: next })}
          options={STATES.map((value) => ({ value, label: text(value === CURRENT ? "journeys.current" : `journeys.state.${value}`) }))}
        />
        <SearchInput label={text("journeys.search")} value={search} onChange={(next) => change({ search: next })} />
      </div>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <JourneyTable rows={rows} empty={<EmptyState text={text(isPlain ? "journeys.empty" : "journeys.none")} action={first} />} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
