import type { MetricDefinitionBody, MetricView } from "@terrace/contract/api/metric-parts";
import { queryMetric } from "@terrace/contract/api/insight-metric";
import { useMemo } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartBody } from "../../ui/chart/ChartBody.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { FigureStrip } from "../insight/frame/FigureStrip.tsx";
import { useStartFacts } from "../insight/frame/use-start-facts.ts";
import { metricFigures, metricSpec } from "./metric-shown.tsx";

type Props = Pick<MetricView, "unit" | "better"> & { readonly definition: MetricDefinitionBody; readonly name: string };
const WAIT_MS = 500;

/** What a metric comes to as it is defined now, before it is saved. */
export function MetricPreview({ definition, unit, better, name }: Props) {
  const text = useText();
  const format = useFormat();
  const facts = useStartFacts();
  const settled = useSettled(JSON.stringify({ definition, unit }), WAIT_MS);
  const asked = useMemo(() => JSON.parse(settled) as Pick<Props, "definition" | "unit">, [settled]);
  const body = { period: facts?.period ?? { last: 30, unit: "day" as const }, interval: "day" as const, metrics: [asked], compare: true };
  const answer = useCall(queryMetric, { params: useWorkspaceParams(), body }, { enabled: facts !== undefined });
  const ground = { text, format, name: name === "" ? text("metrics.preview") : name, metric: { unit, better } };
  return (
    <Panel title={text("metrics.preview")}>
      <QueryView query={answer} skeleton={8}>
        {(data) => (
          <>
            <FigureStrip figures={metricFigures({ query: body, body: data }, ground)} />
            <ChartBody spec={metricSpec({ query: body, body: data }, ground)} height={260} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
