import { Button } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";

type Meta = { readonly asOf?: unknown; readonly elapsedMs?: unknown };

/** When the figures on screen were reckoned, and how long that took. */
export function Freshness({ body, updatedAtMs }: { readonly body: unknown; readonly updatedAtMs: number }) {
  const text = useText();
  const format = useFormat();
  const meta = metaOf(body);
  const asOf = typeof meta.asOf === "string" ? meta.asOf : updatedAtMs;
  return (
    <span className="freshness" title={format.tableTime(asOf)}>
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

const SHOWN_AFTER_MS = 1_000;

/** Stands over the chart while a query takes long: how long it has run, and a way to stop it. */
export function Running({ since, onCancel }: { readonly since: number; readonly onCancel: () => void }) {
  const text = useText();
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (now - since < SHOWN_AFTER_MS) return null;
  return (
    <div className="running" role="status">
      <span>{text("insight.running", { seconds: Math.floor((now - since) / 1000) })}</span>
      <Button size="small" onClick={onCancel}>
        {text("common.cancel")}
      </Button>
    </div>
  );
}
