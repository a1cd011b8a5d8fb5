import { beforeWord } from "@terrace/domain/insight/reports/report-words";
import { figureText } from "@terrace/domain/insight/reports/figure-text";
import type { ReportContent, ReportFigure } from "@terrace/domain/insight/reports/report";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat, type Format } from "../../app/workspace/use-format.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import type { TimeSpec } from "../../ui/chart/chart-spec.ts";
import { reportLanguage } from "./report-words.ts";

const HEIGHT = 200;

/** Each figure over the steps of the period, the period before beside it. */
export function ReportCharts({ content }: { readonly content: ReportContent }) {
  const text = useText();
  const language = reportLanguage(useLanguage());
  const format = useFormat();
  return (
    <div className="report-charts">
      {content.figures
        .filter(({ steps }) => steps.length > 1)
        .map((figure) => (
          <ChartPanel
            key={figure.id}
            title={figure.name[language]}
            height={HEIGHT}
            spec={specOf(content, figure, format, text("reports.now"))}
          />
        ))}
    </div>
  );
}

/** The chart is called by its figure, so its lines are called by their periods. */
function specOf(content: ReportContent, figure: ReportFigure, format: Format, now: string): TimeSpec {
  const language = reportLanguage(format.language);
  const name = figure.name[language];
  const { steps, previousSteps } = figure;
  const beside = previousSteps.slice(0, steps.length);
  return {
    kind: "time",
    shape: "line",
    categories: steps.map(({ date }) => date),
    ticks: steps.map(({ date }) => date.slice(5)),
    measure: format.measure(figure.unit),
    series: [
      { key: figure.id, name: now, values: steps.map(({ value }) => value), style: "solid" },
      ...(beside.length === 0
        ? []
        : [
            {
              key: `${figure.id}-before`,
              name: beforeWord(content.kind, language),
              values: beside,
              style: "dashed" as const,
              of: figure.id,
            },
          ]),
    ],
    summary: `${name} ${figureText(figure.value, { unit: figure.unit, currency: content.currency, language })}`,
  };
}
