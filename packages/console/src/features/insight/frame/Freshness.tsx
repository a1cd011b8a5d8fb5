import { getQuery } from "@terrace/contract/api/insight-queries";
import { Button, Progress } from "antd";
import { useEffect, useState } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";

const SHOWN_AFTER_MS = 1_000;

type Meta = { readonly asOf?: unknown; readonly elapsedMs?: unknown; readonly rowsRead?: unknown; readonly stale?: unknown };

/** When the figures on screen were reckoned, and how long that took. */
export function Freshness({ body, updatedAtMs }: { readonly body: unknown; readonly updatedAtMs: number }) {
  const text = useText();
  const format = useFormat();
  const meta = metaOf(body);
  const asOf = typeof meta.asOf === "string" ? meta.asOf : updatedAtMs;
  return (
    <span
      className="freshness"
      title={[
        format.tableTime(asOf),
        typeof meta.rowsRead === "number" ? text("insight.rowsRead", { count: format.figure(meta.rowsRead) }) : "",
      ]
        .filter(Boolean)
        .join(" · ")}
    >
      {meta.stale === true ? `${text("insight.stale")} · ` : null}
      {typeof meta.elapsedMs === "number" ? `${text("insight.took", { seconds: (meta.elapsedMs / 1000).toFixed(2) })} · ` : null}
      {text("common.updatedAt", { time: format.clock(asOf) })}
    </span>
  );
}

function metaOf(body: unknown): Meta {
  return typeof body === "object" && body !== null && "meta" in body && typeof body.meta === "object" && body.meta !== null
    ? body.meta
    : {};
}

/** Stands over the chart while a query takes long: how long it has run, how much of the data it has read, and a way to stop it. */
export function Running({
  since,
  runningId,
  onCancel,
}: {
  readonly since: number;
  readonly runningId: () => string;
  readonly onCancel: () => void;
}) {
  const text = useText();
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const late = now - since >= SHOWN_AFTER_MS;
  const progress = useProgress(late ? runningId() : "");
  if (!late) return null;
  const seconds = Math.floor((now - since) / 1000);
  return (
    <div className="running" role="status">
      <span>{progress === "waiting" ? text("insight.waitingTurn", { seconds }) : text("insight.running", { seconds })}</span>
      {typeof progress === "number" ? <Progress percent={progress} size="small" className="running-bar" /> : null}
      <Button size="small" onClick={onCancel}>
        {text("common.cancel")}
      </Button>
    </div>
  );
}

const ASKED_EVERY_MS = 800;

/** How much a running query has read in percent, or that it waits for its turn; undefined while nothing is known. */
function useProgress(queryId: string): number | "waiting" | undefined {
  const params = useWorkspaceParams();
  const { data } = useCall(getQuery, { params: { ...params, query: queryId } }, { enabled: queryId !== "", refetchMs: ASKED_EVERY_MS });
  if (data === undefined) return undefined;
  if (data.state === "waiting") return "waiting";
  return data.rowsTotal === 0 ? undefined : Math.min(99, Math.round((100 * data.rowsRead) / data.rowsTotal));
}
