import { getEventDefinition } from "@terrace/contract/api/events";
import { Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { DefinitionTab } from "./DefinitionTab.tsx";
import { EventOverview } from "./EventOverview.tsx";
import { EventTags } from "./EventTags.tsx";
import { PropertiesTab } from "./PropertiesTab.tsx";
import { RecordsTab } from "./RecordsTab.tsx";
import { VirtualTab } from "./VirtualTab.tsx";
import { useEventNames } from "./use-event-names.ts";
import "./events.css";
import type { EventDetail } from "./answers.ts";

const TABS = ["overview", "records", "properties", "definition"] as const;

/** One kind of event: how much of it comes, what it carries, what is expected of it. */
export function EventPage() {
  const text = useText();
  const { name = "" } = useParams();
  const { nameOf } = useEventNames();
  const definition = useCall(getEventDefinition, { params: { ...useWorkspaceParams(), name } });
  if (isFault(definition.error, "event_definition.not_found"))
    return (
      <>
        <PageHeader title={name} />
        <Panel>
          <EmptyState text={text("fault.event_definition.not_found")} />
        </Panel>
      </>
    );
  return (
    <>
      <PageHeader
        title={nameOf(name)}
        tags={definition.data === undefined ? null : <EventTags definition={definition.data} />}
        meta={<EventMeta name={name} detail={definition.data} />}
      />
      <QueryView query={definition} skeleton={10}>
        {(detail) => <EventTabs detail={detail} />}
      </QueryView>
    </>
  );
}

function EventMeta({ name, detail }: { readonly name: string; readonly detail: EventDetail | undefined }) {
  const text = useText();
  const format = useFormat();
  return (
    <>
      <span className="row">
        <code className="mono">{name}</code>
        <CopyButton value={name} />
      </span>
      {detail === undefined ? null : (
        <span>{text("events.seenSince", { first: format.day(detail.firstSeenAt), last: format.recent(detail.lastSeenAt) })}</span>
      )}
      {detail === undefined || detail.description === "" ? null : <span>{detail.description}</span>}
    </>
  );
}

function EventTabs({ detail }: { readonly detail: EventDetail }) {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const tab = TABS.find((one) => one === search.get("tab")) ?? "overview";
  const items = [
    { key: "overview", label: text("events.tab.overview"), children: <EventOverview detail={detail} /> },
    { key: "records", label: text("events.tab.records"), children: <RecordsTab name={detail.name} /> },
    {
      key: "properties",
      label: `${text("events.tab.properties")} ${detail.properties.length}`,
      children: <PropertiesTab detail={detail} />,
    },
    {
      key: "definition",
      label: text("events.tab.definition"),
      children: detail.virtual === null ? <DefinitionTab key={detail.name} detail={detail} /> : <VirtualTab virtual={detail.virtual} />,
    },
  ];
  return <Tabs activeKey={tab} onChange={(key) => setSearch(key === "overview" ? {} : { tab: key })} items={items} destroyOnHidden />;
}
