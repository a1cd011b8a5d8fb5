import { ControlOutlined } from "@ant-design/icons";
import type { RouteContract } from "@terrace/contract/route";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button, Drawer, Select } from "antd";
import type { ReactNode, RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useLink, useMay } from "../../../app/workspace/workspace-context.ts";
import { ChartBody } from "../../../ui/chart/ChartBody.tsx";
import { downloadBlob, pictureOf } from "../../../ui/chart/chart-png.ts";
import { ChartLegend } from "../../../ui/chart/ChartLegend.tsx";
import { ChartUnit, HiddenSeriesNote } from "../../../ui/chart/ChartPanel.tsx";
import type { ChartPick, HeatSpec } from "../../../ui/chart/chart-spec.ts";
import { tableOf } from "../../../ui/chart/chart-table.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { downloadCsv, toCsv } from "../../../ui/format/csv.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../../ui/QueryView.tsx";
import { useMissingEvents } from "../../events/use-missing-events.ts";
import { AnnotationsButton } from "../annotations/AnnotationsButton.tsx";
import { useAnnotated } from "../annotations/use-annotated.ts";
import { AnalysisTable } from "./AnalysisTable.tsx";
import { BuilderFrame } from "./BuilderFrame.tsx";
import { ExportMenu } from "./ExportMenu.tsx";
import { FigureStrip } from "./FigureStrip.tsx";
import { Freshness, Running } from "./Freshness.tsx";
import { KINDS } from "./kinds.ts";
import { PeoplePane } from "./PeoplePane.tsx";
import { SavedMeta, SavedTags } from "./SavedHead.tsx";
import { SaveActions } from "./SaveActions.tsx";
import { tableCsv } from "./table-model.ts";
import { usePeriodWords, type PeriodWords } from "./use-period-words.ts";
import type { Analysis, Answered } from "./use-analysis.ts";
import { groupsTable, shownOfGroups, useGroups, type GroupNamed } from "./use-groups.ts";
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
  /** There is no event in the workspace at all. */
  readonly noData?: boolean;
};

/** An analysis: the question at the left, the answer above, its table below, and the people of a figure beside the chart. */
export function AnalysisPage<C extends RouteContract>({ analysis, builder, toolbar, shown, noData = false }: Props<C>) {
  const text = useText();
  const phone = usePhone();
  const [building, setBuilding] = useState(false);
  const { answer, kind } = analysis;
  const kindName = text(KINDS.find((one) => one.kind === kind)?.label ?? "insight.analyses");
  const title = analysis.saved?.name ?? kindName;
  const groups = useGroups(analysis);
  const chosen = groups.find(({ key }) => key === analysis.flag("whose"));
  const drawn = answer.data === undefined ? undefined : shownOfGroups(answer.data, groups, chosen, shown);
  const sideBySide =
    answer.data === undefined
      ? undefined
      : groupsTable(answer.data, groups, { name: text("insight.breakdown"), all: text("insight.whose.all") }, shown);
  const spec = useAnnotated(drawn?.spec);
  const view = drawn === undefined || spec === undefined ? drawn : { ...drawn, spec };
  const box = useRef<HTMLElement>(null);
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
            <Exports title={title} query={answer.data?.query} view={view} box={box} />
            <SaveActions analysis={analysis} kindName={kindName} />
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
          {sideBySide === undefined || drawn?.empty === true ? null : (
            <Panel flush title={text("insight.groupsTable")} className={answer.isPlaceholderData ? "refetching" : ""}>
              <AnalysisTable table={sideBySide} label={text("insight.groupsTable")} picked={undefined} onPick={undefined} />
            </Panel>
          )}
          <Below analysis={analysis} view={view} label={title} />
        </div>
      </div>
    </WeekStartContext>
  );
}

type WhoseProps = {
  readonly groups: readonly GroupNamed[];
  readonly chosen: GroupNamed | undefined;
  readonly onChange: (whose: string) => void;
};

/** Whose answer is on screen, where a question was answered for several groups. */
function WhosePicker({ groups, chosen, onChange }: WhoseProps) {
  const text = useText();
  if (groups.length === 0) return null;
  return (
    <Select<string>
      aria-label={text("insight.whose")}
      popupMatchSelectWidth={false}
      value={chosen?.key ?? ""}
      onChange={onChange}
      options={[{ value: "", label: text("insight.whose.all") }, ...groups.map(({ key, name }) => ({ value: key, label: name }))]}
    />
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

function downloadGrid(title: string, grid: HeatSpec): void {
  const { head, rows } = tableOf(grid);
  downloadCsv(
    title,
    toCsv(
      head,
      rows.map(({ label, cells }) => [label, ...cells.map(({ plain }) => plain)]),
    ),
  );
}

/** What stands under the title of a picture: the days it is of. */
function notesOf(query: unknown, words: (period: AskedPeriod) => PeriodWords): readonly string[] {
  const period = typeof query === "object" && query !== null && "period" in query ? (query.period as AskedPeriod) : undefined;
  return period === undefined ? [] : [words(period).range];
}

type ExportsProps = {
  readonly title: string;
  readonly query: unknown;
  readonly view: Shown | undefined;
  readonly box: RefObject<HTMLElement | null>;
};

/** Takes the answer away: its table with exact figures, or the chart as a picture with its title and days. */
function Exports({ title, query, view, box }: ExportsProps) {
  const periodWords = usePeriodWords();
  const { table, grid, spec, empty } = view ?? {};
  const exportCsv = () => {
    if (grid !== undefined) return downloadGrid(title, grid);
    if (table === undefined) return;
    const { header, rows } = tableCsv(table);
    downloadCsv(title, toCsv(header, rows));
  };
  const exportPng = async () => {
    if (box.current === null || spec === undefined) return;
    downloadBlob(`${title}.png`, await pictureOf(box.current, title, [spec.summary, ...notesOf(query, periodWords)]));
  };
  return (
    <ExportMenu
      disabled={empty === true || (table === undefined && grid === undefined)}
      onCsv={exportCsv}
      onPng={spec === undefined ? undefined : () => void exportPng()}
    />
  );
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
function Below<C extends RouteContract>({ analysis, view, label }: PartProps<C> & { readonly label: string }) {
  const { answer, people, cell, pick } = analysis;
  if (view === undefined || view.empty === true) return null;
  const className = answer.isPlaceholderData ? "refetching" : "";
  return (
    <>
      {view.grid === undefined ? null : (
        <Panel className={className}>
          <ChartBody spec={view.grid} onPick={picker(analysis, view)} />
        </Panel>
      )}
      {view.table === undefined ? null : (
        <Panel flush className={className}>
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
