import { CalculatorOutlined } from "@ant-design/icons";
import { listExperiments, type ExperimentView } from "@terrace/contract/api/experiments";
import { EXPERIMENT_STATES } from "@terrace/domain/experiments/experiment";
import { Button, Segmented } from "antd";
import type { ReactNode } from "react";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { KindTags } from "./KindTags.tsx";
import { ExperimentState } from "./ExperimentState.tsx";

const ALL = "all";
const STATES = [ALL, ...EXPERIMENT_STATES] as const;
const rowKey = ({ id }: ExperimentView) => id;

/** Experiments by state, and what is searched for in their names, hypotheses and learnings. */
export function ExperimentsPage() {
  const text = useText();
  const link = useLink();
  const may = useMay()("experiments:write");
  const [place, setPlace] = useSearchParams();
  const state = STATES.find((one) => one === place.get("state")) ?? ALL;
  const search = place.get("search") ?? "";
  const query = { limit: 50, ...(state === ALL ? {} : { state }), ...(search === "" ? {} : { search }) };
  const pages = usePages(listExperiments, { params: useWorkspaceParams(), query }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const change = (next: { readonly state?: string; readonly search?: string }) => {
    const wanted = { state, search, ...next };
    setPlace(
      { ...(wanted.state === ALL ? {} : { state: wanted.state }), ...(wanted.search === "" ? {} : { search: wanted.search }) },
      { replace: true },
    );
  };
  const make = may ? (
    <Link to={link("experiments/new")}>
      <Button type="primary">{text("experiments.new")}</Button>
    </Link>
  ) : undefined;
  return (
    <>
      <PageHeader
        title={text("nav.experimentList")}
        meta={<span>{text("experiments.intro")}</span>}
        actions={
          <>
            <Link to={link("experiments/plan")}>
              <Button icon={<CalculatorOutlined />}>{text("experiments.plan.title")}</Button>
            </Link>
            {make}
          </>
        }
      />
      <Panel flush>
        <div className="filter-row">
          <Segmented
            aria-label={text("experiments.state")}
            value={state}
            onChange={(next) => change({ state: next })}
            options={STATES.map((one) => ({ value: one, label: one === ALL ? text("common.all") : text(`experiments.state.${one}`) }))}
          />
          <SearchInput label={text("experiments.search")} value={search} onChange={(next) => change({ search: next })} />
        </div>
        <QueryView query={pages} skeleton={5}>
          {() => (
            <>
              <Rows
                rows={rows}
                empty={
                  <EmptyState
                    text={text(query.state === undefined && search === "" ? "experiments.empty" : "experiments.none")}
                    action={make}
                  />
                }
              />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}

function Rows({ rows, empty }: { readonly rows: readonly ExperimentView[]; readonly empty: ReactNode }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const decided = ({ decision, decidedVariant, definition }: ExperimentView) => {
    const taken = definition.variants.find(({ key }) => key === decidedVariant)?.name;
    if (decision === null || decision === "none") return MISSING;
    return taken === undefined ? text(`experiments.decision.${decision}`) : text("experiments.decidedFor", { name: taken });
  };
  const columns: readonly DataColumn<ExperimentView>[] = [
    {
      key: "name",
      title: text("experiments.name"),
      ellipsis: true,
      render: ({ id, name, definition }) => (
        <>
          <Link to={link(`experiments/${id}`)}>{name}</Link> <KindTags definition={definition} />
        </>
      ),
    },
    {
      key: "hypothesis",
      title: text("experiments.hypothesis"),
      ellipsis: true,
      render: ({ hypothesis }) => <span title={hypothesis}>{hypothesis}</span>,
    },
    {
      key: "variants",
      title: text("experiments.variants"),
      width: 80,
      figure: true,
      render: ({ definition }) => definition.variants.length,
    },
    { key: "state", title: text("experiments.state"), width: 100, render: ({ state }) => <ExperimentState state={state} /> },
    {
      key: "decision",
      title: text("experiments.decision"),
      width: 148,
      ellipsis: true,
      render: (row) => <span title={row.learning}>{decided(row)}</span>,
    },
    {
      key: "started",
      title: text("experiments.startedAt"),
      width: 152,
      figure: true,
      render: ({ startedAt }) => <TimeText at={startedAt} />,
    },
    {
      key: "stopped",
      title: text("experiments.stoppedAt"),
      width: 152,
      figure: true,
      render: ({ stoppedAt }) => <TimeText at={stoppedAt} />,
    },
  ];
  return (
    <DataTable<ExperimentView>
      label={text("nav.experiments")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={1020}
      onOpen={({ id }) => void navigate(link(`experiments/${id}`))}
      empty={empty}
      phoneRow={(row) => ({
        title: row.name,
        state: <PhoneState experiment={row} />,
        detail: row.hypothesis,
        figures: decided(row) === MISSING ? "" : decided(row),
      })}
    />
  );
}

function PhoneState({ experiment: { definition, state } }: { readonly experiment: ExperimentView }) {
  return (
    <>
      <KindTags definition={definition} />
      <ExperimentState state={state} />
    </>
  );
}
