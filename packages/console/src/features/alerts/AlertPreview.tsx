import { previewAlert, type AlertBody } from "@terrace/contract/api/alerts";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { callRoute, type CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import type { TimeSpec } from "../../ui/chart/chart-spec.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import type { Unit } from "../../ui/format/measures.ts";

type Asked = Pick<AlertBody, "question" | "rule" | "interval">;
type Preview = CallAnswer<typeof previewAlert>;
type Props = { readonly asked: Asked | undefined; readonly unit: Unit };

const WAIT_MS = 500;

/** When the rule would have given alarm lately; asked once the fields rest. */
export function AlertPreview({ asked, unit }: Props) {
  const params = useWorkspaceParams();
  const rested = useRested(asked === undefined ? "" : JSON.stringify(asked));
  const preview = useQuery({
    queryKey: [previewAlert.id, params, rested],
    // Written from `Asked` just above.
    queryFn: ({ signal }) => callRoute(previewAlert, { params, body: JSON.parse(rested) as Asked, signal }),
    enabled: rested !== "",
    retry: false,
  });
  if (rested === "") return null;
  return (
    <QueryView query={preview} skeleton={4}>
      {(answer) => <Shown preview={answer} unit={unit} />}
    </QueryView>
  );
}

function Shown({ preview, unit }: { readonly preview: Preview; readonly unit: Unit }) {
  const text = useText();
  const format = useFormat();
  const said = preview.alarms === 0 ? text("alerts.previewNone") : text("alerts.previewCount", { count: preview.alarms });
  const values = preview.points.map(({ value }) => value);
  const alarm = preview.points.map(({ value, alarm: isAlarm }) => (isAlarm ? value : null));
  const hasBand = preview.points.some(({ low }) => low !== null);
  const spec: TimeSpec = {
    kind: "time",
    shape: "line",
    categories: preview.points.map(({ label }) => label),
    ticks: preview.points.map(({ label }) => label.slice(5, 16).replace("T", " ")),
    measure: format.measure(preview.unit ?? unit),
    unfinished: preview.points.map(({ complete }) => !complete),
    series: [
      {
        key: "value",
        name: text("alerts.last"),
        values,
        style: "solid",
        ...(hasBand ? { band: { low: preview.points.map(({ low }) => low), high: preview.points.map(({ high }) => high) } } : {}),
      },
      ...(preview.alarms === 0 ? [] : [{ key: "alarm", name: text("alerts.previewChart"), values: alarm, style: "solid" as const }]),
    ],
    summary: said,
  };
  return (
    <div className="stack" aria-live="polite">
      <p className="strong">{said}</p>
      <ChartPanel title={text("alerts.preview")} spec={spec} height={200} />
    </div>
  );
}

/** A text once it has not changed for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), WAIT_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
