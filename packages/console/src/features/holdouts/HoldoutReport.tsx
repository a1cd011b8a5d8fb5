import { reportHoldout, type HoldoutDetail, type HoldoutReport as Report } from "@terrace/contract/api/holdouts";
import { Alert, Select } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { Measure } from "../../ui/format/measures.ts";
import { MISSING } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useMetrics } from "../dashboards/use-metrics.ts";
import { probabilityWords, reachOf, signed, unitOf } from "../experiments/effect-words.ts";
import { IntervalBar } from "../experiments/IntervalBar.tsx";
import { FigureStrip, keyFigure } from "../insight/frame/FigureStrip.tsx";
import "../insight/frame/frame.css";

/** What a report tells: whether people bought, and what they brought. */
const METRICS = ["buyers", "net_revenue"] as const;
const LEVEL = 0.05;

type Metric = Report["metrics"][number];
type Bounds = NonNullable<Metric["perPerson"]>;

/** What was brought in a turn. */
export function HoldoutReport({ holdout }: { readonly holdout: HoldoutDetail }) {
  const text = useText();
  const [generation, setGeneration] = useState(holdout.generation.number);
  const params = { ...useWorkspaceParams(), holdout: holdout.key };
  const report = useCall(reportHoldout, { params, body: { generation, metrics: METRICS.map((metric) => ({ of: { metric } })) } });
  return (
    <Panel
      title={text("holdouts.report")}
      flush
      extra={
        <Select<number>
          size="small"
          aria-label={text("holdouts.turn")}
          value={generation}
          onChange={setGeneration}
          options={holdout.generations.map(({ number }) => ({ value: number, label: text("holdouts.turnOf", { number }) }))}
        />
      }
    >
      <QueryView query={report} skeleton={5}>
        {(data) => <ReportShown report={data} />}
      </QueryView>
    </Panel>
  );
}

function ReportShown({ report }: { readonly report: Report }) {
  const text = useText();
  const format = useFormat();
  const [money, count] = [format.measure("money"), format.measure("people")];
  const back = report.metrics.find(({ returnOnCost }) => returnOnCost !== null)?.returnOnCost;
  return (
    <>
      {report.split.blocks ? <Alert banner type="error" title={text("holdouts.splitOff")} /> : null}
      <div className="experiment-counted">
        <FigureStrip
          figures={[
            keyFigure("held", text("holdouts.held"), report.people.held, count),
            keyFigure("open", text("holdouts.open"), report.people.open, count),
            keyFigure("cost", text("holdouts.cost"), report.costMinor, money),
            {
              key: "return",
              name: text("holdouts.returnOnCost"),
              value: back === undefined || back === null ? MISSING : percent(back.estimate),
              ...(back === undefined || back === null ? {} : { detail: rangeOf(back, percent) }),
            },
          ]}
        />
      </div>
      <div className="experiment-scroll">
        <table className="plain-table experiment-results" aria-label={text("holdouts.report")}>
          <thead>
            <tr>
              <th scope="col">{text("experiments.metric")}</th>
              <th scope="col" className="figure">
                {text("holdouts.held")}
              </th>
              <th scope="col" className="figure">
                {text("holdouts.open")}
              </th>
              <th scope="col" className="figure">
                {text("holdouts.perPerson")}
              </th>
              <th scope="col">{text("experiments.interval", { level: "95%" })}</th>
              <th scope="col" className="figure">
                {text("holdouts.total")}
              </th>
              <th scope="col" className="figure">
                {text("experiments.p")}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.metrics.map((metric, at) => (
              <MetricRow key={METRICS[at]} metric={metric} id={METRICS[at] ?? ""} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="holdout-note small muted">{text(`holdouts.reading.${report.reading}`)}</p>
    </>
  );
}

function MetricRow({ metric, id }: { readonly metric: Metric; readonly id: string }) {
  const text = useText();
  const format = useFormat();
  const language = useLanguage();
  const name = useMetrics()?.get(id)?.name;
  const measure = format.measure(unitOf(metric));
  const whole = format.measure(metric.unit === "money" ? "money" : "number");
  const { perPerson, total, p, untold } = metric;
  const call = p === null || p >= LEVEL || perPerson === null ? "unclear" : perPerson.estimate > 0 ? "better" : "worse";
  const tone = call === "better" ? "change-good" : call === "worse" ? "change-bad" : "muted";
  const writePerson = writer(metric.statistic === "proportion" ? undefined : measure);
  return (
    <tr>
      <th scope="row">{name === undefined ? id : language === "en" ? name.en : name.zh}</th>
      <td className="figure">{measure.short(metric.held.value)}</td>
      <td className="figure">{measure.short(metric.open.value)}</td>
      {perPerson === null ? (
        <td colSpan={4} className="muted small">
          {untold === null ? MISSING : text(untold === "split_off" ? "holdouts.splitOff" : `experiments.untold.${untold}`)}
        </td>
      ) : (
        <>
          <td className={`figure ${tone}`}>
            <span className="strong">{writePerson(perPerson.estimate)}</span>{" "}
            <span className="small">{text(call === "unclear" ? "experiments.call.unclear" : "holdouts.shown")}</span>
          </td>
          <td>
            <IntervalBar effect={{ ...perPerson, call }} reach={reachOf([perPerson])} />
            <span className="small muted">{rangeOf(perPerson, writePerson)}</span>
          </td>
          <td className="figure" title={total === null ? "" : rangeOf(total, writer(whole))}>
            {total === null ? MISSING : writer(whole)(total.estimate)}
          </td>
          <td className="figure">{probabilityWords(p)}</td>
        </>
      )}
    </tr>
  );
}

/** Differences with their sign; of shares in percentage points. */
function writer(measure: Measure | undefined): (value: number) => string {
  return (value) => signed(value, measure === undefined ? `${Math.abs(value * 100).toFixed(2)} pp` : measure.short(Math.abs(value)));
}

function percent(value: number): string {
  return signed(value, `${Math.abs(value * 100).toFixed(0)}%`);
}

function rangeOf({ low, high }: Bounds, write: (value: number) => string): string {
  return `${low === null ? "−∞" : write(low)} – ${high === null ? "∞" : write(high)}`;
}
