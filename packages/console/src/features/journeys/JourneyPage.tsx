import { getJourney, getJourneyFigures, type JourneyDetail } from "@terrace/contract/api/journeys";
import { Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { JourneyActions } from "./JourneyActions.tsx";
import { JourneyNotice } from "./JourneyNotice.tsx";
import { JourneyState } from "./JourneyState.tsx";
import { OverviewTab } from "./OverviewTab.tsx";
import { PeopleTab } from "./PeopleTab.tsx";
import { SettingsTab } from "./SettingsTab.tsx";
import { useEntryWords } from "./use-entry-words.ts";
import { VersionsTab } from "./VersionsTab.tsx";
import "./journeys.css";

const TABS = ["overview", "people", "settings", "versions"] as const;
/** How often it is looked who went where. */
const REFETCH_MS = 5_000;

/** One journey: where people are in it and what it brings, who they are, its settings and versions. */
export function JourneyPage() {
  const { journey: id = "" } = useParams();
  const text = useText();
  const journey = useCall(getJourney, { params: { ...useWorkspaceParams(), journey: id } });
  if (isFault(journey.error, "journey.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.journeys")} />
        <Panel>
          <EmptyState text={text("journeys.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={journey} skeleton={10}>
      {(data) => <Shown key={data.id} journey={data} />}
    </QueryView>
  );
}

function Shown({ journey }: { readonly journey: JourneyDetail }) {
  const text = useText();
  const entryWords = useEntryWords();
  const maySeePeople = useMay()("people:read");
  const [place, setPlace] = useSearchParams();
  const figures = useCall(getJourneyFigures, { params: { ...useWorkspaceParams(), journey: journey.id } }, { refetchMs: REFETCH_MS });
  const inside = figures.data?.nodes.reduce((sum, { here }) => sum + here, 0) ?? 0;
  const tabs = TABS.filter((one) => one !== "people" || maySeePeople);
  const tab = tabs.find((one) => one === place.get("tab")) ?? "overview";
  const shown = {
    overview: <OverviewTab journey={journey} figures={figures} />,
    people: <PeopleTab journey={journey} />,
    settings: <SettingsTab key={journey.version} journey={journey} />,
    versions: <VersionsTab journey={journey} />,
  };
  return (
    <>
      <PageHeader
        title={journey.name}
        tags={<JourneyState journey={journey} />}
        meta={<span>{entryWords(journey.definition.entry)}</span>}
        actions={<JourneyActions journey={journey} inside={inside} />}
      />
      <JourneyNotice journey={journey} inside={inside} parked={figures.data?.parked ?? 0} />
      <Tabs
        activeKey={tab}
        onChange={(next) => setPlace(next === "overview" ? {} : { tab: next })}
        items={tabs.map((key) => ({ key, label: text(`journeys.tab.${key}`), children: shown[key] }))}
        destroyOnHidden
      />
    </>
  );
}
