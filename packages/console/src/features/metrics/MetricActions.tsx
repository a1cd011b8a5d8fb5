import { archiveMetric, getMetric, listMetrics } from "@terrace/contract/api/metrics";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { Button } from "antd";
import { Link } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** What can be done with a metric: copying one of the catalogue, changing or archiving an own one. */
export function MetricActions({ metric }: { readonly metric: MetricView }) {
  const text = useText();
  const may = useMay();
  const link = useLink();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), metric: metric.id };
  const archive = useChange(archiveMetric, [listMetrics, getMetric]);
  if (!may("metrics:write")) return null;
  if (!metric.own)
    return (
      <Link to={link(`insight/metrics/new?from=${metric.id}`)}>
        <Button>{text("metrics.copy")}</Button>
      </Link>
    );
  const archived = metric.archivedAt !== null;
  return (
    <>
      <Button loading={archive.isPending} onClick={() => archive.mutate({ params, body: { archived: !archived } }, { onError: showFault })}>
        {text(archived ? "metrics.restore" : "metrics.archive")}
      </Button>
      <Link to={link(`insight/metrics/${metric.id}/edit`)}>
        <Button type="primary">{text("metrics.edit")}</Button>
      </Link>
    </>
  );
}
