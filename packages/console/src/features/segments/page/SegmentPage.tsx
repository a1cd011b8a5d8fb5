import { getSegment } from "@terrace/contract/api/segments";
import { Button, Tabs, Tag } from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { ExportButton } from "../../exports/ExportButton.tsx";
import type { WholeSegment } from "../answers.ts";
import { SegmentActions } from "../SegmentActions.tsx";
import { HistoryTab } from "./HistoryTab.tsx";
import { MembersTab } from "./MembersTab.tsx";
import { RuleTab } from "./RuleTab.tsx";
import { SegmentFacts } from "./SegmentFacts.tsx";
import { SizesTab } from "./SizesTab.tsx";
import { UsesTab } from "./UsesTab.tsx";
import "../segments.css";

/** How often a segment that lives is asked how it stands. */
const LIVE_MS = 2_000;
const TABS = ["members", "sizes", "history", "uses", "rule"] as const;

/** One segment: who is in it and how that changes, by what rule, and what uses it. */
export function SegmentPage() {
  const { segment = "" } = useParams();
  const query = useCall(getSegment, { params: { ...useWorkspaceParams(), segment } });
  return (
    <QueryView query={query} skeleton={8}>
      {(whole) => <SegmentShown key={whole.id} segment={whole} />}
    </QueryView>
  );
}

/** A segment that lives is asked again and again, so that people are seen to come and go. */
function useFollowed({ id, live }: WholeSegment): void {
  const params = { ...useWorkspaceParams(), segment: id };
  useCall(getSegment, { params }, live === null ? {} : { refetchMs: LIVE_MS });
}

function SegmentShown({ segment }: { readonly segment: WholeSegment }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const may = useMay();
  const { id, name, kind, createdAt, createdBy, archivedAt, live } = segment;
  useFollowed(segment);
  const copyable = may("segments:write") && (kind === "rule" || kind === "combination");
  return (
    <>
      <PageHeader
        title={name}
        tags={
          <>
            <Tag>{text(`segments.kind.${kind}`)}</Tag>
            {live === null ? null : (
              <Tag className={live.stage === "live" ? "badge-on" : ""}>
                {live.stage === "live" && live.scheduled !== null ? text("segments.scheduled") : text(`segments.stageName.${live.stage}`)}
              </Tag>
            )}
            {archivedAt === null ? null : <Tag>{text("segments.archived")}</Tag>}
          </>
        }
        meta={<span>{text("segments.madeBy", { by: createdBy, time: format.tableTime(createdAt) })}</span>}
        actions={
          <>
            {copyable ? (
              <Link to={link(`segments/new?from=${id}`)}>
                <Button>{text("segments.copy")}</Button>
              </Link>
            ) : null}
            <ExportButton what="people" filters={{ segment: id }} />
            <SegmentActions segment={segment} />
          </>
        }
      />
      <div className="stack">
        <SegmentFacts segment={segment} />
        <SegmentTabs segment={segment} />
      </div>
    </>
  );
}

function SegmentTabs({ segment }: { readonly segment: WholeSegment }) {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const tab = TABS.find((one) => one === search.get("tab")) ?? "members";
  const { kind, usedBy } = segment;
  const stamp = `${segment.size} ${segment.live?.changedAt ?? ""}`;
  const items = [
    { key: "members", label: text("segments.members"), children: <MembersTab segmentId={segment.id} stamp={stamp} /> },
    { key: "sizes", label: text("segments.tab.sizes"), children: <SizesTab segment={segment} stamp={stamp} /> },
    { key: "history", label: text("segments.tab.history"), children: <HistoryTab segmentId={segment.id} stamp={stamp} /> },
    { key: "uses", label: `${text("segments.tab.uses")} ${usedBy.length}`, children: <UsesTab segment={segment} /> },
    ...(kind === "snapshot"
      ? []
      : [{ key: "rule", label: text(`segments.tab.rule.${kind}`), children: <RuleTab key={segment.id} segment={segment} /> }]),
  ];
  return (
    <Tabs
      className="segment-tabs"
      activeKey={tab}
      onChange={(key) => setSearch(key === "members" ? {} : { tab: key })}
      items={items}
      destroyOnHidden
    />
  );
}
