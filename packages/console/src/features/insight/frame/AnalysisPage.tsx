import { ControlOutlined } from "@ant-design/icons";
import type { RouteContract } from "@terrace/contract/route";
import { Button, Drawer } from "antd";
import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useLink, useMay } from "../../../app/workspace/workspace-context.ts";
import { ChartBody } from "../../../ui/chart/ChartBody.tsx";
import { ChartLegend } from "../../../ui/chart/ChartLegend.tsx";
import { ChartUnit, HiddenSeriesNote } from "../../../ui/chart/ChartPanel.tsx";
import type { ChartPick } from "../../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../../ui/QueryView.tsx";
import { useMissingEvents } from "../../events/use-missing-events.ts";
import { AnnotationsButton } from "../annotations/AnnotationsButton.tsx";
import { useAnnotated } from "../annotations/use-annotated.ts";
import { AnalysisTable } from "./AnalysisTable.tsx";
import { BuilderFrame } from "./BuilderFrame.tsx";
import { FigureStrip } from "./FigureStrip.tsx";
import { Freshness, Running } from "./Freshness.tsx";
import { KINDS } from "./kinds.ts";
import { PeoplePane } from "./PeoplePane.tsx";
import { SavedMeta, SavedTags } from "./SavedHead.tsx";
import { SideBySide, WhosePicker } from "./SideBySide.tsx";
import { KeepActions } from "./KeepActions.tsx";
import type { Analysis, Answered } from "./use-analysis.ts";
import { useExports } from "./use-exports.ts";
import { groupsOf, shownOfGroups, type InGroups } from "./use-groups.ts";
import { useGround } from "../use-ground.ts";
import { WeekStartContext, WeekStartPicker, weekStartOf } from "./week-start.tsx";
import "./frame.css";
import type { Shown } from "./shown.ts";

type Props<C extends RouteContract> = {
  readonly analysis: Analysis<C>;
  /** The parts of the question, as `BuilderSection`s. */
  readonly builder: ReactNode;
  /** Period, interval, way of showing: what acts at once. */
  readonly toolbar: ReactNode;
  readonly shown: (answered: Answered<C>) => Shown;
  /** Where the route answers in groups: what its answer holds besides the whole. */
  readonly groups?: InGroups<C>;
  /** There is no event in the workspace at all. */
  readonly noData?: boolean;
};

/** An analysis: the question at the left, the answer above, its table below, and the people of a figure beside the chart. */
export function AnalysisPage<C extends RouteContract>({ analysis, builder, toolbar, shown, groups: parts, noData = false }: Props<C>) {
  const text = useText();
  const phone = usePhone();
  const [building, setBuilding] = useState(false);
  const { answer, kind } = analysis;
  const kindName = text(KINDS.find((one) => one.kind === kind)?.label ?? "insight.analyses");
  const title = analysis.saved?.name ?? kindName;
  const groups = groupsOf(answer.data, parts, useGround());
  const chosen = groups.find(({ key }) => key === analysis.flag("whose"));
  const drawn = answer.data === undefined ? undefined : shownOfGroups(answer.data, groups, chosen, shown);
  const spec = useAnnotated(drawn?.spec);
  const view = drawn === undefined || spec === undefined ? drawn : { ...drawn, spec };
  const box = useRef<HTMLElement>(null);
  const exports = useExports({ title, query: answer.data?.query, view, box });
  return (
    <WeekStartContext value={weekStartOf(analysis.query)}>
      <PageHeader
        title={title}
        tags={<SavedTags analysis={analysis} kindName={kindName} />}
        meta={<SavedMeta analysis={analysis} />}
        actions={
          <>
            {phone ? (
              <Button icon={<ControlOutlined />} onClick={() => setBuilding(true)}>
                {text("insight.builder")}
              </Button>
            ) : null}
            <KeepActions analysis={analysis} kindName={kindName} exports={exports} />
          </>
        }
      />
      <div className="analysis">
        <BuilderFrame
          kind={kind}
          dirty={analysis.dirty}
          gaps={analysis.gaps}
          open={building}
          onClose={() => setBuilding(false)}
          onRun={analysis.run}
          onReset={analysis.reset}
        >
          {builder}
        </BuilderFrame>
        <div className="analysis-main stack">
          <Panel flush className="chart-card" label={title}>
            <div className="analysis-toolbar">
              {toolbar}
              <WeekStartPicker analysis={analysis} />
              <WhosePicker groups={groups} chosen={chosen} onChange={(whose) => analysis.setFlag("whose", whose)} />
              <span className="grow" />
              <AnnotationsButton spec={spec} />
              {answer.data === undefined ? null : <Freshness body={answer.data.body} updatedAtMs={answer.dataUpdatedAt} />}
            </div>
            <div className="chart-and-people">
              <section className="chart-area" ref={box}>
                <AnswerArea analysis={analysis} view={view} noData={noData} />
              </section>
              <People analysis={analysis} view={view} />
            </div>
          </Panel>
          {drawn?.empty === true ? null : (
            <SideBySide answered={answer.data} stale={answer.isPlaceholderData} groups={groups} shown={shown} />
          )}
          <Below
            analysis={analysis}
            view={view}
            label={title}
            whose={groups.length === 0 ? undefined : (chosen?.name ?? text("insight.whose.all"))}
          />
        </div>
      </div>
    </WeekStartContext>
  );
}

/** Opens the people of the part of a chart that was clicked. */
function picker<C extends RouteContract>(analysis: Analysis<C>, view: Shown | undefined): ((picked: ChartPick) => void) | undefined {
  const { people, pick } = analysis;
  if (view?.act !== undefined) return view.act;
  const cellOf = view?.cellOf;
  if (people === undefined || cellOf === undefined) return undefined;
  return (picked) => {
    const cell = cellOf(picked);
    if (cell !== undefined) pick(cell);
  };
}

type PartProps<C extends RouteContract> = { readonly analysis: Analysis<C>; readonly view: Shown | undefined };

/** The chart, or why there is none. */
function AnswerArea<C extends RouteContract>({ analysis, view, noData }: PartProps<C> & { readonly noData: boolean }) {
  const text = useText();
  const link = useLink();
  const { answer } = analysis;
  const since = useSince(answer.isFetching);
  const missing = useMissingEvents(answer.data?.query);
  if (noData)
    return (
      <EmptyState
        text={text("insight.noData")}
        action={
          <Link to={link("start")}>
            <Button type="primary">{text("home.sendFirst")}</Button>
          </Link>
        }
      />
    );
  const running = answer.isFetching ? <Running since={since} runningId={analysis.runningId} onCancel={analysis.cancel} /> : null;
  if (analysis.savedError !== null)
    return (
      <div className="query-fault">
        <FaultAlert error={analysis.savedError} />
      </div>
    );
  if (answer.error !== null && !answer.isFetching)
    return (
      <div className="query-fault">
        <FaultAlert error={answer.error} onRetry={() => void answer.refetch()} />
      </div>
    );
  if (view === undefined)
    return answer.isFetching || !answer.isEnabled ? (
      <>
        {running}
        <DelayedSkeleton shape={9} />
      </>
    ) : (
      <EmptyState text={text("insight.cancelled")} action={<Button onClick={() => void answer.refetch()}>{text("insight.run")}</Button>} />
    );
  const onPick = picker(analysis, view);
  if (view.empty === true)
    return <EmptyState text={missing.length > 0 ? text("dashboards.noEvents", { events: missing.join(", ") }) : text("insight.noMatch")} />;
  return (
    <>
      {running}
      <div className={answer.isPlaceholderData ? "refetching" : ""}>
        <FigureStrip figures={view.figures ?? []} />
        {view.spec === undefined ? null : (
          <>
            <div className="chart-head">
              {view.spec.kind === "time" ? <ChartLegend spec={view.spec} /> : null}
              <ChartUnit spec={view.spec} />
            </div>
            <ChartBody spec={view.spec} height={view.chartHeight ?? 320} onPick={onPick} />
            <HiddenSeriesNote spec={view.spec} />
          </>
        )}
        {view.more}
      </div>
    </>
  );
}

/** Below the chart: the table, or a grid in its place. */
function Below<C extends RouteContract>({
  analysis,
  view,
  label,
  whose,
}: PartProps<C> & { readonly label: string; readonly whose: string | undefined }) {
  const { answer, people, cell, pick } = analysis;
  if (view === undefined || view.empty === true) return null;
  const className = answer.isPlaceholderData ? "refetching" : "";
  // Among tables of groups it has to say whose it is.
  const titled = whose === undefined ? {} : { title: whose };
  return (
    <>
      {view.grid === undefined ? null : (
        <Panel {...titled} className={className}>
          <ChartBody spec={view.grid} onPick={picker(analysis, view)} />
        </Panel>
      )}
      {view.table === undefined ? null : (
        <Panel {...titled} flush className={className}>
          <AnalysisTable table={view.table} label={label} picked={cell} onPick={people === undefined ? undefined : pick} />
        </Panel>
      )}
    </>
  );
}

/** When a query began to run. */
function useSince(running: boolean): number {
  const [since, setSince] = useState(0);
  useEffect(() => {
    if (running) setSince(Date.now());
  }, [running]);
  return since === 0 ? Date.now() : since;
}

/** The people of the chosen figure: beside the chart, or over the page on a phone. */
function People<C extends RouteContract>({ analysis, view }: PartProps<C>) {
  const text = useText();
  const phone = usePhone();
  const may = useMay();
  const { cell, people, answer } = analysis;
  const words = cell === undefined ? undefined : view?.behind?.(cell);
  if (cell === undefined || people === undefined || words === undefined || answer.data === undefined) return null;
  const close = () => analysis.pick(undefined);
  const pane = may("people:read") ? (
    <PeoplePane kind={analysis.kind} people={people} query={answer.data.query} cell={cell} words={words} onClose={close} />
  ) : (
    <aside className="people-pane">{text("insight.noPeopleRight")}</aside>
  );
  if (!phone) return pane;
  return (
    <Drawer open onClose={close} size="100%" title={words.title} className="people-drawer">
      {pane}
    </Drawer>
  );
}
