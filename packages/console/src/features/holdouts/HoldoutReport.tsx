import { reportHoldout, type HoldoutReport as Report } from "@terrace/contract/api/holdout-report";
import type { HoldoutDetail } from "@terrace/contract/api/holdouts";
import { Alert, Select } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { MISSING } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useMetrics } from "../dashboards/use-metrics.ts";
import { EffectCells } from "../effects/EffectCells.tsx";
import { EffectsTable } from "../effects/EffectsTable.tsx";
import { effectWriter, probabilityWords, rangeWords, reachOf, signed, unitOf } from "../effects/effect-words.ts";
import { CostsPanel } from "./CostsPanel.tsx";
import { FigureStrip, keyFigure } from "../insight/frame/FigureStrip.tsx";
import "../insight/frame/frame.css";

/** What a report tells: whether people bought, and what they brought. */
const METRICS = ["buyers", "net_revenue"] as const;
const LEVEL = 0.05;

type Metric = Report["metrics"][number];

/** What was brought in a turn. */
export function HoldoutReport({ holdout }: { readonly holdout: HoldoutDetail }) {
  const text = useText();
  const mayPeople = useMay()("people:read");
  const [generation, setGeneration] = useState(holdout.generation.number);
  const params = { ...useWorkspaceParams(), holdout: holdout.key };
  const report = useCall(reportHoldout, { params, body: { generation, metrics: METRICS.map((metric) => ({ of: { metric } })) } });
  const turn = holdout.generations.find(({ number }) => number === generation) ?? holdout.generation;
  return (
    <>
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
      {mayPeople ? <CostsPanel key={generation} holdout={holdout} turn={turn} /> : null}
    </>
  );
}

function ReportShown({ report }: { readonly report: Report }) {
  const text = useText();
  const format = useFormat();
  const [money, count] = [format.measure("money"), format.measure("people")];
  const back = report.metrics.find(({ returnOnCost }) => returnOnCost !== null)?.returnOnCost;
  const columns = [
    { title: text("experiments.metric") },
    { title: text("holdouts.held"), figure: true },
    { title: text("holdouts.open"), figure: true },
    { title: text("holdouts.perPerson"), figure: true },
    { title: text("experiments.interval", { level: "95%" }) },
    { title: text("holdouts.total"), figure: true },
    { title: text("experiments.p"), figure: true },
  ];
  return (
    <>
      {report.split.blocks ? <Alert banner type="error" title={text("holdouts.splitOff")} /> : null}
      <div className="effects-counted">
        <FigureStrip
          figures={[
            keyFigure("held", text("holdouts.held"), report.people.held, count),
            keyFigure("open", text("holdouts.open"), report.people.open, count),
            keyFigure("cost", text("holdouts.cost"), report.costMinor, money),
            {
              key: "return",
              name: text("holdouts.returnOnCost"),
              value: back === undefined || back === null ? MISSING : percent(back.estimate),
              ...(back === undefined || back === null ? {} : { detail: rangeWords(back, percent) }),
            },
          ]}
        />
      </div>
      <EffectsTable label={text("holdouts.report")} columns={columns}>
        <tbody>
          {report.metrics.map((metric, at) => (
            <MetricRow key={METRICS[at]} metric={metric} id={METRICS[at] ?? ""} />
          ))}
        </tbody>
      </EffectsTable>
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
  const writeTotal = (value: number) => signed(value, whole.short(Math.abs(value)));
  return (
    <tr>
      <th scope="row">{name === undefined ? id : language === "en" ? name.en : name.zh}</th>
      <td className="figure" data-label={text("holdouts.held")}>
        {measure.short(metric.held.value)}
      </td>
      <td className="figure" data-label={text("holdouts.open")}>
        {measure.short(metric.open.value)}
      </td>
      {perPerson === null ? (
        <td colSpan={4} className="muted small">
          {untold === null ? MISSING : text(untold === "split_off" ? "holdouts.splitOff" : `experiments.untold.${untold}`)}
        </td>
      ) : (
        <>
          <EffectCells
            effect={perPerson}
            call={call}
            said={text(call === "unclear" ? "experiments.call.unclear" : "holdouts.shown")}
            write={effectWriter("absolute", metric, format.measure)}
            reach={reachOf([perPerson])}
          />
          <td className="figure" data-label={text("holdouts.total")} title={total === null ? "" : rangeWords(total, writeTotal)}>
            {total === null ? MISSING : writeTotal(total.estimate)}
          </td>
          <td className="figure" data-label={text("experiments.p")}>
            {probabilityWords(p)}
          </td>
        </>
      )}
    </tr>
  );
}

function percent(value: number): string {
  return signed(value, `${Math.abs(value * 100).toFixed(0)}%`);
}
