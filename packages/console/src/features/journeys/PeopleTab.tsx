import { DownloadOutlined } from "@ant-design/icons";
import { listEnrolments, type EnrolmentView, type JourneyDetail } from "@terrace/contract/api/journeys";
import { exportEnrolments } from "@terrace/contract/api/journeys-people";
import { Button, Segmented, Select } from "antd";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { routeUrl } from "../../app/api/client.ts";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { EnrolmentState } from "./EnrolmentState.tsx";
import { flowOrder } from "./flow-order.ts";
import { useEndWords } from "./use-way-words.ts";
import { useNodeWords } from "./use-node-words.ts";
import { WayDrawer } from "./WayDrawer.tsx";

const SHOWN = ["all", "in", "out", "held", "waiting", "parked"] as const;
type Shown = (typeof SHOWN)[number];
const REFETCH_MS = 5_000;
const rowKey = ({ id }: EnrolmentView) => id;

/** Who came into a journey: by state and node, with the way of each. */
export function PeopleTab({ journey }: { readonly journey: JourneyDetail }) {
  const text = useText();
  const may = useMay();
  const words = useNodeWords();
  const [place, setPlace] = useSearchParams();
  const params = { ...useWorkspaceParams(), journey: journey.id };
  const shown = SHOWN.find((one) => one === place.get("show")) ?? "all";
  const node = place.get("node") ?? "";
  const way = place.get("way");
  const query = { limit: 50, ...queryOf(shown), ...(node === "" ? {} : { node }) };
  const pages = usePages(listEnrolments, { params, query }, { keepPrevious: true, refetchMs: () => REFETCH_MS });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const go = (next: { readonly show?: Shown; readonly node?: string; readonly way?: string }) => {
    const wanted = { show: shown, node, way: "", ...next };
    setPlace({
      tab: "people",
      ...(wanted.show === "all" ? {} : { show: wanted.show }),
      ...(wanted.node === "" ? {} : { node: wanted.node }),
      ...(wanted.way === "" ? {} : { way: wanted.way }),
    });
  };
  const isAll = shown === "all" && node === "";
  return (
    <Panel flush>
      <div className="filter-row">
        <Segmented
          aria-label={text("journeys.stateOf")}
          value={shown}
          onChange={(next) => go({ show: next })}
          options={SHOWN.map((value) => ({ value, label: value === "all" ? text("common.all") : text(`journeys.person.${value}`) }))}
        />
        <Select<string>
          className="journey-node-filter"
          aria-label={text("journeys.atNode")}
          value={node}
          onChange={(next) => go({ node: next })}
          options={[
            { value: "", label: text("journeys.anyNode") },
            ...flowOrder(journey.definition).map((one) => ({ value: one.id, label: words.title(one) })),
          ]}
        />
        {may("data:export") ? (
          <Button icon={<DownloadOutlined />} href={routeUrl(exportEnrolments, params, {})} download={`${journey.name}.csv`}>
            {text("journeys.download")}
          </Button>
        ) : null}
      </div>
      <QueryView query={pages} skeleton={6}>
        {() => (
          <>
            <Rows
              journey={journey}
              rows={rows}
              onOpen={(id) => go({ way: id })}
              empty={<EmptyState text={text(isAll ? "journeys.nobodyYet" : "journeys.nobodyFits")} />}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
      {way === null ? null : <WayDrawer journey={journey.id} enrolment={way} onClose={() => go({})} />}
    </Panel>
  );
}

function queryOf(shown: Shown) {
  if (shown === "all") return {};
  return shown === "parked" ? { parked: "true" as const } : { state: shown };
}

type RowsProps = {
  readonly journey: JourneyDetail;
  readonly rows: readonly EnrolmentView[];
  readonly onOpen: (id: string) => void;
  readonly empty: ReactNode;
};

function Rows({ journey, rows, onOpen, empty }: RowsProps) {
  const text = useText();
  const words = useNodeWords();
  const endWords = useEndWords();
  const place = ({ node, state, endReason }: EnrolmentView) => {
    const drawn = journey.definition.nodes.find(({ id }) => id === node);
    const title = drawn === undefined ? node : words.title(drawn);
    return state === "held" || state === "waiting" ? endWords(endReason) : state === "out" ? `${endWords(endReason)} · ${title}` : title;
  };
  const columns: readonly DataColumn<EnrolmentView>[] = [
    {
      key: "person",
      title: text("journeys.who"),
      ellipsis: true,
      render: ({ id, person }) => (
        <Button type="link" size="small" className="journey-person" onClick={() => onOpen(id)}>
          {person.displayName || person.id}
        </Button>
      ),
    },
    { key: "state", title: text("journeys.stateOf"), width: 130, render: (row) => <EnrolmentState enrolment={row} /> },
    { key: "node", title: text("journeys.where"), ellipsis: true, render: (row) => <span title={place(row)}>{place(row)}</span> },
    { key: "entered", title: text("journeys.enteredAt"), width: 150, figure: true, render: ({ enteredAt }) => <TimeText at={enteredAt} /> },
    { key: "due", title: text("journeys.dueAt"), width: 150, figure: true, render: ({ dueAt }) => <TimeText at={dueAt} /> },
    { key: "goal", title: text("journeys.goal"), width: 150, figure: true, render: ({ goalAt }) => <TimeText at={goalAt} /> },
    { key: "version", title: text("journeys.version"), width: 70, figure: true, render: ({ version }) => version },
  ];
  return (
    <DataTable<EnrolmentView>
      label={text("journeys.tab.people")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={960}
      onOpen={({ id }) => onOpen(id)}
      empty={empty}
      phoneRow={(row) => ({
        title: row.person.displayName || row.person.id,
        state: <EnrolmentState enrolment={row} />,
        detail: place(row),
        figures: <TimeText at={row.enteredAt} form="recent" />,
      })}
    />
  );
}
