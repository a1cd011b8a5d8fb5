import { previewAlert } from "@terrace/contract/api/alerts";
import { alarmsOf, checkRule, judge, lookBackOf, type Alarm, type AlertUnit } from "@terrace/domain/insight/alerts/alert-rule";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { AlertDeps } from "./alert-deps.ts";
import { readWatched } from "./read-watched.ts";

/** How many intervals a preview tells: thirty days, or twelve weeks or months. */
const SHOWN: Readonly<Record<AlertUnit, number>> = { hour: 720, day: 30, week: 12, month: 12 };
/** The most that one answer of an analysis tells. */
const READ_MAX = 990;

/** When a rule would have given alarm lately. */
export function previewRoute(deps: AlertDeps): RouteHandler {
  return handle(previewAlert, async ({ body }, context) => {
    const rule = valueOrThrow(checkRule(body.rule));
    const { interval } = body;
    const zone = (await deps.workspace(context.workspaceId))?.timeZone ?? "UTC";
    const nowMs = deps.nowMs();
    const count = Math.min(READ_MAX, SHOWN[interval] + lookBackOf(rule, interval));
    const read = await readWatched(deps, body.question, {
      interval,
      count: interval === "hour" ? Math.min(count, READ_MAX - 48) : count,
      zone,
      nowMs,
      asker: context,
    });
    const labels = new Map(read.points.map(({ fromMs }, index) => [fromMs, read.labels[index] ?? ""]));
    const judged = judge(
      read.points.filter(({ fromMs }) => fromMs <= nowMs),
      rule,
      interval,
    );
    const shown = judged.slice(-(SHOWN[interval] + 1));
    const firstMs = shown[0]?.fromMs ?? 0;
    const alarms = alarmsOf(judged, rule.consecutive);
    return {
      points: shown.map((point) => ({
        from: new Date(point.fromMs).toISOString(),
        label: labels.get(point.fromMs) ?? "",
        value: point.value,
        low: point.low,
        high: point.high,
        complete: point.complete,
        alarm: alarms.some((alarm) => isWithin(alarm, point.fromMs)),
      })),
      alarms: alarms.filter(({ first }) => first.fromMs >= firstMs).length,
      unit: read.unit,
    };
  });
}

function isWithin({ first, end }: Alarm, ms: number): boolean {
  return ms >= first.fromMs && (end === undefined || ms < end.fromMs);
}
