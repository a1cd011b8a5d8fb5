import { getOverview } from "@terrace/contract/api/live";
import { useMemo } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { addDays } from "../../ui/format/dates.ts";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { AnnotationsButton } from "../insight/annotations/AnnotationsButton.tsx";
import { useAnnotated } from "../insight/annotations/use-annotated.ts";
import type { FigureId } from "./figures.ts";
import type { Overview } from "./answers.ts";
import { trendSpec } from "./trend-spec.ts";

type TrendCardProps = { readonly overview: Overview | undefined; readonly days: number; readonly figure: FigureId };

/** The chosen figure by day, beside the period before it. */
export function TrendCard({ overview, days, figure }: TrendCardProps) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const before = useCall(
    getOverview,
    { params, query: { days, until: overview === undefined ? undefined : addDays(overview.from, -1) } },
    { enabled: overview?.dataTo !== null && overview !== undefined, staleMs: 300_000 },
  );
  const spec = useMemo(
    () =>
      overview === undefined || overview.dataTo === null ? undefined : trendSpec({ overview, before: before.data, figure, text, format }),
    [overview, before.data, figure, text, format],
  );
  const annotated = useAnnotated(spec);
  const title = text("home.trendTitle", { figure: text(`figure.${figure}`), count: days });
  return (
    <ChartPanel
      title={title}
      spec={annotated}
      extra={<AnnotationsButton spec={spec} />}
      height={290}
      loading={overview?.dataTo === null ? <EmptyState text={text("home.trendEmpty")} /> : <DelayedSkeleton shape={8} />}
    />
  );
}
